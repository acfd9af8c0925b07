package io.heed.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.heed.batch.PackedBatch;
import io.heed.checkpoint.CheckpointFiles;
import io.heed.checkpoint.HuggingFaceCheckpoint;
import io.heed.kernel.KernelChoice;
import io.heed.kernel.KernelProvider;
import io.heed.kernel.Kernels;
import io.heed.kernel.ReferenceKernels;
import io.heed.layer.CheckedWeights;
import io.heed.layer.PackedWeights;
import io.heed.layer.Pooling;
import io.heed.layer.Poolings;
import io.heed.layer.Workspace;
import io.heed.model.Transformer;
import io.heed.tensor.Matrix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every family of encoders against transformers' own code, or that of its authors, which computed
 * {@code golden.json} of each folder of {@code goldens/encoders} from the checkpoint beside it
 * ({@code make_encoders.py}, {@code make_from_code.py}).
 */
class EncoderGoldenTest {
  private static final Path GOLDENS = Path.of("src/test/resources/goldens/encoders");

  /** Largest difference of a value of a unit vector. */
  private static final double OF_UNIT = 2e-6;

  /** Largest difference of a value of a hidden state. */
  private static final double OF_STATE = 2e-5;

  private static final ObjectMapper JSON = new ObjectMapper();

  private static Kernels simd() {
    return KernelProvider.choose(KernelChoice.SIMD).kernels();
  }

  private record Row(int[] ids, Optional<int[]> types) {
    static Row of(JsonNode row) {
      return new Row(
          ints(row.get("input_ids")),
          Optional.ofNullable(row.get("token_type_ids")).map(Row::ints));
    }

    private static int[] ints(JsonNode array) {
      return IntStream.range(0, array.size()).map(i -> array.get(i).intValue()).toArray();
    }

    Row withoutTypes() {
      return new Row(ids, Optional.empty());
    }
  }

  /** A loaded checkpoint and what transformers makes of it. */
  private record Golden(Transformer model, Kernels kernels, JsonNode expected) {
    static Golden load(Path checkpoint, Kernels kernels) throws IOException {
      try (ModelCheckpoint opened = ModelCheckpoint.open(checkpoint)) {
        JsonNode expected =
            JSON.readTree(
                GOLDENS.resolve(checkpoint.getFileName()).resolve("golden.json").toFile());
        return new Golden(opened.load(kernels), kernels, expected);
      }
    }

    /** The same with the weights of a task. */
    static Golden load(String name, String task, Kernels kernels) throws IOException {
      CheckpointFiles files = CheckpointFiles.open(GOLDENS.resolve(name));
      Blueprint blueprint = Architectures.read(files.config()).forTask(task);
      try (HuggingFaceCheckpoint tensors = files.checkpoint(blueprint.spec().width())) {
        blueprint.build(CheckedWeights.of(tensors));
        JsonNode expected = JSON.readTree(GOLDENS.resolve(name).resolve("golden.json").toFile());
        return new Golden(blueprint.build(PackedWeights.of(tensors, kernels)), kernels, expected);
      }
    }

    List<Row> rows() {
      List<Row> rows = new ArrayList<>();
      expected.get("rows").forEach(row -> rows.add(Row.of(row)));
      return rows;
    }

    private PackedBatch batch(List<Row> rows) {
      PackedBatch batch = PackedBatch.of(rows.stream().map(Row::ids).toList());
      return rows.get(0).types().isEmpty()
          ? batch
          : batch.withTokenTypeIds(rows.stream().map(row -> row.types().orElseThrow()).toList());
    }

    /** The hidden states of each row, all in one batch. */
    List<float[]> states(List<Row> rows) {
      PackedBatch batch = batch(rows);
      Matrix hidden = model.hiddenStates(batch, new Workspace());
      List<float[]> states = new ArrayList<>();
      for (int s = 0; s < batch.sequences(); s++) {
        int from = hidden.index(batch.cumulativeLengths()[s]);
        states.add(
            Arrays.copyOfRange(hidden.data(), from, from + batch.length(s) * hidden.columns()));
      }
      return states;
    }

    /** Unit vectors of each row, all in one batch, {@code [B, D]}. */
    Matrix pooled(List<Row> rows, Pooling pooling) {
      PackedBatch batch = batch(rows);
      Workspace workspace = new Workspace();
      Matrix hidden = model.hiddenStates(batch, workspace);
      Matrix vectors = Poolings.of(pooling).pool(kernels, hidden, batch, workspace);
      kernels.normalizeRows(vectors, workspace.scratch());
      return vectors;
    }

    void check(List<Row> rows, JsonNode outputs) {
      List<float[]> states = states(rows);
      for (Map.Entry<String, JsonNode> row : outputs.get("last_hidden_state").properties()) {
        float[] actual = states.get(Integer.parseInt(row.getKey()));
        int width = model.spec().width();
        for (int t = 0; t < row.getValue().size(); t++) {
          int token = t * width;
          near(i -> actual[token + i], row.getValue().get(t), OF_STATE);
        }
      }
      Map<Pooling, String> names =
          Map.of(
              Pooling.MEAN, "mean_pooled_l2",
              Pooling.CLS, "cls_pooled_l2",
              Pooling.LAST, "last_pooled_l2");
      for (Map.Entry<Pooling, String> name : names.entrySet()) {
        Matrix vectors = pooled(rows, name.getKey());
        JsonNode expectedVectors = outputs.get(name.getValue());
        assertThat(expectedVectors.size()).isEqualTo(rows.size());
        for (int s = 0; s < rows.size(); s++) {
          int sequence = s;
          near(i -> vectors.at(sequence, i), expectedVectors.get(s), OF_UNIT);
        }
      }
    }

