package io.heed.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Period;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TimeZone;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.types.variant.Variant;
import org.apache.spark.types.variant.VariantBuilder;
import org.apache.spark.unsafe.types.VariantVal;
import org.junit.jupiter.api.Test;
import scala.collection.immutable.ArraySeq;
import scala.jdk.javaapi.CollectionConverters;

class CanonicalBytesTest {
  private static String hex(Object id) {
    return HexFormat.of().formatHex(CanonicalBytes.of(id));
  }

  private static String text(Object id) {
    return new String(CanonicalBytes.of(id), StandardCharsets.UTF_8);
  }

  static Object array(Object... elements) {
    return ArraySeq.unsafeWrapArray(elements);
  }

  static Object map(Map<?, ?> map) {
    return CollectionConverters.asScala(map);
  }

  static VariantVal variant(String json) {
    try {
      Variant variant = VariantBuilder.parseJson(json, false);
      return new VariantVal(variant.getValue(), variant.getMetadata());
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void textsAndNumbersAreTheirTexts() {
    assertThat(text("ключ")).isEqualTo("ключ");
    assertThat(text("")).isEmpty();
    assertThat(text(-7L)).isEqualTo(text(-7)).isEqualTo(text((short) -7)).isEqualTo("-7");
    assertThat(text((byte) 7)).isEqualTo("7");
    assertThat(text(new BigDecimal("7.00"))).isEqualTo("7");
    assertThat(text(new BigDecimal("-0.50"))).isEqualTo("-0.5");
    assertThat(text(new BigDecimal("0E-18"))).isEqualTo("0");
    assertThat(text(new BigDecimal("1200"))).isEqualTo("1200");
    assertThat(text(new BigDecimal("1E-18"))).isEqualTo("0.000000000000000001");
    assertThat(text(LocalDate.of(2024, 2, 29))).isEqualTo("2024-02-29");
    assertThat(text(true)).isEqualTo("true");
  }

  @Test
  void everythingElseIsAKindAndBytes() {
    Instant instant = Instant.parse("1969-12-31T23:59:59.999999Z");
    assertThat(hex(new byte[] {1, -1})).isEqualTo("6200000002" + "01ff");
    assertThat(hex(1.5)).isEqualTo(hex(1.5f)).isEqualTo("643ff8000000000000");
    assertThat(hex(-0.0)).isEqualTo(hex(0.0f)).isEqualTo("640000000000000000");
    assertThat(hex(Double.longBitsToDouble(0xfff8000000000001L)))
        .isEqualTo(hex(Float.NaN))
        .isEqualTo("647ff8000000000000");
    assertThat(hex(instant))
        .isEqualTo(hex(Timestamp.from(instant)))
        .isEqualTo("74" + "f".repeat(16));
    assertThat(hex(LocalDateTime.of(1970, 1, 1, 0, 0, 1))).isEqualTo("6c00000000000f4240");
    assertThat(hex(LocalTime.ofNanoOfDay(258))).isEqualTo("630000000000000102");
    assertThat(hex(Duration.ofNanos(-1_000))).isEqualTo("69" + "f".repeat(16));
    assertThat(hex(Period.of(1, 2, 0))).isEqualTo("6d000000000000000e");
    assertThat(hex(array("a", null))).isEqualTo("6100000002" + "730000000161" + "7a");
    assertThat(hex(RowFactory.create(7, true)))
        .isEqualTo("7200000002" + "6e0000000137" + "6f0000000474727565");
    assertThat(hex(Vectors.dense(1.5))).isEqualTo(hex(array(1.5)));
  }

  @Test
  void theOrderOfEntriesIsNoPartOfAMap() {
    Map<Object, Object> one = new LinkedHashMap<>();
    one.put("a", 1);
    one.put("b", new byte[] {1});
    Map<Object, Object> other = new LinkedHashMap<>();
    other.put("b", new byte[] {1});
    other.put("a", 1L);
    assertThat(hex(map(one)))
        .isEqualTo(hex(map(other)))
        .isEqualTo(
            "7000000002" + "730000000161" + "6e0000000131" + "730000000162" + "620000000101");
  }

  @Test
  void aVariantIsWhatItHolds() {
    assertThat(hex(variant("{\"b\": [1, 2.50], \"a\": null}")))
        .isEqualTo(hex(variant("{\"a\": null, \"b\": [1.0, 2.5]}")))
        .isEqualTo(
            hex(map(Map.of("b", array(1, new BigDecimal("2.5")))))
                .replaceFirst("^7000000001", "7000000002" + "730000000161" + "7a"));
    assertThat(hex(variant("{\"a\": 1}"))).isNotEqualTo(hex(variant("{\"a\": \"1\"}")));
  }

  @Test
  void nothingNestedCanBeReadInTwoWays() {
    List<Object> different =
        List.of(
            array("ab"),
            array("a", "b"),
            array(array("a"), "b"),
            array(array("a", "b")),
            array("a", array("b")),
            array(),
            array((Object) null),
            array(""),
            array(array()),
            array("1"),
            array(1),
            array(1.0),
            array(true),
            array("true"),
            array(LocalDate.EPOCH),
            array("1970-01-01"),
            array(Instant.EPOCH),
            array(LocalDateTime.of(1970, 1, 1, 0, 0)),
            array((Object) new byte[] {'a'}),
            array("a"),
            RowFactory.create("a"),
            RowFactory.create("a", null),
            map(Map.of("a", "b")),
            map(Map.of()),
            new byte[0]);
    assertThat(different.stream().map(CanonicalBytesTest::hex).distinct())
        .hasSize(different.size());
  }

  @Test
  void theBytesOfAnArrayAreNotItsIdentity() {
    assertThat(hex(RowFactory.create(new byte[] {1}, array((Object) new byte[] {2}))))
        .isEqualTo(hex(RowFactory.create(new byte[] {1}, array((Object) new byte[] {2}))));
  }

  @Test
  void zoneAndLocaleChangeNothing() {
    List<Object> ids =
        Arrays.asList(
            1234567L, new BigDecimal("1234.5"), LocalDate.of(2024, 2, 29), Instant.EPOCH, 1.5);
    List<String> expected = ids.stream().map(CanonicalBytesTest::hex).toList();
    Locale locale = Locale.getDefault();
    TimeZone zone = TimeZone.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("fa-IR-u-nu-arabext"));
      TimeZone.setDefault(TimeZone.getTimeZone("Asia/Kathmandu"));
      assertThat(ids.stream().map(CanonicalBytesTest::hex)).isEqualTo(expected);
    } finally {
      Locale.setDefault(locale);
      TimeZone.setDefault(zone);
    }
  }

  @Test
  void aClassThatNoColumnHasIsRefused() {
    assertThatThrownBy(() -> CanonicalBytes.of(new Object()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a value of java.lang.Object has no canonical form");
  }
}
