package io.heed.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.architecture.ModelCheckpoint;
import io.heed.checkpoint.BertCheckpointFixture;
import io.heed.checkpoint.CheckpointCopy;
import io.heed.engine.Embeddings;
import io.heed.engine.VectorEnding;
import io.heed.engine.VectorEnding.VectorNorm;
import io.heed.gpu.EmulatedGpu.Outcome;
import io.heed.kernel.KernelChoice;
import io.heed.kernel.KernelProvider;
import io.heed.kernel.Kernels;
import io.heed.layer.Pooling;
import io.heed.layer.Poolings;
import io.heed.model.TransformerEncoder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole encoders on the emulated GPU, beside the engine of the CPU. */
class GpuEncoderTest {
  private static final int VOCABULARY = 90;
  private static final int POSITIONS = 150;
  private static final VectorEnding WHOLE = VectorEnding.whole(VectorNorm.NONE);

  @TempDir private static Path directory;
  private static Kernels kernels;
  private static TransformerEncoder model;

  private EmulatedGpu gpu;
  private GpuWeights weights;

  @BeforeAll
  static void loadModel() throws IOException {
    kernels = KernelProvider.choose(KernelChoice.REFERENCE).kernels();
    model = model(directory, 64, 2, 136);
  }

  private static TransformerEncoder model(Path place, int width, int heads, int inner)
      throws IOException {
    BertCheckpointFixture.of(2, width, heads, VOCABULARY, 7)
        .withIntermediateSize(inner)
        .withMaxPositionEmbeddings(POSITIONS)
        .write(place);
    try (ModelCheckpoint checkpoint = ModelCheckpoint.open(place)) {
      return (TransformerEncoder) checkpoint.load(kernels);
    }
  }

  /** That of the emulated GPU. */
  int capability() {
    return 80;
  }

  @BeforeEach
  void open() {
    gpu = EmulatedGpu.open(capability());
    weights = GpuWeights.of(model, gpu.memory());
  }

  @AfterEach
  void giveBack() {
    if (weights != null) {
      weights.close();
      assertThat(EmulatedDriver.emulated("allocated")).as("memory that stays").isZero();
    }
  }

  /** Of all lengths round a block of queries, a tile of a product, and the positions. */
  private static List<int[]> rows() {
    return EmulatedGpu.rows(VOCABULARY, 1, 2, 7, 63, 64, 65, 127, 128, 129, 150, 3, 31);
  }

  private Outcome embed(List<int[]> rows, Poolings poolings, VectorEnding ending) {
    return gpu.embed(new GpuEncoder(gpu.device(), weights), rows, poolings, ending);
  }

  private static Embeddings expected(
      TransformerEncoder of, List<int[]> rows, Poolings poolings, VectorEnding ending) {
    return EmulatedGpu.expected(of, kernels, rows, poolings, ending);
  }

  private static void assertNear(Outcome outcome, Embeddings expected) {
    EmulatedGpu.assertNear(outcome, expected, 1);
  }

  @ParameterizedTest
  @EnumSource(value = Pooling.class, mode = EnumSource.Mode.EXCLUDE, names = "TOKENS")
  void vectorsAreThoseOfTheCpu(Pooling pooling) {
    Poolings poolings = Poolings.of(pooling);
    assertNear(embed(rows(), poolings, WHOLE), expected(model, rows(), poolings, WHOLE));
  }

  @Test
  void poolingsStandBesideEachOtherAndVectorsAreCut() {
    Poolings poolings = Poolings.of(Pooling.CLS, Pooling.MEAN);
    VectorEnding ending = VectorEnding.cut(Optional.of(70), VectorNorm.L2);
    Outcome outcome = embed(rows(), poolings, ending);
    assertNear(outcome, expected(model, rows(), poolings, ending));
    for (float[] vector : outcome.vectors()) {
      double squares = 0;
      for (float value : vector) {
        squares += (double) value * value;
      }
      assertThat(squares).isBetween(1 - 1e-5, 1 + 1e-5);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 100, 300, 100_000})
  void bitsDoNotDependOnTheBatch(int batchTokens) {
    List<int[]> rows = rows();
    float[][] all = embed(rows, Poolings.of(Pooling.MEAN), WHOLE).vectors();
    GpuEncoder other = new GpuEncoder(gpu.device(), weights, batchTokens);
    assertThat(gpu.embed(other, rows, Poolings.of(Pooling.MEAN), WHOLE).vectors())
        .isDeepEqualTo(all);
  }

