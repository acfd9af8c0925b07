package io.heed.value;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.types.variant.Variant;
import org.apache.spark.types.variant.Variant.ObjectField;
import org.apache.spark.unsafe.types.VariantVal;

/** What a variant holds, as values of Spark rows, Java lists and Java maps. */
final class VariantValues {
  private VariantValues() {}

  static Object of(VariantVal variant) {
    return of(new Variant(variant.getValue(), variant.getMetadata()));
  }

  private static Object of(Variant variant) {
    return switch (variant.getType()) {
      case OBJECT -> object(variant);
      case ARRAY -> array(variant);
      case NULL -> null;
      case BOOLEAN -> variant.getBoolean();
      case LONG -> variant.getLong();
      case STRING -> variant.getString();
      case DOUBLE -> variant.getDouble();
      case DECIMAL -> variant.getDecimal();
      case DATE -> LocalDate.ofEpochDay(variant.getLong());
      case TIMESTAMP -> instant(variant.getLong());
      case TIMESTAMP_NTZ -> LocalDateTime.ofInstant(instant(variant.getLong()), ZoneOffset.UTC);
      case FLOAT -> variant.getFloat();
      case BINARY -> variant.getBinary();
      case UUID -> variant.getUuid();
    };
  }

  private static Instant instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }

  /** Its fields stand in the order of their names. */
  private static Map<String, Object> object(Variant variant) {
    Map<String, Object> fields = new LinkedHashMap<>();
    for (int i = 0; i < variant.objectSize(); i++) {
      ObjectField field = variant.getFieldAtIndex(i);
      fields.put(field.key, of(field.value));
    }
    return fields;
  }

  private static List<Object> array(Variant variant) {
    List<Object> elements = new ArrayList<>();
    for (int i = 0; i < variant.arraySize(); i++) {
      elements.add(of(variant.getElementAtIndex(i)));
    }
    return elements;
  }
}
