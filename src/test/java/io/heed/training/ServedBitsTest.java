package io.heed.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.architecture.ModelCheckpoint;
import io.heed.batch.PackedBatch;
import io.heed.checkpoint.GptCheckpointFixture;
import io.heed.checkpoint.GptCheckpointFixture.Form;
import io.heed.kernel.KernelChoice;
import io.heed.kernel.KernelProvider;
import io.heed.kernel.Kernels;
import io.heed.kernel.Scratch;
import io.heed.layer.Workspace;
import io.heed.model.TransformerDecoder;
import io.heed.tensor.Matrix;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Hidden states while a model is trained are those of the model that is served, to the bit. */
class ServedBitsTest {
  private static final int VOCABULARY = 211;

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "GPT2, AUTO, 2, 96, 3",
    "GPT2, REFERENCE, 2, 96, 3",
    "GPT2, AUTO, 3, 60, 4",
    "OPENAI_GPT, AUTO, 2, 96, 3",
    "OPENAI_GPT, REFERENCE, 2, 96, 3",
    "OPENAI_GPT, AUTO, 1, 44, 2"
  })
  void areThoseOfServing(Form form, KernelChoice choice, int layers, int width, int heads)
      throws IOException {
    Path model =
        GptCheckpointFixture.of(form, layers, width, heads, VOCABULARY, 8)
            .withMaxPositionEmbeddings(160)
            .write(directory.resolve("model"));
    Kernels kernels = KernelProvider.choose(choice).kernels();
    try (ModelCheckpoint checkpoint = ModelCheckpoint.open(model)) {
      TransformerDecoder served = (TransformerDecoder) checkpoint.load(kernels);
      TrainingProcess process =
          new TrainingProcess(checkpoint, kernels, KernelProvider.training(choice).kernels());
      process.weights().pack(0, 1);
      DecoderPass pass =
          new DecoderPass(
              process.weights(),
              new TaskKernels(kernels, process.training(), new Scratch()),
              new DropoutRates(0.1, 0.1, 0.1),
              3);
      SplittableRandom random = new SplittableRandom(4);
      // The second batch is smaller, and finds the memory of the first.
      for (int[] lengths : new int[][] {{1, 2, 33, 160, 7}, {5, 1, 17}, {64}}) {
        assertSameBits(lengths, random, served, pass);
      }
    }
  }

  private static void assertSameBits(
      int[] lengths, SplittableRandom random, TransformerDecoder served, DecoderPass pass) {
    List<int[]> sequences = new ArrayList<>();
    for (int length : lengths) {
      sequences.add(random.ints(length, 0, VOCABULARY).toArray());
    }
    PackedBatch packed = PackedBatch.of(sequences);
    MicroBatch batch =
        new MicroBatch(
            packed.inputIds(),
            new int[packed.inputIds().length],
            packed.cumulativeLengths(),
            new long[lengths.length]);
    int[] expected = bits(served.hiddenStates(packed, new Workspace()));
    assertThat(expected).doesNotContain(Float.floatToRawIntBits(Float.NaN));
    assertThat(bits(pass.hiddenStates(batch))).isEqualTo(expected);
    // Dropout of a step before it leaves nothing behind.
    pass.addGradient(batch, 1, new float[1 << 19]);
    assertThat(bits(pass.hiddenStates(batch))).isEqualTo(expected);
  }

  private static int[] bits(Matrix matrix) {
    int[] bits = new int[matrix.rows() * matrix.columns()];
    for (int t = 0; t < matrix.rows(); t++) {
      for (int i = 0; i < matrix.columns(); i++) {
        bits[t * matrix.columns() + i] =
            Float.floatToRawIntBits(matrix.data()[matrix.index(t) + i]);
      }
    }
    return bits;
  }
}