    private void near(java.util.function.IntToDoubleFunction actual, JsonNode values, double most) {
      assertThat(values.size()).isEqualTo(model.spec().width());
      for (int i = 0; i < values.size(); i++) {
        assertThat(actual.applyAsDouble(i)).isCloseTo(values.get(i).doubleValue(), within(most));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bert-model",
        "roberta-model",
        "xlm-roberta-model",
        "camembert-model",
        "distilbert-model",
        "electra-model",
        "mpnet-model",
        "mpnet-wide-model",
        "albert-model",
        "modernbert-model",
        "modernbert-biases",
        "nomic-bert-model",
        "nomic-bert-ntk",
        "nomic-bert-experts",
        "new-model",
        "new-logn",
        "new-unpacked-norope-scaling",
        "gte-model",
        "eurobert-model",
        "eurobert-linear",
        "eurobert-dynamic",
        "eurobert-yarn",
        "eurobert-longrope",
        "eurobert-llama3",
        "jina-embeddings-v3-model",
        "jina-bert",
        "jina-bert-reglu",
        "jina-bert-original",
        "jina-bert-code",
        "jina-bert-code-reglu",
        "jina-bert-code-original",
        "jina-v3-adapters",
        "t5-encoder",
        "t5-encoder-relu",
        "t5-encoder-silu",
        "mt5-encoder",
        "umt5-encoder",
        "deberta-v3-model",
        "deberta-v2-unshared",
        "deberta-v2-absolute"
      })
  void statesAndVectorsAreThoseOfTransformers(String name) throws IOException {
    Golden golden = Golden.load(GOLDENS.resolve(name), simd());
    List<Row> rows = golden.rows();
    golden.check(rows, golden.expected().get("outputs"));
    JsonNode withoutTypes = golden.expected().get("outputs_all_types_0");
    if (withoutTypes != null) {
      golden.check(rows.stream().map(Row::withoutTypes).toList(), withoutTypes);
    }
    JsonNode padded = golden.expected().get("row_with_pad_id");
    if (padded != null) {
      golden.check(List.of(Row.of(padded.get("row"))), padded.get("outputs"));
    }
    for (Row row : rows) {
      float[] alone = golden.states(List.of(row)).get(0);
      assertThat(golden.states(rows).get(rows.indexOf(row))).isEqualTo(alone);
    }
    List<float[]> states = new ArrayList<>(golden.states(rows));
    Collections.reverse(rows);
    Collections.reverse(states);
    assertThat(golden.states(rows)).usingRecursiveComparison().isEqualTo(states);
    Collections.reverse(rows);
    Golden reference = Golden.load(GOLDENS.resolve(name), new ReferenceKernels());
    Collections.reverse(states);
    assertThat(reference.states(rows)).usingRecursiveComparison().isEqualTo(states);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "retrieval.query",
        "retrieval.passage",
        "separation",
        "classification",
        "text-matching"
      })
  void aTaskHasWeightsOfItsOwn(String task) throws IOException {
    Golden golden = Golden.load("jina-v3-adapters", task, simd());
    golden.check(golden.rows(), golden.expected().get("outputs_of_tasks").get(task));
    Golden reference = Golden.load("jina-v3-adapters", task, new ReferenceKernels());
    assertThat(reference.states(golden.rows()))
        .usingRecursiveComparison()
        .isEqualTo(golden.states(golden.rows()));
  }

  /** What transformers 5 writes of the same models: other keys, the same bits. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "modernbert-model",
        "modernbert-biases",
        "nomic-bert-model",
        "eurobert-model",
        "jina-embeddings-v3-model",
        "t5-encoder",
        "t5-encoder-relu",
        "deberta-v3-model",
        "deberta-v2-unshared"
      })
  void configurationsOfTransformersFiveSayTheSame(String name, @TempDir Path directory)
      throws IOException {
    Path newer = directory.resolve(name);
    Files.createDirectories(newer);
    Path older = GOLDENS.resolve(name);
    Files.copy(older.resolve("config.v5.json"), newer.resolve("config.json"));
    Files.copy(older.resolve("model.safetensors"), newer.resolve("model.safetensors"));
    Golden golden = Golden.load(newer, simd());
    assertThat(golden.states(golden.rows()))
        .usingRecursiveComparison()
        .isEqualTo(Golden.load(older, simd()).states(golden.rows()));
  }

  @Test
  void tokenTypesAndPositionsThatAreGivenAreTaken() throws IOException {
    Golden golden = Golden.load(GOLDENS.resolve("bert-model"), simd());
    int[] ids = golden.rows().get(2).ids();
    PackedBatch plain = PackedBatch.of(List.of(ids));
    PackedBatch zeros = plain.withTokenTypeIds(List.of(new int[ids.length]));
    int[] places = IntStream.range(0, ids.length).toArray();
    int[] shifted = IntStream.range(1, ids.length + 1).toArray();
    float[] expected = values(golden, plain);
    assertThat(values(golden, zeros)).isEqualTo(expected);
    assertThat(values(golden, plain.withPositionIds(List.of(places)))).isEqualTo(expected);
    assertThat(values(golden, plain.withPositionIds(List.of(shifted)))).isNotEqualTo(expected);
  }

  private static float[] values(Golden golden, PackedBatch batch) {
    Matrix hidden = golden.model().hiddenStates(batch, new Workspace());
    int from = hidden.index(0);
    return Arrays.copyOfRange(hidden.data(), from, from + hidden.rows() * hidden.columns());
  }
}
