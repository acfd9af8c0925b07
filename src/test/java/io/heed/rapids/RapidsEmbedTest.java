package io.heed.rapids;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.rapids.cudf.ColumnVector;
import ai.rapids.cudf.DeviceMemoryBuffer;
import com.nvidia.spark.rapids.jni.GpuSplitAndRetryOOM;
import io.heed.architecture.ModelCheckpoint;
import io.heed.batch.PackedBatch;
import io.heed.checkpoint.BertCheckpointFixture;
import io.heed.checkpoint.CheckpointCopy;
import io.heed.engine.EmbeddingEngine;
import io.heed.engine.Embeddings;
import io.heed.engine.ModelEncoder;
import io.heed.engine.VectorEnding;
import io.heed.engine.VectorEnding.VectorNorm;
import io.heed.gpu.EmulatedDriver;
import io.heed.gpu.GpuRowException;
import io.heed.kernel.KernelChoice;
import io.heed.kernel.Kernels;
import io.heed.kernel.ReferenceKernels;
import io.heed.layer.Pooling;
import io.heed.layer.Poolings;
import io.heed.model.ModelHead;
import io.heed.spark.executor.ModelLocation;
import io.heed.spark.executor.ModelReference;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The function as the plugin calls it, on the emulated GPU. */
class RapidsEmbedTest {
  private static final int VOCABULARY = 50;
  private static final int MAX_LENGTH = 20;
  private static final Poolings MEAN = Poolings.of(Pooling.MEAN);
  private static final VectorEnding UNIT = VectorEnding.whole(VectorNorm.L2);

  @TempDir private static Path directory;
  private static ModelReference model;

  private final List<DeviceNews.Batch> told = new ArrayList<>();
  private final RapidsEmbed function = function(model);

  @BeforeAll
  static void writeModel() throws IOException {
    model = write("model", 1);
  }

  private static ModelReference write(String name, long seed) throws IOException {
    Path place = directory.resolve(name);
    BertCheckpointFixture.of(1, 32, 1, VOCABULARY, seed).write(place);
    return reference(place);
  }

  private static ModelReference reference(Path place) {
    try (ModelCheckpoint checkpoint = ModelCheckpoint.open(place)) {
      ModelLocation location = ModelLocation.ofCheckpoint(place.toString());
      return new ModelReference(
          location, null, ModelHead.VECTORS, checkpoint.hash(), KernelChoice.AUTO);
    }
  }

  private RapidsEmbed function(ModelReference of) {
    return new RapidsEmbed(new GpuEmbedding(of, MAX_LENGTH, MEAN, UNIT), told::add);
  }

  @BeforeEach
  void emulate() {
    EmulatedDriver.require();
  }

  @AfterEach
  void noMoreFailures() {
    DeviceMemoryBuffer.beforeEach(() -> {});
  }

  private static int[][] rows(int count) {
    Random random = new Random(3);
    int[][] rows = new int[count][];
    for (int i = 0; i < count; i++) {
      rows[i] = random.ints(1 + random.nextInt(MAX_LENGTH), 0, VOCABULARY).toArray();
    }
    return rows;
  }

  /** The vectors of lists that stand behind some ids which belong to none. */
  private float[][] embed(RapidsEmbed by, int[]... rows) {
    try (ColumnVector lists = ColumnVector.listsOf(3, rows);
        ColumnVector vectors = by.evaluateColumnar(rows.length, lists)) {
      assertThat(vectors.getRowCount()).isEqualTo(rows.length);
      return vectors.floats();
    }
  }

  @Test
  void listsBecomeVectorsOfTheCpusModel() {
    assertNear("model", embed(function, rows(9)), rows(9));
    DeviceNews.Batch batch = told.get(0);
    assertThat(told).hasSize(1);
    assertThat(batch.device()).contains("emulated GPU");
    assertThat(batch.rows()).isEqualTo(9);
    assertThat(batch.notFinite()).isZero();
  }

  /** One GPU serves all models of a process. */
  @Test
  void aWiderModelComesAfterANarrowOne() throws IOException {
    Path place = directory.resolve("wide");
    BertCheckpointFixture.of(1, 320, 10, VOCABULARY, 5).write(place);
    embed(function, rows(1));
    assertNear("wide", embed(function(reference(place)), rows(3)), rows(3));
  }

  private static void assertNear(String name, float[][] vectors, int[]... rows) {
    Kernels kernels = new ReferenceKernels();
    Embeddings expected;
    try (ModelCheckpoint checkpoint = ModelCheckpoint.open(directory.resolve(name))) {
      ModelEncoder encoder = new ModelEncoder(checkpoint.load(kernels), kernels, MEAN, UNIT);
      expected =
          new EmbeddingEngine(encoder, kernels).session().embed(PackedBatch.of(List.of(rows)));
    }
    for (int i = 0; i < rows.length; i++) {
      double cosine = 0;
      for (int c = 0; c < vectors[i].length; c++) {
        cosine += (double) vectors[i][c] * expected.vector(i)[c];
      }
      assertThat(cosine).as("row %d", i).isCloseTo(1, within(5e-4));
    }
  }

  @Test
  void longListsAreCut() {
    int[] row = new Random(4).ints(MAX_LENGTH + 7, 0, VOCABULARY).toArray();
    assertThat(embed(function, row))
        .isDeepEqualTo(embed(function, java.util.Arrays.copyOf(row, MAX_LENGTH)));
  }

