package io.heed.training;

import io.heed.architecture.ModelCheckpoint;
import io.heed.checkpoint.CheckpointException;
import io.heed.engine.ModelPredictor;
import io.heed.engine.Predictor;
import io.heed.kernel.Kernels;
import io.heed.kernel.TrainingKernels;
import io.heed.model.DecoderNames;
import io.heed.model.ModelSpec;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * What the tasks of one JVM share while they train a model: its weights, as the optimizer changes
 * them and as kernels read them.
 */
public final class TrainingProcess implements AutoCloseable {
  private final ModelCheckpoint checkpoint;
  private final Kernels kernels;
  private final TrainingKernels training;
  private final ParameterLayout layout;
  private final DecoderWeights weights;
  private Predictor served;
  private long servedStep = -1;

  /**
   * The weights of a checkpoint, before the first step or after some.
   *
   * @param checkpoint is closed with this
   * @throws CheckpointException when it is of a kind that is not trained
   */
  public TrainingProcess(ModelCheckpoint checkpoint, Kernels kernels, TrainingKernels training) {
    this.checkpoint = checkpoint;
    this.kernels = kernels;
    this.training = training;
    this.layout = layout(checkpoint);
    this.weights = new DecoderWeights(layout, values(checkpoint, layout), kernels);
  }

  /**
   * Where the tensors of a checkpoint stand.
   *
   * @throws CheckpointException when it is of a kind that is not trained
   */
  static ParameterLayout layout(ModelCheckpoint checkpoint) {
    ModelSpec spec = checkpoint.spec();
    DecoderNames names = names(checkpoint);
    UnaryOperator<String> full =
        name -> checkpoint.files().name(List.of(name, names.scope() + name));
    String logits = names.logits() + ".weight";
    boolean own =
        checkpoint.files().has(logits)
            && !checkpoint.files().same(logits, full.apply(names.tokens() + ".weight"));
    return new ParameterLayout(spec, names, full, own);
  }

  /** The weights of a checkpoint. */
  static float[] values(ModelCheckpoint checkpoint, ParameterLayout layout) {
    float[] values = new float[layout.length()];
    for (Parameter parameter : layout.parameters()) {
      float[] read = checkpoint.files().floats(parameter.name(), parameter.shape());
      System.arraycopy(read, 0, values, parameter.at(), read.length);
    }
    return values;
  }

  private static DecoderNames names(ModelCheckpoint checkpoint) {
    return checkpoint.trainable().orElseThrow(() -> notTrained(checkpoint.spec()));
  }

  static CheckpointException notTrained(ModelSpec spec) {
    return new CheckpointException(
        String.format(
            Locale.ROOT,
            "model_type %s is not trained; gpt2 and openai-gpt are (config.json)",
            spec.modelType()));
  }

  /**
   * Refuses a heap in which a run has no room.
   *
   * @param allTasks of the run
   * @param tasks in this JVM
   * @throws TrainingMemoryException when it has not
   */
  public static void requireMemory(
      ModelCheckpoint checkpoint, Recipe recipe, int allTasks, int tasks) {
    MemoryNeed.of(checkpoint.spec(), layout(checkpoint).values(), recipe.shape(), allTasks, tasks)
        .require(Runtime.getRuntime().maxMemory());
  }

  ParameterLayout layout() {
    return layout;
  }

  DecoderWeights weights() {
    return weights;
  }

  Kernels kernels() {
    return kernels;
  }

  TrainingKernels training() {
    return training;
  }

  ModelCheckpoint checkpoint() {
    return checkpoint;
  }

  /** The weights as a checkpoint has them. */
  TrainedTensors tensors() {
    return new TrainedTensors(layout, weights.values());
  }

  /** The model as it is served, with the weights after a step: packed once for all tasks. */
  synchronized Predictor served(long step) {
    if (servedStep != step) {
      served =
          checkpoint
              .load(tensors(), kernels)
              .decoder()
              .map(decoder -> new ModelPredictor(decoder, kernels))
              .orElseThrow();
      servedStep = step;
    }
    return served;
  }

  /** Lets the served model go. */
  synchronized void dropServed() {
    served = null;
    servedStep = -1;
  }

  @Override
  public void close() {
    checkpoint.close();
  }
}
