package io.heed.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withPrecision;

import io.heed.value.ValueJson;
import java.util.Arrays;
import org.apache.spark.sql.types.DataType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import scala.collection.immutable.ArraySeq;
import scala.jdk.javaapi.CollectionConverters;

/** Rows while they wait for their batch. */
class CompactArraysTest {

  private static Object seq(Object... elements) {
    return CollectionConverters.asScala(Arrays.asList(elements)).toSeq();
  }

  @Test
  void numbers_stand_in_one_block_and_are_equal() {
    Object vectors = seq(seq(1.5f, -0.0f, Float.MIN_VALUE), seq(), seq(Float.MAX_VALUE));

    Object compact = CompactArrays.of(vectors, DataType.fromDDL("array<array<float>>"));

    assertThat(compact).isEqualTo(vectors);
    assertThat(ValueJson.of(compact)).isEqualTo(ValueJson.of(vectors));
    ArraySeq<?> first = (ArraySeq<?>) ((ArraySeq<?>) compact).apply(0);
    assertThat(first.unsafeArray()).isEqualTo(new float[] {1.5f, -0.0f, Float.MIN_VALUE});
    assertThat((double) ValueBytes.of(compact))
        .isCloseTo(ValueBytes.of(vectors) - 4 * 20, withPrecision(100.0));
  }

  @ParameterizedTest
  @CsvSource({"float", "double", "int", "bigint"})
  void every_type_of_number_keeps_its_class(String type) {
    Object number =
        switch (type) {
          case "float" -> 0.1f;
          case "double" -> 0.1;
          case "int" -> Integer.MIN_VALUE;
          default -> Long.MAX_VALUE;
        };
    Object array = seq(number, number);

    Object compact = CompactArrays.of(array, DataType.fromDDL("array<" + type + ">"));

    assertThat(compact).isEqualTo(array).isNotSameAs(array).isInstanceOf(ArraySeq.class);
    assertThat(((ArraySeq<?>) compact).apply(1)).isEqualTo(number);
    assertThat(((ArraySeq<?>) compact).unsafeArray().getClass().getComponentType().isPrimitive())
        .isTrue();
  }

  @ParameterizedTest
  @CsvSource({"array<float>", "array<string>", "string"})
  void what_cannot_stand_so_stays_as_it_is(String type) {
    Object value =
        switch (type) {
          case "array<float>" -> seq(1f, null);
          case "array<string>" -> seq("a", "b");
          default -> "a";
        };

    assertThat(CompactArrays.of(value, DataType.fromDDL(type))).isSameAs(value);
    assertThat(CompactArrays.of(null, DataType.fromDDL(type))).isNull();
  }

  @Test
  void vectors_with_nulls_among_them_stay_equal() {
    Object vectors = seq(seq(1f, null), null, seq(2f));

    assertThat(CompactArrays.of(vectors, DataType.fromDDL("array<array<float>>")))
        .isEqualTo(vectors);
  }
}
