package io.heed.attend;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.apache.spark.sql.types.DataType;
import org.junit.jupiter.api.Test;

/** Which ids are one. That Spark joins them alike is told by its own types' rules. */
class JoinIdsTest {

  private static boolean equal(String left, Object a, String right, Object b) {
    JoinIds ids = JoinIds.of(DataType.fromDDL(left), DataType.fromDDL(right)).orElseThrow();
    return java.util.Arrays.equals(ids.bytes(a), ids.bytes(b));
  }

  private static boolean joinable(String left, String right) {
    return JoinIds.of(DataType.fromDDL(left), DataType.fromDDL(right)).isPresent();
  }

  @Test
  void numbersOfAllWidthsAreComparedAsNumbers() {
    assertThat(equal("INT", -5, "BIGINT", -5L)).isTrue();
    assertThat(equal("TINYINT", (byte) 5, "DECIMAL(9,2)", new BigDecimal("5.00"))).isTrue();
    assertThat(
            equal("DECIMAL(3,1)", new BigDecimal("0.5"), "DECIMAL(9,4)", new BigDecimal("0.5000")))
        .isTrue();
    assertThat(equal("INT", 5, "DOUBLE", 5.0)).isTrue();
    assertThat(equal("INT", 0, "DOUBLE", -0.0)).isTrue();
    assertThat(equal("DECIMAL(3,1)", new BigDecimal("0.1"), "DOUBLE", 0.1)).isTrue();
    assertThat(equal("FLOAT", 0.5f, "DOUBLE", 0.5)).isTrue();
    assertThat(equal("FLOAT", 0.1f, "DOUBLE", 0.1)).isFalse();
    assertThat(equal("DOUBLE", Double.NaN, "DOUBLE", Double.NaN)).isTrue();
  }

  @Test
  void aDoubleIsNoNumberThatItRounds() {
    assertThat(equal("BIGINT", 9007199254740993L, "DOUBLE", 9007199254740992.0)).isFalse();
    assertThat(equal("BIGINT", 9007199254740992L, "DOUBLE", 9007199254740992.0)).isTrue();
    assertThat(equal("BIGINT", 1L << 62, "DOUBLE", (double) (1L << 62))).isTrue();
  }

  @Test
  void collatedTextsAreComparedByTheirCollation() {
    assertThat(equal("STRING", "a", "STRING", "A")).isFalse();
    assertThat(equal("STRING COLLATE UTF8_LCASE", "Ä", "STRING COLLATE UTF8_LCASE", "ä")).isTrue();
    assertThat(equal("STRING COLLATE UNICODE_CI", "a", "STRING COLLATE UNICODE_CI", "b")).isFalse();
    assertThat(joinable("STRING", "STRING COLLATE UTF8_LCASE")).isFalse();
    assertThat(joinable("ARRAY<STRING COLLATE UTF8_LCASE>", "ARRAY<STRING COLLATE UTF8_LCASE>"))
        .isFalse();
  }

  @Test
  void nestedTypesAreComparedByTheirPlaces() {
    assertThat(joinable("STRUCT<a: INT>", "STRUCT<b: BIGINT>")).isTrue();
    assertThat(joinable("STRUCT<a: INT>", "STRUCT<a: INT, b: INT>")).isFalse();
    assertThat(joinable("ARRAY<INT>", "ARRAY<DECIMAL(9,2)>")).isTrue();
    assertThat(joinable("MAP<STRING, FLOAT>", "MAP<STRING, DOUBLE>")).isTrue();
    assertThat(joinable("INTERVAL DAY", "INTERVAL DAY TO SECOND")).isTrue();
    assertThat(joinable("INTERVAL DAY", "INTERVAL YEAR")).isFalse();
    assertThat(joinable("DATE", "TIMESTAMP")).isFalse();
    assertThat(joinable("TIMESTAMP", "TIMESTAMP_NTZ")).isFalse();
    assertThat(joinable("STRING", "INT")).isFalse();
    assertThat(joinable("STRING", "BINARY")).isFalse();
  }
}
