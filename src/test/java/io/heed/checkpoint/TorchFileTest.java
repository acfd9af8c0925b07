package io.heed.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.heed.tensor.EmbeddingTable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Files that {@code torch.save} of a published PyTorch wrote, against what its {@code torch.load}
 * read in them ({@code goldens/torch/make_torch.py}), and files of the same kind in every form.
 */
class TorchFileTest {
  private static final Path GOLDENS = Path.of("src/test/resources/goldens/torch");

  private static final Map<String, String> DTYPES =
      Map.of(
          "float32", "F32",
          "float16", "F16",
          "bfloat16", "BF16",
          "float64", "F64",
          "int64", "I64",
          "int32", "I32",
          "int16", "I16",
          "int8", "I8",
          "uint8", "U8",
          "bool", "BOOL");

  @TempDir private Path directory;

  private static TensorFile open(Path file) {
    return TensorFile.open(file, file.getFileName().toString());
  }

  private static JsonNode expected(String file) throws IOException {
    JsonNode all = new ObjectMapper().readTree(GOLDENS.resolve("expected.json").toFile());
    return all.required("files").required(file);
  }

  private static float[] floats(JsonNode values) {
    float[] floats = new float[values.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = values.get(i).floatValue();
    }
    return floats;
  }

  private static long[] shape(TensorFile file, String name) {
    return file.shape(name).stream().mapToLong(Long::longValue).toArray();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain.bin",
        "protocol4.pt",
        "protocol5.pth",
        "state_dict.bin",
        "parameters.bin",
        "pytorch_model-00001-of-00002.bin",
        "pytorch_model-00002-of-00002.bin",
        "bert/pytorch_model.bin",
        "gpt/pytorch_model.bin"
      })
  void tensorsAreThoseOfTorch(String name) throws IOException {
    JsonNode expected = expected(name);
    int read = 0;
    try (TensorFile file = open(GOLDENS.resolve(name))) {
      List<String> names = new ArrayList<>();
      expected.fieldNames().forEachRemaining(names::add);
      assertThat(file.names()).containsExactlyElementsOf(names);
      for (Map.Entry<String, JsonNode> tensor : expected.properties()) {
        String dtype = DTYPES.get(tensor.getValue().required("dtype").textValue());
        long[] shape = shape(file, tensor.getKey());
        assertThat(file.dtype(tensor.getKey())).isEqualTo(dtype);
        assertThat(shape).isEqualTo(longs(tensor.getValue().required("shape")));
        if (FloatFormat.named(dtype).isPresent() && !tensor.getKey().equals("repeated")) {
          assertThat(file.read(tensor.getKey(), shape))
              .as(tensor.getKey())
              .containsExactly(floats(tensor.getValue().required("values")));
          read++;
        }
      }
    }
    assertThat(read).isPositive();
  }

  private static long[] longs(JsonNode values) {
    return LongStream.range(0, values.size()).map(i -> values.get((int) i).longValue()).toArray();
  }

  @Test
  void otherFormatsAndSharedValuesAreNamedOnlyWhenAskedFor() {
    try (TensorFile file = open(GOLDENS.resolve("plain.bin"))) {
      assertThatThrownBy(() -> file.read("ids", 5))
          .isInstanceOf(CheckpointException.class)
          .hasMessage("ids is stored as I64; supported are [F32, F16, BF16] (plain.bin)");
      assertThatThrownBy(() -> file.check("mask", 2)).hasMessageContaining("stored as BOOL");
      String overlap = "values of repeated of shape [2, 3] overlap in its storage (plain.bin)";
      assertThatThrownBy(() -> file.check("repeated", 2, 3)).hasMessage(overlap);
      assertThatThrownBy(() -> file.read("repeated", 2, 3)).hasMessage(overlap);
      assertThatThrownBy(() -> file.table("repeated", 2, 3)).hasMessage(overlap);
    }
  }

  @Test
  void tiedTensorsAreKnownAsOne() {
    try (TensorFile file = open(GOLDENS.resolve("plain.bin"))) {
      assertThat(file.same("shared", "shared.again")).isTrue();
      assertThat(file.same("shared", "shared")).isTrue();
      assertThat(file.same("shared", "f32")).isFalse();
      assertThat(file.same("shared", "transposed")).isFalse();
      assertThat(file.same("shared", "shared.flat")).isFalse();
    }
    try (TensorFile file = open(GOLDENS.resolve("gpt/pytorch_model.bin"))) {
      assertThat(file.same("transformer.wte.weight", "lm_head.weight")).isTrue();
      assertThat(file.same("transformer.wte.weight", "transformer.wpe.weight")).isFalse();
    }
  }

  @Test
  void onlyWhatStandsRowByRowIsMapped() throws IOException {
    try (TensorFile file = open(GOLDENS.resolve("plain.bin"))) {
      assertRows(file.map("f16", 4, 6), floats(expected("plain.bin").at("/f16/values")));
      assertRows(file.map("shared", 4, 6, 30), floats(expected("plain.bin").at("/f32/values")));
      assertRows(file.table("transposed", 6, 4), file.read("transposed", 6, 4));
      assertThatThrownBy(() -> file.map("transposed", 6, 4))
          .isInstanceOf(CheckpointException.class)
          .hasMessage("transposed of shape [6, 4] is not a table of rows to map (plain.bin)");
    }
  }

  private static void assertRows(EmbeddingTable table, float[] expected) {
    int[] rows = LongStream.range(0, table.rows()).mapToInt(i -> (int) i).toArray();
    float[] values = new float[expected.length];
    table.gather(rows, rows.length, values, 0);
    assertThat(values).containsExactly(expected);
  }

  @ParameterizedTest
  @EnumSource
  void everyFormOfTheArchiveIsRead(RawZip.Form form) throws IOException {
    byte[] bytes = new RawTorch().counting("a", 2, 3).counting("b").counting("c", 0, 4).bytes(form);
    try (TensorFile file = open(Files.write(directory.resolve("a.bin"), bytes))) {
      assertThat(file.names()).containsExactly("a", "b", "c");
      assertThat(file.read("a", 2, 3)).containsExactly(0, 1, 2, 3, 4, 5);
      assertThat(file.read("b")).containsExactly(0);
      assertThat(file.read("c", 0, 4)).isEmpty();
    }
  }

  /** Longer than the buffer, in which a row then ends anywhere; steps beyond it as well. */
  @ParameterizedTest
  @CsvSource({"1, 1001", "1001, 1", "1000, 2", "2, 1000"})
  void stridesGoBeyondTheBuffer(long down, long across) throws IOException {
    int rows = 401;
    int columns = 401;
    int length = 450_001;
    ByteBuffer bytes = ByteBuffer.allocate(length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < length; i++) {
      bytes.putFloat(i);
    }
    long[] sizes = {rows, columns};
    Path path = directory.resolve("a.bin");
    new RawTorch()
        .add("a", "FloatStorage", Float.BYTES, bytes.array(), 2, sizes, down, across)
        .write(path);
    float[] expected = new float[rows * columns];
    for (int i = 0; i < expected.length; i++) {
      expected[i] = 2 + i / columns * down + i % columns * across;
    }
    try (TensorFile file = open(path)) {
      assertThat(file.read("a", sizes)).isEqualTo(expected);
    }
  }

  @Test
  void valuesThatAreNotFiniteAreRefused() throws IOException {
    Path path = directory.resolve("a.bin");
    new RawTorch().floats("a", new float[] {1, Float.POSITIVE_INFINITY}, 2).write(path);
    try (TensorFile file = open(path)) {
      assertThatThrownBy(() -> file.read("a", 2))
          .isInstanceOf(CheckpointException.class)
          .hasMessage("value 1 of a is Infinity, not a finite number (a.bin)");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          legacy.bin   | the file is older than PyTorch 1.6, a bare pickle with the magic number 0x1950a86a20f9469cfc6c
          training.bin | state_dict is a dict in the dict of the file, as a training program saves it
          bare.bin     | the file holds a tensor of shape [2], expected a dict of tensors by name
          negated.bin  | a tensor with metadata, a dict of 1, at byte
          float8.bin   | the pickle asks Python for torch._utils._rebuild_tensor_v3, which no dict of tensors needs
          module.bin   | the pickle asks Python for torch.nn.modules.linear.Linear, which no dict of tensors needs
          script.pt    | is compressed in the zip archive, by method 8; torch.save compresses nothing
          """)
  void whatTorchWritesBesideTensorsIsRefused(String name, String message) {
    assertThatThrownBy(() -> open(GOLDENS.resolve(name)))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(message)
        .hasMessageEndingWith("(" + name + ")");
  }
}
