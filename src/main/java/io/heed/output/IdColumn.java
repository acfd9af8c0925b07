package io.heed.output;

import io.heed.value.ValueText;
import java.util.Locale;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.ShortType;

/** How an id is stored among the rejected rows. */
enum IdColumn {
  TEXT(DataTypes.StringType),
  BYTE(DataTypes.ByteType),
  SHORT(DataTypes.ShortType),
  INT(DataTypes.IntegerType),
  LONG(DataTypes.LongType);

  private static final String NAME = "id";

  private final DataType type;

  IdColumn(DataType type) {
    this.type = type;
  }

  static IdColumn of(DataType type) {
    if (type instanceof ByteType) {
      return BYTE;
    } else if (type instanceof ShortType) {
      return SHORT;
    } else if (type instanceof IntegerType) {
      return INT;
    } else if (type instanceof LongType) {
      return LONG;
    }
    return TEXT;
  }

  DataType type() {
    return type;
  }

  Type parquetType() {
    return switch (this) {
      case TEXT ->
          Types.optional(PrimitiveTypeName.BINARY)
              .as(LogicalTypeAnnotation.stringType())
              .named(NAME);
      case BYTE -> wholeNumber(PrimitiveTypeName.INT32, Byte.SIZE);
      case SHORT -> wholeNumber(PrimitiveTypeName.INT32, Short.SIZE);
      case INT -> wholeNumber(PrimitiveTypeName.INT32, Integer.SIZE);
      case LONG -> wholeNumber(PrimitiveTypeName.INT64, Long.SIZE);
    };
  }

  /** Adds a value that is not null. */
  void add(RecordConsumer consumer, Object id) {
    switch (this) {
      case TEXT -> consumer.addBinary(Binary.fromString(ValueText.of(id)));
      case BYTE, SHORT, INT -> consumer.addInteger(Math.toIntExact(wholeNumber(id)));
      case LONG -> consumer.addLong(wholeNumber(id));
    }
  }

  private static Type wholeNumber(PrimitiveTypeName primitive, int bits) {
    return Types.optional(primitive).as(LogicalTypeAnnotation.intType(bits, true)).named(NAME);
  }

  private long wholeNumber(Object id) {
    if (id instanceof Byte || id instanceof Short || id instanceof Integer || id instanceof Long) {
      return ((Number) id).longValue();
    }
    throw new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "id of type %s in a column of type %s",
            id.getClass().getName(),
            type.sql()));
  }
}
