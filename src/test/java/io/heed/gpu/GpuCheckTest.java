package io.heed.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.heed.checkpoint.BertCheckpointFixture;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a machine with a GPU is asked, asked of the emulated one. */
class GpuCheckTest {
  private static final int WIDTH = 64;

  @TempDir private Path directory;

  @BeforeEach
  void require() {
    EmulatedDriver.require();
  }

  private Path integers(String name, int... values) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Integer.BYTES).order(ByteOrder.nativeOrder());
    bytes.asIntBuffer().put(values);
    return Files.write(directory.resolve(name), bytes.array());
  }

  private String model() throws IOException {
    return BertCheckpointFixture.of(1, WIDTH, 2, 90, 7)
        .withIntermediateSize(136)
        .write(directory.resolve("model"))
        .toString();
  }

  private static void assertDone(String answer) {
    assertThat(answer).startsWith("ok\t");
  }

  @Test
  void vectorsAreComputedAndRowsFlagged() throws IOException {
    try (GpuCheck check = new GpuCheck()) {
      String path = check.answer("paths").split("\t")[1];
      assertDone(check.answer("open", path, model()));
      assertDone(check.answer("put", "ids", integers("ids", 5, 6, 7, 90, 8).toString()));
      assertDone(check.answer("put", "starts", integers("starts", 0, 3, 4, 5).toString()));
      assertDone(check.answer("room", "vectors", Integer.toString(3 * WIDTH * Float.BYTES)));
      String told = check.answer("embed", "ids", "starts", "MEAN", "0", "vectors", "2");
      assertThat(told).matches("ok\\t[0-9.]+\\t1:1");
      Path vectors = directory.resolve("vectors");
      assertDone(check.answer("get", "vectors", vectors.toString()));
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(vectors));
      float[] first = new float[WIDTH];
      bytes.order(ByteOrder.nativeOrder()).asFloatBuffer().get(first);
      double squares = 0;
      for (float value : first) {
        squares += (double) value * value;
      }
      assertThat(squares).isCloseTo(1, within(1e-5));
    }
  }

  @Test
  void eachPartOfABlockIsComputed() throws IOException {
    int rows = 5;
    int bytes = rows * 4 * WIDTH * Short.BYTES;
    try (GpuCheck check = new GpuCheck()) {
      assertDone(check.answer("open", check.answer("paths").split("\t")[1], model()));
      String zeros = Files.write(directory.resolve("zeros"), new byte[bytes]).toString();
      assertDone(check.answer("put", "input", zeros));
      assertDone(check.answer("put", "starts", integers("starts", 0, 2, rows).toString()));
      for (String command :
          new String[] {
            "product query_key_value input - output 5 1",
            "product output input input output 5 1",
            "product inner input - output 5 1",
            "product outer input input output 5 1",
            "normalize input output 5 1",
            "attend input starts output 1"
          }) {
        assertDone(check.answer("room", "output", Integer.toString(bytes)));
        assertDone(check.answer(command.split(" ")));
        Path output = directory.resolve("output");
        assertDone(check.answer("get", "output", output.toString()));
        // Bits that are all set are left where nothing was written.
        byte[] first = Arrays.copyOf(Files.readAllBytes(output), Short.BYTES);
        assertThat(first).as(command).isNotEqualTo(new byte[] {-1, -1});
      }
    }
  }

  @Test
  void whatCannotBeDoneIsTold() {
    try (GpuCheck check = new GpuCheck()) {
      assertThat(check.answer("get", "nothing", "file"))
          .isEqualTo("fault\tjava.lang.IllegalArgumentException: there is no buffer nothing");
      assertThat(check.answer("dance")).contains("there is no command dance");
    }
  }
}