  /** What threads leave for each other is there when it is read, whoever comes first. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void bitsDoNotDependOnTheOrderOfThreads(long order) {
    List<int[]> rows = rows().subList(7, 12);
    float[][] forward = embed(rows, Poolings.of(Pooling.MEAN), WHOLE).vectors();
    EmulatedDriver.emulate("order", order);
    assertThat(embed(rows, Poolings.of(Pooling.MEAN), WHOLE).vectors()).isDeepEqualTo(forward);
  }

  @Test
  void rowsThatCannotBeComputedAreFlaggedAndOthersStay() {
    List<int[]> rows = rows().subList(0, 4);
    float[][] good = embed(rows, Poolings.of(Pooling.MEAN), WHOLE).vectors();
    List<int[]> mixed = new ArrayList<>(rows);
    mixed.set(1, new int[] {3, VOCABULARY, 4});
    mixed.set(2, new int[] {-1});
    Outcome outcome = embed(mixed, Poolings.of(Pooling.MEAN), WHOLE);
    assertThat(outcome.flags()[1] & GpuEncoder.UNKNOWN_TOKEN).isNotZero();
    assertThat(outcome.flags()[2] & GpuEncoder.UNKNOWN_TOKEN).isNotZero();
    assertThat(outcome.flags()[0]).isZero();
    assertThat(outcome.vectors()[0]).isEqualTo(good[0]);
    assertThat(outcome.vectors()[3]).isEqualTo(good[3]);
  }

  /** As on the CPU: what overflows is never hidden by a division. */
  @Test
  void whatOverflowsIsFlagged(@TempDir Path place) throws IOException {
    model(place, 64, 2, 136);
    CheckpointCopy checkpoint = new CheckpointCopy(place);
    int[] none = {0, 0};
    int[] first = {GpuEncoder.NOT_FINITE, 0};
    int[] all = {GpuEncoder.NOT_FINITE, GpuEncoder.NOT_FINITE};
    String last = "encoder.layer.1.output.LayerNorm.weight";
    checkpoint.row(last, 0, 1e30f);
    assertThat(flags(place, VectorNorm.NONE)).isEqualTo(none);
    assertThat(flags(place, VectorNorm.L2)).isEqualTo(all);
    checkpoint.row(last, 0, 1);
    assertThat(flags(place, VectorNorm.L2)).isEqualTo(none);
    String between = "encoder.layer.1.attention.output.LayerNorm.weight";
    checkpoint.row(between, 0, 1e30f);
    assertThat(flags(place, VectorNorm.NONE)).isEqualTo(all);
    checkpoint.row(between, 0, 1);
    checkpoint.row("embeddings.word_embeddings.weight", 7, 3e38f);
    assertThat(flags(place, VectorNorm.NONE)).isEqualTo(first);
    assertThat(flags(place, VectorNorm.L2)).isEqualTo(first);
  }

  /** The flags of two rows, of which the first has token 7. */
  private int[] flags(Path place, VectorNorm norm) {
    List<int[]> rows = List.of(new int[] {2, 7, 4}, new int[] {2, 8, 4});
    try (ModelCheckpoint checkpoint = ModelCheckpoint.open(place);
        GpuWeights broken = GpuWeights.of(checkpoint.load(kernels), gpu.memory())) {
      GpuEncoder encoder = new GpuEncoder(gpu.device(), broken);
      VectorEnding ending = VectorEnding.whole(norm);
      return gpu.embed(encoder, rows, Poolings.of(Pooling.MEAN), ending).flags();
    }
  }

  @Test
  void emptyRowsAreZero() {
    List<int[]> rows = List.of(new int[0], new int[] {1, 2}, new int[0]);
    Outcome outcome = embed(rows, Poolings.of(Pooling.MEAN), WHOLE);
    assertThat(outcome.vectors()[0]).containsOnly(0f);
    assertThat(outcome.vectors()[2]).containsOnly(0f);
    assertThat(outcome.vectors()[1]).doesNotContain(Float.NaN);
    assertThat(embed(List.of(), Poolings.of(Pooling.MEAN), WHOLE).vectors()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"96 2 200", "128 1 512", "40 1 24", "384 12 1536"})
  void sizesOfModels(String sizes, @TempDir Path place) throws IOException {
    String[] parts = sizes.split(" ");
    TransformerEncoder other =
        model(
            place,
            Integer.parseInt(parts[0]),
            Integer.parseInt(parts[1]),
            Integer.parseInt(parts[2]));
    List<int[]> rows = rows().subList(0, 6);
    Poolings poolings = Poolings.of(Pooling.MEAN);
    try (GpuWeights lowered = GpuWeights.of(other, gpu.memory())) {
      Outcome outcome = gpu.embed(new GpuEncoder(gpu.device(), lowered), rows, poolings, WHOLE);
      assertNear(outcome, expected(other, rows, poolings, WHOLE));
    }
  }

  @Test
  void memoryThatIsShortIsToldAndGivenBack() {
    long before = EmulatedDriver.emulated("allocated");
    EmulatedDriver.emulate("memory", before + 200_000);
    assertThatThrownBy(() -> embed(rows(), Poolings.of(Pooling.MEAN), WHOLE))
        .isInstanceOf(CudaException.class)
        .hasMessageContaining("CUDA_ERROR_OUT_OF_MEMORY");
    assertThat(EmulatedDriver.emulated("allocated")).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "init 100 cuInit",
        "devices 0 the driver sees no GPU",
        "capability 75 emulated GPU, compute capability 7.5: 8.0 or later is needed for bfloat16",
        "refused-images 2 the driver takes none of Heed's images"
      })
  void whatCannotComputeIsRefused(String refusal) {
    String[] parts = refusal.split(" ", 3);
    EmulatedDriver.emulate(parts[0], Long.parseLong(parts[1]));
    assertThatThrownBy(GpuDevice::open)
        .isInstanceOf(NoGpuException.class)
        .hasMessageContaining(parts[2]);
  }

  @Test
  void aLaterImageIsTaken() {
    assertThat(gpu.device().told()).contains("encoder.fatbin");
    EmulatedDriver.emulate("refused-images", 1);
    assertThat(GpuDevice.open().told()).contains("encoder.ptx");
  }
}
