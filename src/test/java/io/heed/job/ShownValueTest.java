package io.heed.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;
import scala.jdk.javaapi.CollectionConverters;

class ShownValueTest {

  private static void assertShown(Object value, String expected) {
    assertThat(ShownValue.of(value)).isEqualTo(expected);
  }

  @Test
  void numbers() {
    assertShown(0.1f, "0.1");
    assertShown(-123.456789, "-123.457");
    assertShown(0.0, "0");
    assertShown(1e-12, "1e-12");
    assertShown(1.23456789e15, "1.23457e+15");
    assertShown(100000000.0, "100000000");
    assertShown(Double.NaN, "NaN");
    assertShown(1234567890123L, "1234567890123");
    assertShown(true, "true");
    assertShown(null, "null");
  }

  @Test
  void arraysByTheirFirstElements() {
    assertShown(new float[] {0.08335021f, -0.0041371f, 1f}, "[0.0834, -0.00414, 1]");
    assertShown(new float[384], "[0, 0, 0, 0, ... of 384]");
    assertShown(IntStream.range(0, 9).toArray(), "[0, 1, 2, 3, ... of 9]");
    assertShown(new float[0], "[]");
    assertShown(new float[7][5], "7x5: [0, 0, 0, ... of 5]");
    assertShown(new float[2][3][4], "2x3x4: [0, 0, 0, ... of 4]");
    assertShown(new float[0][5], "[]");
    assertShown(new float[2][0], "2x0: []");
    assertShown(new float[][] {{1, 2}, {3}}, "2x2: [1, 2]");
    assertShown(new byte[][] {{1}, {2}}, "[0x01, 0x02]");
    assertShown(Vectors.dense(1, 2), "[1, 2]");
    assertShown(CollectionConverters.asScala(List.of("a", "b")).toSeq(), "[a, b]");
  }

  @Test
  void structures() {
    assertShown(RowFactory.create(12, -0.53219f), "{12, -0.532}");
    assertShown(new Row[] {RowFactory.create(1, 2.5f)}, "[{1, 2.5}]");
    assertShown(
        new Row[] {RowFactory.create(1, new float[2][4][4])}, "[{1, 2x4x4: [0, ... of 4]}]");
    assertShown(CollectionConverters.asScala(Map.of("k", 1)), "{k: 1}");
    assertShown(new byte[] {1, (byte) 0xAB}, "0x01ab");
    assertShown(new byte[100], "0x" + "00".repeat(12) + "...");
  }

  @Test
  void textsInOneLine() {
    assertShown("a\nb\u001b[31m", "a\\nb\\u001b[31m");
    assertShown("x".repeat(1_000_000), "x".repeat(160) + "...");
    assertShown("x".repeat(159) + "😀", "x".repeat(159) + "...");
  }
}