  /** As the plugin does where memory of the GPU is short: again, then in halves. */
  @Test
  void whateverFailsForMemoryIsGivenBackAndTheSameBitsComeOfAnotherCall() {
    int[][] rows = rows(8);
    float[][] whole = embed(function, rows);
    long before = DeviceMemoryBuffer.allocated();
    for (int fails = 0; ; fails++) {
      AtomicInteger left = new AtomicInteger(fails);
      try (ColumnVector lists = ColumnVector.listsOf(0, rows)) {
        long given = DeviceMemoryBuffer.allocated();
        DeviceMemoryBuffer.beforeEach(
            () -> {
              if (left.getAndDecrement() == 0) {
                throw new IllegalStateException("no memory");
              }
            });
        try (ColumnVector vectors = function.evaluateColumnar(rows.length, lists)) {
          assertThat(vectors.floats()).isDeepEqualTo(whole);
          break;
        } catch (IllegalStateException e) {
          assertThat(e).hasMessage("no memory");
          assertThat(DeviceMemoryBuffer.allocated()).as("after %d", fails).isEqualTo(given);
        } finally {
          DeviceMemoryBuffer.beforeEach(() -> {});
        }
      }
      assertThat(fails).isLessThan(20);
    }
    assertThat(DeviceMemoryBuffer.allocated()).isEqualTo(before);
    for (int i = 0; i < rows.length; i++) {
      assertThat(embed(function, rows[i])[0]).as("row %d alone", i).isEqualTo(whole[i]);
    }
  }

  @Test
  void weightsThatDoNotFitAreGivenBack() throws IOException {
    ModelReference other = write("large", 2);
    long before = DeviceMemoryBuffer.allocated();
    AtomicInteger left = new AtomicInteger(7);
    try (ColumnVector lists = ColumnVector.listsOf(0, rows(2))) {
      long given = DeviceMemoryBuffer.allocated();
      DeviceMemoryBuffer.beforeEach(
          () -> {
            if (left.getAndDecrement() == 0) {
              throw new IllegalStateException("no memory");
            }
          });
      assertThatThrownBy(() -> function(other).evaluateColumnar(2, lists)).hasMessage("no memory");
      assertThat(DeviceMemoryBuffer.allocated()).isEqualTo(given);
    }
    assertThat(DeviceMemoryBuffer.allocated()).isEqualTo(before);
    DeviceMemoryBuffer.beforeEach(() -> {});
    assertThat(embed(function(other), rows(2))).isNotEqualTo(embed(function, rows(2)));
  }

  @Test
  void aModelThatNoCallUsesGivesWayToTheNext() throws IOException {
    ModelReference second = write("second", 3);
    ModelReference third = write("third", 4);
    embed(function(second), rows(1));
    long ofOne = DeviceMemoryBuffer.allocated();
    embed(function(third), rows(1));
    assertThat(DeviceMemoryBuffer.allocated()).isEqualTo(ofOne);
  }

  @Test
  void decodersEmbedToo() {
    int[][] rows = rows(2);
    float[][] vectors = embed(function(reference(Path.of("sample-data/gpt"))), rows);
    assertThat(vectors).hasDimensions(2, 64);
    assertThat(vectors[0]).isNotEqualTo(vectors[1]).doesNotContain(Float.NaN);
  }

  /** The plugin is asked to halve them, and memory that they would take is not taken. */
  @Test
  void moreRowsThanAColumnHoldsAreSplit() {
    int[][] rows = new int[1][];
    rows[0] = new int[] {1};
    try (ColumnVector lists = ColumnVector.listsOf(0, rows)) {
      assertThatThrownBy(() -> function.evaluateColumnar(70_000_000, lists))
          .isInstanceOf(GpuSplitAndRetryOOM.class)
          .hasMessageContaining("70000000 rows of 32 values");
    }
  }

  @Test
  void noRowsAreNoVectors() {
    assertThat(embed(function)).isEmpty();
  }

  @Test
  void idsThatTheVocabularyHasNotFailTheCall() {
    long before = DeviceMemoryBuffer.allocated();
    assertThatThrownBy(() -> embed(function, new int[] {1}, new int[] {VOCABULARY}))
        .isInstanceOf(GpuRowException.class)
        .hasMessage(
            "1 of 2 rows on the GPU have a token id outside of the vocabulary; the first, of 1"
                + " tokens, begins with [50]");
    assertThat(DeviceMemoryBuffer.allocated()).isEqualTo(before);
  }

  @Test
  void vectorsThatAreNotFiniteAreTold() throws IOException {
    Path place = directory.resolve("broken");
    BertCheckpointFixture.of(1, 32, 1, VOCABULARY, 6).write(place);
    new CheckpointCopy(place).row("embeddings.word_embeddings.weight", 7, 3e38f);
    float[][] vectors = embed(function(reference(place)), new int[] {1, 7}, new int[] {1, 8});
    assertThat(told).singleElement().extracting(DeviceNews.Batch::notFinite).isEqualTo(1);
    assertThat(vectors[0]).containsOnly(Float.NaN);
    assertThat(vectors[1]).doesNotContain(Float.NaN);
  }

  @Test
  void nullsFailTheCall() {
    assertThatThrownBy(() -> embed(function, new int[] {1}, null))
        .hasMessage("token ids on the GPU have nulls");
  }

  @Test
  void travelsToExecutors() throws IOException, ClassNotFoundException {
    RapidsEmbed silent =
        new RapidsEmbed(new GpuEmbedding(model, MAX_LENGTH, MEAN, UNIT), DeviceNews.none());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(silent);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(embed((RapidsEmbed) in.readObject(), rows(3)))
          .isDeepEqualTo(embed(function, rows(3)));
    }
  }
}
