package io.heed.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsFileTest {
  private static final String NAME = "model.safetensors";

  @TempDir private Path directory;
  private Path file;

  @BeforeEach
  void name() {
    file = directory.resolve(NAME);
  }

  @Test
  void readsFloats() throws IOException {
    new RawSafetensors().counting("a", 2, 3).counting("scalar").counting("none", 0, 4).write(file);
    try (TensorFile tensors = TensorFile.open(file, NAME)) {
      assertThat(tensors.names()).containsExactly("a", "scalar", "none");
      assertThat(tensors.shape("a")).isEqualTo(List.of(2L, 3L));
      assertThat(tensors.dtype("a")).isEqualTo("F32");
      assertThat(tensors.read("a", 2, 3)).containsExactly(0, 1, 2, 3, 4, 5);
      assertThat(tensors.read("scalar")).containsExactly(0);
      assertThat(tensors.read("none", 0, 4)).isEmpty();
    }
  }

  @Test
  void readsTensorsLongerThanItsBufferAtAnyOffset() throws IOException {
    float[] values = new float[200_001];
    Random random = new Random(7);
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat();
    }
    new RawSafetensors().add("odd", "U8", new byte[3], 3).floats("v", values, 200_001).write(file);
    try (TensorFile tensors = TensorFile.open(file, NAME)) {
      assertThat(tensors.read("v", 200_001)).isEqualTo(values);
    }
  }

  @Test
  void allBfloat16ValuesAreExact() throws IOException {
    assertHalves("BF16", bits -> Float.intBitsToFloat(bits << 16));
  }

  @Test
  void allFloat16ValuesAreExact() throws IOException {
    assertHalves(
        "F16",
        bits -> {
          int exponent = bits >> 10 & 31;
          int fraction = bits & 1023;
          double size =
              exponent == 0
                  ? fraction * Math.pow(2, -24)
                  : exponent < 31
                      ? (1024 + fraction) * Math.pow(2, exponent - 25)
                      : fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
          return (float) (bits >> 15 == 0 ? size : -size);
        });
  }

  private interface Widening {
    float of(int bits);
  }

  /** Finite values by reading, all 65536 by mapping, where nothing looks at them. */
  private void assertHalves(String dtype, Widening widening) throws IOException {
    short[] all = new short[1 << 16];
    List<Short> finite = new ArrayList<>();
    for (int i = 0; i < all.length; i++) {
      all[i] = (short) i;
      if (Float.isFinite(widening.of(i))) {
        finite.add((short) i);
      }
    }
    short[] readable = new short[finite.size()];
    for (int i = 0; i < readable.length; i++) {
      readable[i] = finite.get(i);
    }
    new RawSafetensors()
        .shorts("all", dtype, all, 256, 256)
        .shorts("finite", dtype, readable, readable.length)
        .write(file);
    try (TensorFile tensors = TensorFile.open(file, NAME)) {
      float[] out = new float[256];
      MappedTable table = tensors.map("all", 256, 256);
      for (int row = 0; row < 256; row++) {
        table.gather(new int[] {row}, 1, out, 0);
        for (int i = 0; i < 256; i++) {
          assertSameBits(out[i], widening.of(row * 256 + i));
        }
      }
      float[] read = tensors.read("finite", readable.length);
      for (int i = 0; i < readable.length; i++) {
        assertSameBits(read[i], widening.of(readable[i] & 0xffff));
      }
      assertThat(readable.length).isGreaterThan(60_000);
    }
  }

  private static void assertSameBits(float found, float expected) {
    // One kind of NaN only: a NaN has no exact value to keep.
    assertThat(Float.floatToIntBits(found)).isEqualTo(Float.floatToIntBits(expected));
  }

  @ParameterizedTest
  @ValueSource(ints = {12, 13, 24, 35, 36, Integer.MAX_VALUE})
  void aMappedTableGathersRowsAcrossItsMappings(int mapBytes) throws IOException {
    new RawSafetensors().counting("before", 5).counting("table", 7, 3).write(file);
    MappedTable table;
    try (TensorFile tensors = TensorFile.open(file, NAME)) {
      table = tensors.map("table", 7, 3, mapBytes);
    }
    float[] out = new float[12];
    Arrays.fill(out, -1);
    table.gather(new int[] {6, 0, 3, 99}, 3, out, 2);
    assertThat(out).containsExactly(-1, -1, 18, 19, 20, 0, 1, 2, 9, 10, 11, -1);
    assertThat(table.rows()).isEqualTo(7);
    assertThat(table.columns()).isEqualTo(3);
    assertThatThrownBy(() -> table.gather(new int[] {7}, 1, out, 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> table.gather(new int[] {-1}, 1, out, 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void wrongShapesNameBoth() throws IOException {
    new RawSafetensors().counting("a", 2, 3).write(file);
    try (TensorFile tensors = TensorFile.open(file, NAME)) {
      String message = "a has shape [2, 3], expected [3, 2] (model.safetensors)";
      assertThatThrownBy(() -> tensors.read("a", 3, 2)).hasMessage(message);
      assertThatThrownBy(() -> tensors.map("a", 3, 2)).hasMessage(message);
      assertThatThrownBy(() -> tensors.read("b", 3, 2))
          .isInstanceOf(CheckpointException.class)
          .hasMessage("there is no tensor b (model.safetensors)");
    }
  }

  @Test
  void otherFormatsAreNamedOnlyWhenAskedFor() throws IOException {
    new RawSafetensors()
        .add("ids", "I64", new byte[16], 2)
        .add("new", "F6_E3M2", new byte[3], 4)
        .counting("a", 1)
        .write(file);
    try (TensorFile tensors = TensorFile.open(file, NAME)) {
      assertThat(tensors.read("a", 1)).containsExactly(0);
      assertThatThrownBy(() -> tensors.read("ids", 2))
          .isInstanceOf(CheckpointException.class)
          .hasMessage("ids is stored as I64; supported are [F32, F16, BF16] (model.safetensors)");
      assertThatThrownBy(() -> tensors.read("new", 4)).hasMessageContaining("F6_E3M2");
    }
  }

  @Test
  void valuesThatAreNotFiniteAreRefused() throws IOException {
    new RawSafetensors().floats("a", new float[] {1, Float.NaN}, 2).write(file);
    try (TensorFile tensors = TensorFile.open(file, NAME)) {
      assertThatThrownBy(() -> tensors.read("a", 2))
          .isInstanceOf(CheckpointException.class)
          .hasMessage("value 1 of a is NaN, not a finite number (model.safetensors)");
    }
  }

  @Test
  void aTruncatedFileIsRefusedWhereverItEnds() throws IOException {
    new RawSafetensors().counting("a", 2, 3).counting("b", 4).write(file);
    byte[] whole = Files.readAllBytes(file);
    for (int length = 0; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertRefused("");
    }
  }

  @Test
  void headerLengthsAreCheckedAgainstTheFileAndTheLimit() throws IOException {
    byte[] json = "{}".getBytes(StandardCharsets.UTF_8);
    for (long length : new long[] {3, 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE, -1}) {
      RawSafetensors.write(file, length, json);
      assertRefused(
          "header length %s is more than the 2 bytes that follow it"
              .formatted(Long.toUnsignedString(length)));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          [1]                                      | the header is START_ARRAY
          {"a":                                    | not valid JSON
          {}{}                                     | goes on after its closing brace
          {"a":1}                                  | the entry of a is VALUE_NUMBER_INT
          {"a":{"dtype":"F32","shape":[1]}}        | a needs dtype, shape and two data_offsets
          {"a":{"dtype":"F32","extra":1}}          | unknown key extra in the entry of a
          {"a":{"dtype":"F32","shape":[-1]}}       | shape of a holds -1
          {"a":{"dtype":"F32","shape":[1.5]}}      | shape of a is VALUE_NUMBER_FLOAT
          {"a":{"dtype":"F32","shape":[99999999999999999999]}} | shape of a holds 99999999999999999999
          {"a":{"data_offsets":[0,1,2]}}           | data_offsets of a has more than 2 numbers
          {"a":{"dtype":"F32","dtype":"F16"}}      | Duplicate field 'dtype'
          """)
  void malformedHeadersAreRefused(String header, String message) throws IOException {
    RawSafetensors.write(file, header);
    assertRefused(message);
  }

  @Test
  void duplicateNamesAreRefused() throws IOException {
    String entry = RawSafetensors.entry("a", "F32", new long[] {1}, 0, 4);
    RawSafetensors.write(file, "{" + entry + "," + entry + "}", new byte[4]);
    assertRefused("Duplicate field 'a'");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 16, 'data_offsets [0, 16] of a are not inside the 8 bytes of data'",
    "8, 4, 'data_offsets [8, 4] of a are not inside the 8 bytes of data'",
    "0, 4, 'a of shape [2] in F32 needs 8 bytes, its data_offsets [0, 4] hold 4'",
    "9223372036854775800, 9223372036854775807, 'are not inside the 8 bytes of data'"
  })
  void offsetsOutsideTheirTensorOrTheFileAreRefused(long begin, long end, String message)
      throws IOException {
    String entry = RawSafetensors.entry("a", "F32", new long[] {2}, begin, end);
    RawSafetensors.write(file, "{" + entry + "}", new byte[8]);
    assertRefused(message);
  }

  @Test
  void shapesWhoseSizeOverflowsAreRefused() throws IOException {
    long[] shape = {1L << 32, 1L << 32};
    String entry = RawSafetensors.entry("a", "F32", shape, 0, 0);
    RawSafetensors.write(file, "{" + entry + "}");
    assertRefused("a of shape [4294967296, 4294967296] in F32 has too many bytes");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 4, 4, 'a begins at 0, but b ends at 4: tensors must not overlap'",
    "8, 12, 8, '4 bytes between a and b belong to no tensor'",
    "4, 8, 12, 'the last 4 bytes belong to no tensor'"
  })
  void dataIsCoveredOnceAndWhole(int begin, int end, int length, String message)
      throws IOException {
    String a = RawSafetensors.entry("a", "F32", new long[] {1}, 0, 4);
    String b = RawSafetensors.entry("b", "F32", new long[] {1}, begin, end);
    RawSafetensors.write(file, "{" + b + "," + a + "}", new byte[Math.max(length, end)]);
    assertRefused(message);
  }

  private void assertRefused(String message) {
    assertThatThrownBy(() -> TensorFile.open(file, NAME).close())
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(message)
        .hasMessageContaining("(model.safetensors)");
  }
}
