package io.heed.architecture;

import io.heed.checkpoint.CheckpointException;
import io.heed.checkpoint.CheckpointFiles;
import io.heed.checkpoint.ConfigFile;
import io.heed.checkpoint.HuggingFaceCheckpoint;
import io.heed.checkpoint.TokenLimit;
import io.heed.checkpoint.VectorModule;
import io.heed.kernel.Kernels;
import io.heed.layer.CheckedWeights;
import io.heed.layer.PackedWeights;
import io.heed.layer.VectorHead;
import io.heed.model.ModelSpec;
import io.heed.model.ModelSpec.Direction;
import io.heed.model.Transformer;
import io.heed.series.BarDiscretizer;
import io.heed.series.DiscretizerFile;
import java.io.Closeable;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** An open checkpoint of which the architecture is known. Safe for any number of threads. */
public final class ModelCheckpoint implements Closeable {
  private final HuggingFaceCheckpoint files;
  private final Blueprint blueprint;
  private final Optional<BarDiscretizer> barDiscretizer;

  private ModelCheckpoint(CheckpointFiles files) {
    this.blueprint = Architectures.read(files.config());
    this.barDiscretizer =
        spec().causal() ? DiscretizerFile.find(files, spec().vocabulary()) : Optional.empty();
    this.files = files.checkpoint(spec().width());
  }

  /**
   * Opens a checkpoint and checks everything but its tensors.
   *
   * @throws CheckpointException naming the rule, the values and the file when something is wrong
   */
  public static ModelCheckpoint open(Path directory) {
    return new ModelCheckpoint(CheckpointFiles.open(directory));
  }

  /** What the model is. */
  public ModelSpec spec() {
    return blueprint.spec();
  }

  /** The files beside the configuration. */
  public HuggingFaceCheckpoint files() {
    return files;
  }

  /** Hash of the files that decide the results, see {@link HuggingFaceCheckpoint#hash}. */
  public String hash() {
    return files.hash();
  }

  /** The same without the weights. */
  public String hashBesideWeights() {
    return files.hashBesideWeights();
  }

  /** After how many tokens the checkpoint's own files cut a text that is embedded. */
  public TokenLimit maxLength() {
    return files.maxLength(spec().positions());
  }

  /**
   * What turns price bars into token ids of this model, {@code discretizer.json}; empty without the
   * file, and for an encoder.
   */
  public Optional<BarDiscretizer> barDiscretizer() {
    return barDiscretizer;
  }

  /**
   * Refuses an encoder.
   *
   * @throws CheckpointException when a token sees what stands behind it
   */
  public void requireDecoder() {
    if (!spec().causal()) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT,
              "model_type %s does not fit, a decoder is needed: %s (%s)",
              spec().modelType(),
              String.join(" or ", Architectures.modelTypes(Optional.of(Direction.CAUSAL))),
              ConfigFile.NAME));
    }
  }

  /**
   * Checks, without reading weights, that every tensor is there in its shape.
   *
   * @throws CheckpointException naming the first that is missing or differs
   */
  public void check() {
    blueprint.build(CheckedWeights.of(files));
    VectorModules.build(files, CheckedWeights::of);
  }

  /**
   * Loads the model for {@code kernels}.
   *
   * @throws CheckpointException when a tensor is missing, has another shape or a value that is not
   *     finite
   */
  public Transformer load(Kernels kernels) {
    check();
    return blueprint.build(PackedWeights.of(files, kernels));
  }

  /** Values of a vector of this checkpoint, once its modules are through with it. */
  public int dimensions() {
    List<VectorModule> modules = files.sentenceTransformers().modules();
    return modules.isEmpty() ? spec().width() : modules.get(modules.size() - 1).outputs();
  }

  /**
   * Loads what turns pooled vectors into others.
   *
   * @throws CheckpointException as {@link #load}
   */
  public VectorHead head(Kernels kernels) {
    return VectorModules.build(files, tensors -> PackedWeights.of(tensors, kernels));
  }

  /** Closes the files of the weights. */
  @Override
  public void close() {
    files.close();
  }
}
