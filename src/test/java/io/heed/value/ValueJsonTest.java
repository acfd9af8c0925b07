package io.heed.value;

import static io.heed.value.CanonicalBytesTest.array;
import static io.heed.value.CanonicalBytesTest.map;
import static io.heed.value.CanonicalBytesTest.variant;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Period;
import java.util.Locale;
import java.util.Map;
import java.util.TimeZone;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class ValueJsonTest {
  private static Row struct(String schema, Object... values) {
    return new GenericRowWithSchema(values, StructType.fromDDL(schema));
  }

  @Test
  void numbersKeepAllOfTheirDigits() {
    assertThat(ValueJson.of(9007199254740993L)).isEqualTo("9007199254740993");
    assertThat(ValueJson.of((byte) -1)).isEqualTo("-1");
    assertThat(ValueJson.of(new BigDecimal("12345678901234567890.500")))
        .isEqualTo("12345678901234567890.500");
    assertThat(ValueJson.of(new BigDecimal("1E-10"))).isEqualTo("0.0000000001");
    assertThat(ValueJson.of(0.1f)).isEqualTo("0.1");
    assertThat(ValueJson.of(-0.0)).isEqualTo("-0.0");
    assertThat(ValueJson.of(0.1 + 0.2)).isEqualTo("0.30000000000000004");
    assertThat(ValueJson.of(array(Double.NaN, Float.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY)))
        .isEqualTo("[\"NaN\",\"-Infinity\",\"Infinity\"]");
  }

  @Test
  void timesAreInstantsInUtcOrHaveNoOffset() {
    Instant instant = Instant.parse("2024-02-29T12:34:56.789123Z");
    assertThat(ValueJson.of(instant)).isEqualTo("\"2024-02-29T12:34:56.789123Z\"");
    assertThat(ValueJson.of(Timestamp.from(instant))).isEqualTo(ValueJson.of(instant));
    assertThat(ValueJson.of(LocalDateTime.of(2024, 2, 29, 12, 0)))
        .isEqualTo("\"2024-02-29T12:00:00\"");
    assertThat(ValueJson.of(LocalDate.of(2024, 2, 29))).isEqualTo("\"2024-02-29\"");
    assertThat(ValueJson.of(LocalTime.of(1, 2, 0, 3_000))).isEqualTo("\"01:02:00.000003\"");
    assertThat(ValueJson.of(Duration.ofDays(1).plusNanos(4_000))).isEqualTo("\"PT24H0.000004S\"");
    assertThat(ValueJson.of(Period.of(1, 2, 0))).isEqualTo("\"P1Y2M\"");
  }

  @Test
  void nestedValuesKeepTheirNulls() {
    Row row =
        struct(
            "a INT, b STRUCT<x: BINARY, y: INT>, c ARRAY<INTERVAL DAY>, d MAP<STRING, INT>",
            null,
            struct("x BINARY, y INT", new byte[] {1, 2, 3}, null),
            array(Duration.ofDays(2), null),
            map(Map.of("k", 1)));
    assertThat(ValueJson.of(row))
        .isEqualTo(
            "{\"a\":null,\"b\":{\"x\":\"AQID\",\"y\":null},\"c\":[\"PT48H\",null],\"d\":{\"k\":1}}");
    assertThat(ValueJson.of(map(Map.of(LocalDate.EPOCH, array(1)))))
        .isEqualTo("[{\"key\":\"1970-01-01\",\"value\":[1]}]");
    assertThat(ValueJson.of(variant("{\"b\": [1, 2.50], \"a\": {\"x\": null}}")))
        .isEqualTo("{\"a\":{\"x\":null},\"b\":[1,2.5]}");
    assertThat(ValueJson.of(Vectors.dense(1, Double.NaN)))
        .isEqualTo("{\"type\":1,\"size\":null,\"indices\":null,\"values\":[1.0,\"NaN\"]}");
    assertThat(ValueJson.of(Vectors.sparse(3, new int[] {1}, new double[] {2})))
        .isEqualTo("{\"type\":0,\"size\":3,\"indices\":[1],\"values\":[2.0]}");
  }

  @Test
  void zoneAndLocaleChangeNothing() {
    Object value =
        array(12345L, new BigDecimal("1.5"), 0.5, Instant.EPOCH, LocalDate.EPOCH, LocalTime.NOON);
    String expected = ValueJson.of(value);
    Locale locale = Locale.getDefault();
    TimeZone zone = TimeZone.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("fa-IR-u-nu-arabext"));
      TimeZone.setDefault(TimeZone.getTimeZone("Asia/Kathmandu"));
      assertThat(ValueJson.of(value)).isEqualTo(expected).contains("1970-01-01T00:00:00Z");
    } finally {
      Locale.setDefault(locale);
      TimeZone.setDefault(zone);
    }
  }
}
