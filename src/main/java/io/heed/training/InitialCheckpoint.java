package io.heed.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heed.architecture.DecoderConfig;
import io.heed.architecture.ModelCheckpoint;
import io.heed.checkpoint.CheckpointException;
import io.heed.checkpoint.Json;
import io.heed.model.DecoderNames;
import io.heed.training.TrainingState.Whole;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The checkpoint that a run begins with: step 0, moments of zero. Its files are there before it is
 * whole, for tokenizer and configuration are asked for before the corpus is known.
 */
public final class InitialCheckpoint {
  private static final StepRecord BEFORE =
      new StepRecord(0, Double.NaN, Double.NaN, Double.NaN, 0, Double.NaN);
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String CONFIG = "config.json";

  private final TrainingState state;
  private final List<StateFile> files;

  private InitialCheckpoint(TrainingState state, List<StateFile> files) {
    this.state = state;
    this.files = files;
  }

  /** The folder of its files. */
  public static String folder() {
    return StateFormat.folder(0);
  }

  /**
   * Writes the files of one with random weights.
   *
   * @param files {@code config.json} first, and what else belongs to the model
   * @throws CheckpointException when such a model is not trained
   */
  public static InitialCheckpoint random(TrainingState state, List<Path> files, long seed)
      throws IOException {
    ParameterLayout layout = newLayout(files.get(0).toAbsolutePath().getParent());
    return write(state, layout, layout.randomWeights(seed), files);
  }

  /**
   * How many values a model that has no weights yet is to have.
   *
   * @param directory of its {@code config.json}
   * @throws CheckpointException when such a model is not trained
   */
  public static long values(Path directory) {
    return newLayout(directory).values();
  }

  /** Parameters of a model that has no weights yet, by its directory. */
  static ParameterLayout newLayout(Path directory) {
    DecoderConfig config = DecoderConfig.read(directory);
    DecoderNames names =
        config.names().orElseThrow(() -> TrainingProcess.notTrained(config.spec()));
    return new ParameterLayout(config.spec(), names, name -> names.scope() + name, false);
  }

  /**
   * Writes the files of one with the weights of a checkpoint.
   *
   * @param files {@code config.json} first, and what else belongs to the model
   * @throws CheckpointException when such a model is not trained
   */
  public static InitialCheckpoint of(
      TrainingState state, ModelCheckpoint checkpoint, List<Path> files) throws IOException {
    ParameterLayout layout = TrainingProcess.layout(checkpoint);
    return write(state, layout, TrainingProcess.values(checkpoint, layout), files);
  }

  private static InitialCheckpoint write(
      TrainingState state, ParameterLayout layout, float[] weights, List<Path> files)
      throws IOException {
    List<StateFile> written = new ArrayList<>();
    TrainedTensors tensors = new TrainedTensors(layout, weights);
    written.add(
        state.write(
            0, StateFormat.WEIGHTS, out -> tensors.writer().write(Channels.newChannel(out))));
    byte[] steps = StateFormat.steps(new History(List.of(BEFORE))).getBytes(StandardCharsets.UTF_8);
    written.add(state.write(0, StateFormat.STEPS, out -> out.write(steps)));
    for (Path file : files) {
      String name = file.getFileName().toString();
      byte[] content = name.equals(CONFIG) ? inFloat32(file) : Files.readAllBytes(file);
      written.add(state.write(0, name, out -> out.write(content)));
    }
    return new InitialCheckpoint(state, written);
  }

  /** Weights are written as float32, and some readers go by what the configuration says. */
  private static byte[] inFloat32(Path config) throws IOException {
    JsonNode root = MAPPER.readTree(config.toFile());
    boolean known = false;
    for (String key : List.of("torch_dtype", "dtype")) {
      if (root.hasNonNull(key) && !root.path(key).asText().equals("float32")) {
        ((ObjectNode) root).put(key, "float32");
        known = true;
      }
    }
    return known
        ? Json.indented(MAPPER.convertValue(root, Map.class)).getBytes(StandardCharsets.UTF_8)
        : Files.readAllBytes(config);
  }

  /**
   * Makes it whole.
   *
   * @param entries of the recipe
   */
  public Whole complete(Map<String, String> entries) throws IOException {
    state.complete(0, entries, files);
    return new Whole(0, entries, files);
  }
}
