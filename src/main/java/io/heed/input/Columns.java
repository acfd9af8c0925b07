package io.heed.input;

import java.util.ArrayList;
import java.util.List;

/** The columns that rows are computed from, in the order of their values. Not thread-safe. */
public final class Columns {
  private final List<PayloadColumn> read = new ArrayList<>();
  private boolean joined;

  /** A column of {@link PayloadType#TEXT}. */
  public Column<String> texts(String name) {
    return add(name, PayloadType.TEXT, String.class);
  }

  /** A column of {@link PayloadType#TOKEN_IDS}. */
  public Column<int[]> tokenIds(String name) {
    return add(name, PayloadType.TOKEN_IDS, int[].class);
  }

  /** A column of {@link PayloadType#VECTORS}. */
  public Column<float[][]> vectors(String name) {
    return add(name, PayloadType.VECTORS, float[][].class);
  }

  /** A column of {@link PayloadType#MASK}. */
  public Column<int[][]> mask(String name) {
    return add(name, PayloadType.MASK, int[][].class);
  }

  /** A column of {@link PayloadType#NUMBER}. */
  public Column<Double> number(String name) {
    return add(name, PayloadType.NUMBER, Double.class);
  }

  /** A column of {@link PayloadType#FEATURES}. */
  public Column<double[]> features(String name) {
    return add(name, PayloadType.FEATURES, double[].class);
  }

  /** A column of {@link PayloadType.Records}. */
  public Column<double[][]> records(String name, PayloadType.Records type) {
    return add(name, type, double[][].class);
  }

  /**
   * Vectors that do not stand in the row: {@link InputRow#withPayload} puts them behind its values.
   * No column can be added after them.
   */
  public Column<float[][]> joinedVectors(String name) {
    requireOpen();
    joined = true;
    return new Column<>(name, read.size(), float[][].class);
  }

  private <T> Column<T> add(String name, PayloadType type, Class<T> values) {
    requireOpen();
    read.add(new PayloadColumn(name, type));
    return new Column<>(name, read.size() - 1, values);
  }

  private void requireOpen() {
    if (joined) {
      throw new IllegalStateException("what is joined stands behind all columns of a row");
    }
  }

  /**
   * What a table by columns calls one that rows are computed from: an output may keep it, too.
   *
   * @param index among those columns
   */
  public static String payloadName(int index) {
    return "heed.payload." + index;
  }

  /** A name as Spark takes it for that of a column, whatever characters it has. */
  public static String quoted(String name) {
    return '`' + name.replace("`", "``") + '`';
  }

  /** The columns that are read, in the order of {@link InputRow#payload}. */
  public List<PayloadColumn> read() {
    return List.copyOf(read);
  }
}
