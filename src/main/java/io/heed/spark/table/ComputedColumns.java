package io.heed.spark.table;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.encoders.AgnosticEncoder;
import org.apache.spark.sql.catalyst.encoders.AgnosticEncoders.ArrayEncoder;
import org.apache.spark.sql.catalyst.encoders.AgnosticEncoders.EncoderField;
import org.apache.spark.sql.catalyst.encoders.AgnosticEncoders.PrimitiveFloatEncoder$;
import org.apache.spark.sql.catalyst.encoders.AgnosticEncoders.PrimitiveIntEncoder$;
import org.apache.spark.sql.catalyst.encoders.AgnosticEncoders.RowEncoder;
import org.apache.spark.sql.catalyst.encoders.RowEncoder$;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.Option;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * How Spark takes rows whose computed columns hold Java arrays. By its own encoder of rows every
 * element of an array becomes an object on the way, five times the memory of a float; by this one
 * {@code float[]} stays one block, at any depth.
 */
public final class ComputedColumns {
  private ComputedColumns() {}

  /**
   * An encoder for rows of {@code schema}.
   *
   * @param first index of the first computed column; arrays in these columns are Java arrays, of
   *     {@code float} or {@code int} where the elements are
   */
  public static Encoder<Row> encoder(StructType schema, int first) {
    StructField[] fields = schema.fields();
    List<EncoderField> encoded = new ArrayList<>();
    for (int i = 0; i < fields.length; i++) {
      DataType type = fields[i].dataType();
      encoded.add(field(fields[i], i < first ? sparks(type) : computed(type)));
    }
    return new RowEncoder(sequence(encoded));
  }

  private static AgnosticEncoder<?> computed(DataType type) {
    if (type instanceof ArrayType array && !array.containsNull()) {
      return new ArrayEncoder<>(element(array.elementType()), false);
    }
    if (type instanceof StructType struct) {
      List<EncoderField> fields = new ArrayList<>();
      for (StructField field : struct.fields()) {
        fields.add(field(field, computed(field.dataType())));
      }
      return new RowEncoder(sequence(fields));
    }
    return sparks(type);
  }

  private static AgnosticEncoder<?> element(DataType type) {
    if (type instanceof FloatType) {
      return PrimitiveFloatEncoder$.MODULE$;
    }
    return type instanceof IntegerType ? PrimitiveIntEncoder$.MODULE$ : computed(type);
  }

  /** Lenient, for dates and times come as classes of java.time, whatever the session prefers. */
  private static AgnosticEncoder<?> sparks(DataType type) {
    return RowEncoder$.MODULE$.encoderForDataType(type, true);
  }

  private static EncoderField field(StructField field, AgnosticEncoder<?> encoder) {
    return new EncoderField(
        field.name(), encoder, field.nullable(), field.metadata(), Option.empty(), Option.empty());
  }

  private static Seq<EncoderField> sequence(List<EncoderField> fields) {
    return CollectionConverters.asScala(fields).toList();
  }
}
