package io.heed.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.ZoneOffset;
import org.apache.spark.sql.types.DataType;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTypesTest {
  private static final TimeValues TIMES = new TimeValues(ZoneOffset.ofHours(2));

  private static JsonNode node(String json) throws MalformedRecordException {
    return JsonObjects.parse("{\"v\":" + json + "}", name -> true).get("v");
  }

  private static Object read(String json, String type) throws Exception {
    return JsonValue.of(DataType.fromDDL(type), TIMES).orElseThrow().read(node(json));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "1 2 null | bigint",
        "1 2.5 3 | double",
        "1 12345678901234567890 | decimal(38,0)",
        "12345678901234567890 0.5 | double",
        "true | boolean",
        "null null | string",
        "'a' 1 2 | bigint",
        "'a' 1 | string",
        "1 'a' | bigint",
        "1 'a' 'b' 2 | bigint",
        "'a' 1 2.5 'b' 3 | double",
        "[] [1] [2.5,null] | array<double>",
        "[] null | array<string>",
        "[[1],[]] [[null]] | array<array<bigint>>",
        "[1,'a'] | string",
        "[{}] | string",
        "{'a':1} | string",
      })
  void typeOfMostLines(String lines, String expected) throws MalformedRecordException {
    JsonTypes types = new JsonTypes();
    for (String line : lines.replace('\'', '"').split(" ")) {
      types.add(node(line));
    }
    assertThat(types.type().catalogString()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "1.50 | DECIMAL(3,2) | 1.50",
        "1.5000 | DECIMAL(3,2) | 1.50",
        "0e2147483647 | DECIMAL(3,2) | 0.00",
        "-128 | TINYINT | -128",
        "7 | DOUBLE | 7.0",
        "'2024-02-29T12:00:00' | TIMESTAMP | 2024-02-29T10:00:00Z",
        "'2024-02-29 12:00:00-01:00' | TIMESTAMP | 2024-02-29T13:00:00Z",
        "'2024-02-29' | DATE | 2024-02-29",
        "[1.10, 'a'] | STRING | [1.10,\"a\"]",
        "1 | STRING | 1",
      })
  void valuesOfTheirType(String json, String type, String expected) throws Exception {
    assertThat(read(json.replace('\'', '"'), type)).hasToString(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "'1' | BIGINT",
        "1.0 | BIGINT",
        "128 | TINYINT",
        "9223372036854775808 | BIGINT",
        "1e999 | DOUBLE",
        "1e40 | FLOAT",
        "0 | BOOLEAN",
        "1.234 | DECIMAL(3,2)",
        "10 | DECIMAL(3,2)",
        "'2023-02-29' | DATE",
        "'+10000-01-01' | DATE",
        "'2024-02-29' | TIMESTAMP",
        "[1,'a'] | ARRAY<INT>",
        "{} | ARRAY<INT>",
        "[] | MAP<STRING,INT>",
        "{'a':null} | STRUCT<a: INT NOT NULL>",
      })
  void valuesOfAnotherType(String json, String type) {
    assertThatThrownBy(() -> read(json.replace('\'', '"'), type))
        .isInstanceOf(WrongTypeException.class)
        .hasMessageContaining("is not of type");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e1000000000", "1e-1000000000", "10e2147483647", "1e-2147483647"})
  void hugeExponentsAreNotWrittenOut(String number) {
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(5),
        () ->
            assertThatThrownBy(() -> read(number, "DECIMAL(38,10)"))
                .isInstanceOf(WrongTypeException.class));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"1e99999999999", "01", "nul", "'x'", "\"\\q\"", "[1,]", "{\"a\":1,\"a\":2}"})
  void valuesThatAreNotJson(String json) {
    assertThatThrownBy(() -> node(json)).isInstanceOf(MalformedRecordException.class);
  }

  @Test
  void deepNestingIsMalformed() {
    assertThatThrownBy(() -> node("[".repeat(100_000)))
        .isInstanceOf(MalformedRecordException.class);
  }
}
