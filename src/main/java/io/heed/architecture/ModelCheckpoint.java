package io.heed.architecture;

import io.heed.checkpoint.CheckpointException;
import io.heed.checkpoint.CheckpointFiles;
import io.heed.checkpoint.ClassLabels;
import io.heed.checkpoint.ConfigFile;
import io.heed.checkpoint.HuggingFaceCheckpoint;
import io.heed.checkpoint.LayerPooling;
import io.heed.checkpoint.SentenceTransformers;
import io.heed.checkpoint.TaskException;
import io.heed.checkpoint.Tensors;
import io.heed.checkpoint.TokenLimit;
import io.heed.checkpoint.VectorModule;
import io.heed.kernel.Kernels;
import io.heed.layer.CheckedWeights;
import io.heed.layer.LayerMix;
import io.heed.layer.PackedWeights;
import io.heed.layer.Pooling;
import io.heed.layer.VectorHead;
import io.heed.layer.Weights;
import io.heed.model.DecoderNames;
import io.heed.model.ModelHead;
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
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;

/** An open checkpoint of which the architecture is known. Safe for any number of threads. */
public final class ModelCheckpoint implements Closeable {
  private final HuggingFaceCheckpoint files;
  private final ConfigFile config;
  private final Blueprint blueprint;
  private final Optional<BarDiscretizer> barDiscretizer;
  private final Optional<String> task;

  private ModelCheckpoint(CheckpointFiles files, Optional<String> task) {
    this.config = files.config();
    Blueprint general =
        files
            .staticTable()
            .map(table -> (Blueprint) StaticEmbedding.of(table))
            .orElseGet(() -> Architectures.read(config));
    this.blueprint = task.filter(general.tasks()::contains).map(general::forTask).orElse(general);
    this.barDiscretizer =
        spec().causal() ? DiscretizerFile.find(files, spec().vocabulary()) : Optional.empty();
    this.files = files.checkpoint(spec().width());
    boolean routed = !sentences().tasks().isEmpty();
    this.task = task.filter(name -> routed || general.tasks().contains(name));
    // A Router has refused what it has no modules for.
    task.filter(name -> !routed).ifPresent(name -> requireKnown(name, general.tasks()));
  }

  /**
   * Opens a checkpoint and checks everything but its tensors.
   *
   * @throws CheckpointException naming the rule, the values and the file when something is wrong
   */
  public static ModelCheckpoint open(Path directory) {
    return open(directory, Optional.empty());
  }

  /**
   * Opens a checkpoint for a task.
   *
   * @param task what texts are for: {@code query} or {@code document}, or what the checkpoint
   *     itself names
   * @throws CheckpointException as {@link #open(Path)}, or when it does not know the task
   */
  public static ModelCheckpoint open(Path directory, Optional<String> task) {
    return new ModelCheckpoint(CheckpointFiles.open(directory, task), task);
  }

  /**
   * Where tasks have weights of their own, one without them is a mistake; else a task chooses a
   * prompt alone, and those of queries and documents are known to all.
   */
  private void requireKnown(String name, List<String> own) {
    SortedSet<String> known = new TreeSet<>(own);
    if (own.isEmpty()) {
      known.addAll(sentences().prompts().keySet());
      known.addAll(List.of(SentenceTransformers.QUERY, SentenceTransformers.DOCUMENT));
    }
    if (!known.contains(name)) {
      close();
      throw new TaskException(
          String.format(
              Locale.ROOT,
              "the checkpoint does not know the task '%s'; it knows %s",
              name,
              String.join(", ", known)));
    }
  }

  private SentenceTransformers sentences() {
    return files.sentenceTransformers();
  }

  /** The task for which the checkpoint has weights or modules of its own, if it was opened so. */
  public Optional<String> task() {
    return task;
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
    check(ModelHead.VECTORS);
  }

