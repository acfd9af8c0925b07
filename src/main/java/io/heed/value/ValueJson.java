package io.heed.value;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.core.StreamWriteFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Row;
import org.apache.spark.unsafe.types.VariantVal;

/**
 * Values as JSON from which they can be had again, exactly. Numbers are numbers, decimals with all
 * of their digits; {@code NaN}, {@code Infinity} and {@code -Infinity} are strings, and so is
 * everything else that JSON does not have, as {@link ValueText} writes it. A struct is an object
 * with its nulls; a map with string keys is an object, any other an array of objects with {@code
 * key} and {@code value}; a variant is the JSON of what it holds.
 */
public final class ValueJson {
  /** A line in memory is nested as deeply as it is; Jackson's limit is for what it reads. */
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
          .streamWriteConstraints(
              StreamWriteConstraints.builder().maxNestingDepth(Integer.MAX_VALUE).build())
          .build();

  private ValueJson() {}

  /** A value, null included. */
  public static String of(Object value) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = FACTORY.createGenerator(text)) {
      write(value, json);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // the writer is in memory
    }
    return text.toString();
  }

  private static void write(Object value, JsonGenerator json) throws IOException {
    if (value == null) {
      json.writeNull();
    } else if (value instanceof Boolean truth) {
      json.writeBoolean(truth);
    } else if (value instanceof Number number) {
      write(number, json);
    } else if (value instanceof VariantVal variant) {
      write(VariantValues.of(variant), json);
    } else if (value instanceof Row struct) {
      writeStruct(struct, json);
    } else if (value instanceof Vector vector) {
      writeVector(vector, json);
    } else {
      writeParts(value, json);
    }
  }

  private static void write(Number number, JsonGenerator json) throws IOException {
    if (number instanceof Double value && Double.isFinite(value)) {
      json.writeNumber(value);
    } else if (number instanceof Float value && Float.isFinite(value)) {
      json.writeNumber(value);
    } else if (number instanceof BigDecimal value) {
      json.writeNumber(value);
    } else if (number instanceof Double || number instanceof Float) {
      json.writeString(number.toString());
    } else {
      json.writeNumber(number.longValue());
    }
  }

  private static void writeParts(Object value, JsonGenerator json) throws IOException {
    Optional<List<Map.Entry<Object, Object>>> entries = Nested.entries(value);
    Optional<List<Object>> elements = Nested.elements(value);
    if (entries.isPresent()) {
      writeMap(entries.get(), json);
    } else if (elements.isPresent()) {
      writeArray(elements.get(), json);
    } else {
      json.writeString(ScalarText.of(value));
    }
  }

  private static void writeArray(List<?> elements, JsonGenerator json) throws IOException {
    json.writeStartArray();
    for (Object element : elements) {
      write(element, json);
    }
    json.writeEndArray();
  }

  private static void writeStruct(Row struct, JsonGenerator json) throws IOException {
    if (struct.schema() == null) {
      writeArray(Nested.fields(struct), json);
      return;
    }
    json.writeStartObject();
    for (int i = 0; i < struct.length(); i++) {
      json.writeFieldName(struct.schema().fields()[i].name());
      write(struct.get(i), json);
    }
    json.writeEndObject();
  }

  private static void writeMap(List<Map.Entry<Object, Object>> entries, JsonGenerator json)
      throws IOException {
    boolean isObject = entries.stream().allMatch(entry -> entry.getKey() instanceof String);
    if (isObject) {
      json.writeStartObject();
      for (Map.Entry<Object, Object> entry : entries) {
        json.writeFieldName((String) entry.getKey());
        write(entry.getValue(), json);
      }
      json.writeEndObject();
      return;
    }
    json.writeStartArray();
    for (Map.Entry<Object, Object> entry : entries) {
      json.writeStartObject();
      json.writeFieldName("key");
      write(entry.getKey(), json);
      json.writeFieldName("value");
      write(entry.getValue(), json);
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  /** In the columns in which Spark stores it. */
  private static void writeVector(Vector vector, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeNumberField("type", vector instanceof SparseVector ? 0 : 1);
    json.writeFieldName("size");
    if (vector instanceof SparseVector sparse) {
      json.writeNumber(sparse.size());
      json.writeFieldName("indices");
      writeArray(Arrays.stream(sparse.indices()).boxed().toList(), json);
      json.writeFieldName("values");
      writeArray(Arrays.stream(sparse.values()).boxed().toList(), json);
    } else {
      json.writeNull();
      json.writeNullField("indices");
      json.writeFieldName("values");
      writeArray(Arrays.stream(vector.toArray()).boxed().toList(), json);
    }
    json.writeEndObject();
  }
}
