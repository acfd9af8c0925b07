package io.heed.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.heed.architecture.ModelCheckpoint;
import io.heed.batch.PackedBatch;
import io.heed.checkpoint.GptCheckpointFixture;
import io.heed.checkpoint.GptCheckpointFixture.Form;
import io.heed.checkpoint.GptCheckpointFixture.Head;
import io.heed.kernel.KernelChoice;
import io.heed.kernel.KernelProvider;
import io.heed.kernel.Kernels;
import io.heed.kernel.ReferenceKernels;
import io.heed.layer.KeyValueCache;
import io.heed.layer.KeyValueCache.Run;
import io.heed.layer.Workspace;
import io.heed.oracle.GptOracle;
import io.heed.oracle.GptOracle.Choice;
import io.heed.tensor.Matrix;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TransformerDecoderTest {
  /** Largest difference of a logit from float64. */
  private static final double TOLERANCE = 2e-5;

  private static final int VOCABULARY = 300;

  @TempDir Path directory;

  private final Workspace workspace = new Workspace();

  private static Kernels simd() {
    return KernelProvider.choose(KernelChoice.SIMD).kernels();
  }

  private Path write(GptCheckpointFixture fixture) throws IOException {
    return fixture.write(directory.resolve(fixture.form() + "-" + fixture.seed()));
  }

  private static TransformerDecoder load(Path checkpoint, Kernels kernels) {
    try (ModelCheckpoint opened = ModelCheckpoint.open(checkpoint)) {
      return (TransformerDecoder) opened.load(kernels);
    }
  }

  private static int[] ids(Random random, int count) {
    return random.ints(count, 0, VOCABULARY).toArray();
  }

  @ParameterizedTest
  @CsvSource({
    "GPT2, gelu_new, TIED, 2, 128, 4",
    "GPT2, gelu, COPIED, 2, 48, 3",
    "GPT2, relu, SEPARATE, 1, 60, 2",
    "OPENAI_GPT, gelu, TIED, 2, 128, 4",
    "OPENAI_GPT, relu, SEPARATE, 2, 48, 3",
    "GPT2, gelu_new, TIED, 12, 768, 12"
  })
  void logitsAgreeWithFloat64(
      Form form, String activation, Head head, int layers, int width, int heads)
      throws IOException {
    Path checkpoint =
        write(
            GptCheckpointFixture.of(form, layers, width, heads, VOCABULARY, 3)
                .withActivation(activation)
                .withHead(head));
    GptOracle oracle = GptOracle.load(checkpoint);
    TransformerDecoder decoder = load(checkpoint, simd());
    Random random = new Random(5);
    List<int[]> sequences = new ArrayList<>();
    for (int length : width > 128 ? new int[] {1, 40} : new int[] {1, 2, 33, 200}) {
      sequences.add(ids(random, length));
    }
    PackedBatch batch = PackedBatch.of(sequences);
    double[][] logits = copy(logits(decoder, decoder.hiddenStates(batch, workspace)));
    for (int s = 0; s < sequences.size(); s++) {
      double[][] expected = oracle.logits(sequences.get(s));
      for (int t = 0; t < expected.length; t++) {
        double[] actual = logits[batch.cumulativeLengths()[s] + t];
        assertThat(actual).as("token %d", t).containsExactly(expected[t], within(TOLERANCE));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void cachedAndUncachedRunsHaveTheSameBits(Form form) throws IOException {
    Path checkpoint = write(GptCheckpointFixture.of(form, 3, 96, 4, VOCABULARY, 9));
    for (Kernels kernels : List.of(simd(), new ReferenceKernels(), RowMajorKernels.create())) {
      TransformerDecoder decoder = load(checkpoint, kernels);
      Random random = new Random(6);
      int[][] all = {ids(random, 90), ids(random, 3), ids(random, 400)};
      List<double[][]> whole = new ArrayList<>();
      for (int[] sequence : all) {
        PackedBatch alone = PackedBatch.of(List.of(sequence));
        whole.add(copy(decoder.hiddenStates(alone, workspace)));
      }
      KeyValueCache cache = new KeyValueCache(kernels, decoder.spec().cacheShape(), 600);
      List<Run> runs = new ArrayList<>();
      for (int[] sequence : all) {
        runs.add(cache.reserve(sequence.length).orElseThrow());
      }
      while (runs.stream().mapToInt(Run::tokens).sum() < 493) {
        checkStep(decoder, random, all, whole, cache, runs);
      }
    }
  }

  /** The next few tokens of some of the sequences. */
  private void checkStep(
      TransformerDecoder decoder,
      Random random,
      int[][] all,
      List<double[][]> whole,
      KeyValueCache cache,
      List<Run> runs) {
    List<Integer> chosen = new ArrayList<>();
    List<int[]> next = new ArrayList<>();
    for (int s = 0; s < all.length; s++) {
      int from = runs.get(s).tokens();
      int to = Math.min(all[s].length, from + 1 + random.nextInt(random.nextBoolean() ? 1 : 70));
      if (to > from && random.nextInt(4) > 0) {
        chosen.add(s);
        next.add(Arrays.copyOfRange(all[s], from, to));
      }
    }
    PackedBatch batch = PackedBatch.of(next);
    List<Run> stepped = chosen.stream().map(runs::get).toList();
    double[][] states = copy(decoder.hiddenStates(batch, cache, stepped, workspace));
    for (int i = 0; i < chosen.size(); i++) {
      int end = stepped.get(i).tokens();
      assertThat(
              Arrays.copyOfRange(
                  states, batch.cumulativeLengths()[i], batch.cumulativeLengths()[i + 1]))
          .isDeepEqualTo(Arrays.copyOfRange(whole.get(chosen.get(i)), end - batch.length(i), end));
    }
  }

  @ParameterizedTest
  @CsvSource({"GPT2, 2, 128, 4", "OPENAI_GPT, 2, 128, 4", "GPT2, 12, 768, 12"})
  void continuesGreedilyAsFloat64Does(Form form, int layers, int width, int heads)
      throws IOException {
    Path checkpoint = write(GptCheckpointFixture.of(form, layers, width, heads, VOCABULARY, 1));
    TransformerDecoder decoder = load(checkpoint, simd());
    int[] ids = Arrays.copyOf(ids(new Random(2), 10), 10 + 64);
    KeyValueCache cache = new KeyValueCache(simd(), decoder.spec().cacheShape(), ids.length);
    Run run = cache.reserve(ids.length).orElseThrow();
    for (int end = 10; end < ids.length; end++) {
      int[] next = Arrays.copyOfRange(ids, run.tokens(), end);
      PackedBatch batch = PackedBatch.of(List.of(next));
      Matrix hidden = decoder.hiddenStates(batch, cache, List.of(run), workspace);
      int[] last = {batch.tokens() - 1};
      ids[end] = largest(copy(decoder.logits(hidden, last, workspace))[0]);
    }
    Choice[] choices = GptOracle.load(checkpoint).choices(ids);
    for (int end = 10; end < ids.length; end++) {
      if (choices[end - 1].margin() > TOLERANCE) {
        assertThat(ids[end]).as("token %d", end).isEqualTo(choices[end - 1].token());
      }
    }
  }

  @Test
  void aStackOf96ThinBlocks() throws IOException {
    Path checkpoint = write(GptCheckpointFixture.of(Form.GPT2, 96, 32, 2, VOCABULARY, 4));
    TransformerDecoder decoder = load(checkpoint, simd());
    int[] sequence = ids(new Random(7), 20);
    double[][] expected = GptOracle.load(checkpoint).logits(sequence);
    PackedBatch batch = PackedBatch.of(List.of(sequence));
    double[][] actual = copy(logits(decoder, decoder.hiddenStates(batch, workspace)));
    // Eight times as deep as GPT-2: rounding adds up.
    for (int t = 0; t < expected.length; t++) {
      assertThat(actual[t]).containsExactly(expected[t], within(8 * TOLERANCE));
    }
  }

  /** The logits of all tokens, as many at a time as are computed together. */
  private Matrix logits(TransformerDecoder decoder, Matrix hidden) {
    Matrix all = Matrix.allocate(hidden.rows(), VOCABULARY);
    for (int from = 0; from < hidden.rows(); from += TransformerDecoder.MOST_LOGITS) {
      int to = Math.min(hidden.rows(), from + TransformerDecoder.MOST_LOGITS);
      int[] tokens = IntStream.range(from, to).toArray();
      Matrix some = decoder.logits(hidden, tokens, workspace);
      for (int i = from; i < to; i++) {
        System.arraycopy(some.data(), some.index(i - from), all.data(), all.index(i), VOCABULARY);
      }
    }
    return all;
  }

  private static int largest(double... values) {
    int largest = 0;
    for (int i = 1; i < values.length; i++) {
      largest = values[i] > values[largest] ? i : largest;
    }
    return largest;
  }

  private static double[][] copy(Matrix matrix) {
    double[][] rows = new double[matrix.rows()][matrix.columns()];
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < rows[i].length; j++) {
        rows[i][j] = matrix.at(i, j);
      }
    }
    return rows;
  }
}
