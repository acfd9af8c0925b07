package io.heed.input;

import java.io.Serializable;
import org.apache.spark.sql.types.DataType;

/** What a footer says of a column. Not a record: Kryo writes it. */
final class FooterColumn implements Serializable {
  private final String type;
  private final boolean unsigned;
  private final String fault;

  private FooterColumn(String type, boolean unsigned, String fault) {
    this.type = type;
    this.unsigned = unsigned;
    this.fault = fault;
  }

  /**
   * A column that can be read.
   *
   * @param unsigned whether its values need this very type, for as a wider one Spark would read
   *     large ones as negative
   */
  static FooterColumn readable(DataType type, boolean unsigned) {
    return new FooterColumn(TypeTree.plain(type).json(), unsigned, null);
  }

  /** A column that cannot be read. */
  static FooterColumn unreadable(String fault) {
    return new FooterColumn(null, false, fault);
  }

  /** The plain type of a column that can be read. */
  DataType type() {
    return DataType.fromJson(type);
  }

  boolean isUnsigned() {
    return unsigned;
  }

  /** What keeps it from being read, null when nothing does. */
  String fault() {
    return fault;
  }
}
