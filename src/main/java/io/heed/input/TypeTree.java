package io.heed.input;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DayTimeIntervalType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.UserDefinedType;
import org.apache.spark.sql.types.YearMonthIntervalType;

/** Types inside types. */
final class TypeTree {
  private TypeTree() {}

  /** The same type where everything may be null and nothing has metadata. */
  static DataType plain(DataType type) {
    return mapped(type, UnaryOperator.identity());
  }

  /** What a type of Spark is kept as in Parquet, read without what Spark says beside. */
  static DataType stored(DataType type) {
    return mapped(
        type,
        leaf -> {
          if (leaf instanceof UserDefinedType<?> user) {
            return stored(user.sqlType());
          }
          if (leaf instanceof YearMonthIntervalType) {
            return DataTypes.IntegerType;
          }
          if (leaf instanceof DayTimeIntervalType) {
            return DataTypes.LongType;
          }
          return leaf instanceof StringType ? DataTypes.StringType : leaf;
        });
  }

  /** All types that hold no other. */
  static List<DataType> leaves(DataType type) {
    List<DataType> leaves = new ArrayList<>();
    mapped(
        type,
        leaf -> {
          leaves.add(leaf);
          return leaf;
        });
    return leaves;
  }

  private static DataType mapped(DataType type, UnaryOperator<DataType> leaf) {
    if (type instanceof StructType struct) {
      return new StructType(
          Stream.of(struct.fields())
              .map(field -> field(field.name(), mapped(field.dataType(), leaf)))
              .toArray(StructField[]::new));
    }
    if (type instanceof ArrayType array) {
      return DataTypes.createArrayType(mapped(array.elementType(), leaf), true);
    }
    if (type instanceof MapType map) {
      return DataTypes.createMapType(
          mapped(map.keyType(), leaf), mapped(map.valueType(), leaf), true);
    }
    return leaf.apply(type);
  }

  /** A field that may be null. */
  static StructField field(String name, DataType type) {
    return new StructField(name, type, true, Metadata.empty());
  }
}
