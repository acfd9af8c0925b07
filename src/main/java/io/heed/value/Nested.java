package io.heed.value;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Row;
import scala.collection.Iterable;
import scala.jdk.javaapi.CollectionConverters;

/** What arrays, structs and maps consist of, whichever classes Spark holds them in. */
final class Nested {
  private Nested() {}

  /** The entries of a map, in its order; empty for any other value. */
  static Optional<List<Map.Entry<Object, Object>>> entries(Object value) {
    if (value instanceof scala.collection.Map<?, ?> map) {
      return Optional.of(copied(CollectionConverters.asJava(map)));
    }
    return value instanceof Map<?, ?> map ? Optional.of(copied(map)) : Optional.empty();
  }

  private static List<Map.Entry<Object, Object>> copied(Map<?, ?> map) {
    List<Map.Entry<Object, Object>> entries = new ArrayList<>();
    map.forEach((key, of) -> entries.add(new java.util.AbstractMap.SimpleEntry<>(key, of)));
    return entries;
  }

  /** The elements of an array; empty for any other value. */
  static Optional<List<Object>> elements(Object value) {
    if (value instanceof Iterable<?> array) {
      List<Object> elements = new ArrayList<>();
      CollectionConverters.asJava(array).forEach(elements::add);
      return Optional.of(elements);
    }
    if (value instanceof List<?> list) {
      return Optional.of(new ArrayList<>(list));
    }
    return value instanceof Object[] array ? Optional.of(Arrays.asList(array)) : Optional.empty();
  }

  /** The values of a struct's fields. */
  static List<Object> fields(Row struct) {
    List<Object> fields = new ArrayList<>(struct.length());
    for (int i = 0; i < struct.length(); i++) {
      fields.add(struct.get(i));
    }
    return fields;
  }
}
