package io.heed.input;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.parquet.hadoop.metadata.FileMetaData;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.apache.spark.sql.execution.datasources.parquet.ParquetToSparkSchemaConverter;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.VariantType;

/** The types that Spark reads columns of a Parquet file as, one by one. */
final class FooterTypes {
  /** Where Spark keeps its own schema in files that it writes. */
  private static final String SPARK_SCHEMA = "org.apache.spark.sql.parquet.row.metadata";

  private static final String SPARK_CLASSES = "org.apache.spark.";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ParquetToSparkSchemaConverter converter;

  /**
   * Types under some settings.
   *
   * @param settings as {@link ParquetReadings#ofTypes} has them
   */
  FooterTypes(Map<String, String> settings) {
    SQLConf conf = new SQLConf();
    settings.forEach(conf::setConfString);
    conf.setConfString("spark.sql.caseSensitive", "true");
    converter = new ParquetToSparkSchemaConverter(conf);
  }

  /** What the file says of a column that it has. */
  FooterColumn column(FileMetaData file, String name, ColumnUse use) {
    MessageType schema = file.getSchema();
    if (schema.getFields().stream().filter(field -> field.getName().equals(name)).count() > 1) {
      return FooterColumn.unreadable(
          String.format(Locale.ROOT, "column %s is there more than once", name));
    }
    Type type = schema.getType(name);
    if (isUnknown(type.getLogicalTypeAnnotation())) {
      return FooterColumn.readable(DataTypes.NullType, false);
    }
    Optional<DataType> stored = converted(type);
    Optional<DataType> declared =
        declared(file.getKeyValueMetaData().get(SPARK_SCHEMA), name)
            .filter(spark -> stored.isEmpty() || isKeptAs(spark, stored.get()));
    Optional<DataType> readable = declared.or(() -> stored);
    if (readable.isEmpty() && use == ColumnUse.FIELDS) {
      readable = new ReadableParts(this::isReadable).of(type).flatMap(this::converted);
    }
    boolean unsigned = hasUnsigned(type);
    return readable
        .map(found -> FooterColumn.readable(found, unsigned))
        .orElseGet(() -> FooterColumn.unreadable(UnreadableType.told(this::isReadable, type)));
  }

  /** By its name, for it has a class in Parquet 1.16, and Spark 4.0 comes with an earlier one. */
  private static boolean isUnknown(LogicalTypeAnnotation annotation) {
    return annotation != null && annotation.toString().equals("UNKNOWN");
  }

  private boolean isReadable(Type type) {
    return converted(type).isPresent();
  }

  /** The type of a column that Spark can read. */
  private Optional<DataType> converted(Type type) {
    try {
      return Optional.of(converter.convert(new MessageType("schema", type)).fields()[0].dataType());
    } catch (Exception e) { // Spark throws its checked AnalysisException without declaring it.
      return Optional.empty();
    }
  }

  private static boolean isKeptAs(DataType declared, DataType stored) {
    return declared instanceof VariantType
        || TypeTree.stored(declared).equals(TypeTree.stored(stored));
  }

  /** What Spark says of a column that it has written. */
  private static Optional<DataType> declared(String schema, String name) {
    if (schema == null) {
      return Optional.empty();
    }
    try {
      for (JsonNode field : JSON.readTree(schema).path("fields")) {
        if (name.equals(field.path("name").textValue())) {
          return Optional.of(DataType.fromJson(withKnownClasses(field.path("type")).toString()));
        }
      }
      return Optional.empty();
    } catch (JsonProcessingException | RuntimeException e) {
      return Optional.empty(); // Then the types of the file itself hold.
    }
  }

  /** No class is loaded because a file names it: types of others are what they are kept as. */
  private static JsonNode withKnownClasses(JsonNode type) {
    if (type.isObject()
        && "udt".equals(type.path("type").textValue())
        && !type.path("class").asText().startsWith(SPARK_CLASSES)) {
      return withKnownClasses(type.path("sqlType"));
    }
    if (type instanceof ObjectNode object) {
      object.fieldNames().forEachRemaining(n -> object.set(n, withKnownClasses(object.get(n))));
    } else if (type instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        array.set(i, withKnownClasses(array.get(i)));
      }
    }
    return type;
  }

  private static boolean hasUnsigned(Type type) {
    return type.isPrimitive()
        ? type.getLogicalTypeAnnotation() instanceof IntLogicalTypeAnnotation number
            && !number.isSigned()
            && number.getBitWidth() >= Integer.SIZE
        : type.asGroupType().getFields().stream().anyMatch(FooterTypes::hasUnsigned);
  }
}