  /** The same where something else is asked for behind the hidden states. */
  public void check(ModelHead head) {
    structure();
    head(head, CheckedWeights::of);
  }

  /**
   * What the model is built of, without values of its weights: it can be asked, not computed with.
   *
   * @throws CheckpointException as {@link #check}
   */
  public Transformer structure() {
    return build(CheckedWeights::of);
  }

  /**
   * What turns pooled vectors into others, as {@link #structure}.
   *
   * @throws CheckpointException as {@link #check}
   */
  public VectorHead headStructure() {
    return head(ModelHead.VECTORS, CheckedWeights::of);
  }

  private VectorHead head(ModelHead head, Function<Tensors, Weights> weights) {
    return switch (head) {
      case VECTORS -> VectorModules.build(files, weights);
      case SEQUENCE_CLASSES -> classifier().build(weights.apply(files), labels().names().size());
    };
  }

  private Classifier classifier() {
    return blueprint
        .classifier()
        .orElseThrow(
            () ->
                new CheckpointException(
                    String.format(
                        Locale.ROOT,
                        "classifiers of model_type %s are not supported (%s)",
                        spec().modelType(),
                        ConfigFile.NAME)));
  }

  /** The classes that a classifier tells. */
  public ClassLabels labels() {
    return ClassLabels.read(config);
  }

  /** Which vector of a sequence its classes are told by. */
  public Pooling classPooling() {
    return classifier().pooling();
  }

  private Transformer build(Function<Tensors, Weights> weights) {
    Transformer built = blueprint.build(weights.apply(files));
    Optional<LayerPooling> pooling = sentences().layerPooling();
    return pooling.isEmpty() ? built : mixing(built, pooling.get(), weights);
  }

  private Transformer mixing(
      Transformer built, LayerPooling pooling, Function<Tensors, Weights> weights) {
    if (pooling.layers() != spec().layers()) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT,
              "num_hidden_layers %d is not the %d of the transformer (%s/%s)",
              pooling.layers(),
              spec().layers(),
              pooling.path(),
              ConfigFile.NAME));
    }
    Weights own = weights.apply(files.tensors(pooling.path()));
    float[] each = own.vector("layer_weights", pooling.weights());
    return built
        .mixing(new LayerMix(pooling.first(), each))
        .orElseThrow(
            () ->
                new CheckpointException(
                    String.format(
                        Locale.ROOT,
                        "WeightedLayerPooling is not supported for model_type %s (%s)",
                        spec().modelType(),
                        ConfigFile.NAME)));
  }

  /**
   * Loads the model for {@code kernels}.
   *
   * @throws CheckpointException when a tensor is missing, has another shape or a value that is not
   *     finite
   */
  public Transformer load(Kernels kernels) {
    check();
    return build(tensors -> PackedWeights.of(tensors, kernels));
  }

  /** The names of its tensors, where it can be trained. */
  public Optional<DecoderNames> trainable() {
    return blueprint.trainable();
  }

  /**
   * The model of this configuration with other weights.
   *
   * @throws CheckpointException when a tensor is missing or has another shape
   */
  public Transformer load(Tensors weights, Kernels kernels) {
    return blueprint.build(PackedWeights.of(weights, kernels));
  }

  /**
   * Values of a vector of this checkpoint, once its modules are through with it.
   *
   * @param pooled values of a vector as it is pooled
   */
  public int dimensions(int pooled) {
    List<VectorModule> modules = sentences().modules();
    return modules.isEmpty() ? pooled : modules.get(modules.size() - 1).outputs();
  }

  /**
   * Loads what turns pooled vectors, or hidden states, into others.
   *
   * @throws CheckpointException as {@link #load}, or when the checkpoint has no such head
   */
  public VectorHead head(ModelHead head, Kernels kernels) {
    return head(head, tensors -> PackedWeights.of(tensors, kernels));
  }

  /** Closes the files of the weights. */
  @Override
  public void close() {
    files.close();
  }
}
