package io.heed.input;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.Function;

/** Payloads of JSON values. */
final class JsonPayload extends PayloadReader<JsonNode> {
  static final JsonPayload READER = new JsonPayload();

  private JsonPayload() {}

  @Override
  String text(JsonNode value) throws WrongTypeException {
    if (!value.isTextual()) {
      throw WrongTypeException.of(value, PayloadType.TEXT.description());
    }
    return value.textValue();
  }

  @Override
  boolean isArray(JsonNode value) {
    return value.isArray();
  }

  @Override
  int size(JsonNode array) {
    return array.size();
  }

  @Override
  Iterator<JsonNode> elements(JsonNode array) {
    return array.elements();
  }

  @Override
  boolean isInt(JsonNode element) {
    return element.isIntegralNumber() && element.canConvertToInt();
  }

  @Override
  int intValue(JsonNode element) {
    return element.intValue();
  }

  @Override
  boolean isNumber(JsonNode element) {
    return element.isNumber();
  }

  @Override
  float floatValue(JsonNode element) {
    return element.floatValue();
  }

  @Override
  boolean isDouble(JsonNode value) {
    return value != null && value.isNumber() && Double.isFinite(value.doubleValue());
  }

  @Override
  Optional<Function<String, JsonNode>> fields(JsonNode value) {
    return value.isObject() ? Optional.of(value::get) : Optional.empty();
  }

  @Override
  double doubleValue(JsonNode number) {
    return number.doubleValue();
  }
}
