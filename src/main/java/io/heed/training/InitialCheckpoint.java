package io.heed.training;

import io.heed.architecture.DecoderConfig;
import io.heed.architecture.ModelCheckpoint;
import io.heed.model.DecoderNames;
import io.heed.training.StateFormat.FileEntry;
import io.heed.training.TrainingState.Whole;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The checkpoint that a run begins with: step 0, moments of zero. */
public final class InitialCheckpoint {
  private static final StepRecord BEFORE =
      new StepRecord(0, Double.NaN, Double.NaN, Double.NaN, 0, Double.NaN);

  private InitialCheckpoint() {}

  /**
   * Writes one with random weights.
   *
   * @param files {@code config.json} and what else belongs to the model
   * @param entries of the recipe
   * @throws TrainingException when such a model is not trained
   */
  public static Whole random(
      TrainingState state, List<Path> files, long seed, Map<String, String> entries)
      throws IOException {
    ParameterLayout layout = newLayout(files.get(0).toAbsolutePath().getParent());
    return write(state, layout, layout.randomWeights(seed), files, entries);
  }

  /** Parameters of a model that has no weights yet, by its directory. */
  static ParameterLayout newLayout(Path directory) {
    DecoderConfig config = DecoderConfig.read(directory);
    DecoderNames names =
        config
            .names()
            .orElseThrow(
                () ->
                    new TrainingException(
                        String.format(
                            Locale.ROOT,
                            "model_type %s is not trained; gpt2 and openai-gpt are (config.json)",
                            config.spec().modelType())));
    return new ParameterLayout(config.spec(), names, name -> names.scope() + name, false);
  }

  /**
   * Writes one with the weights of a checkpoint.
   *
   * @param files {@code config.json} and what else belongs to the model
   * @param entries of the recipe
   * @throws TrainingException when such a model is not trained
   */
  public static Whole of(
      TrainingState state,
      ModelCheckpoint checkpoint,
      List<Path> files,
      Map<String, String> entries)
      throws IOException {
    ParameterLayout layout = TrainingProcess.layout(checkpoint);
    return write(state, layout, TrainingProcess.values(checkpoint, layout), files, entries);
  }

  private static Whole write(
      TrainingState state,
      ParameterLayout layout,
      float[] weights,
      List<Path> files,
      Map<String, String> entries)
      throws IOException {
    List<FileEntry> written = new ArrayList<>();
    TrainedTensors tensors = new TrainedTensors(layout, weights);
    written.add(
        state.write(
            0, StateFormat.WEIGHTS, out -> tensors.writer().write(Channels.newChannel(out))));
    byte[] steps = StateFormat.steps(new History(List.of(BEFORE))).getBytes(StandardCharsets.UTF_8);
    written.add(state.write(0, StateFormat.STEPS, out -> out.write(steps)));
    for (Path file : files) {
      written.add(state.write(0, file.getFileName().toString(), out -> Files.copy(file, out)));
    }
    state.complete(0, entries, written);
    return new Whole(0, entries, written);
  }
}
