package io.heed.checkpoint;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What the modules of sentence-transformers are for, as far as they are computed.
 *
 * @param source what makes vectors of tokens
 * @param sourcePath folder of it and of its tokenizer, empty for the checkpoint's own directory;
 *     before version 1 it was {@code 0_Transformer}
 * @param layerPoolingPath folder of what mixes the layers of a transformer, where that is done
 * @param poolingPath folder of the pooling; empty where none is listed
 * @param steps what happens to a vector behind the pooling, but for a last normalisation
 * @param normalize whether the vectors are normalised last; empty without {@code modules.json}
 * @param tasks that the checkpoint has modules for, each its own
 */
record SentenceModules(
    Source source,
    String sourcePath,
    Optional<String> layerPoolingPath,
    Optional<String> poolingPath,
    List<Step> steps,
    Optional<Boolean> normalize,
    List<String> tasks) {
  private static final String DEFAULT_POOLING = "1_Pooling";

  /** What makes vectors of tokens. */
  enum Source {
    TRANSFORMER,
    /** A vector for each token id. */
    STATIC_EMBEDDING
  }

  /**
   * A module that turns a vector into another.
   *
   * @param path its folder
   */
  record Step(StepKind kind, String path) {}

  /** What a step does. */
  enum StepKind {
    /** A linear map and an activation. */
    DENSE,
    /** Layer normalisation. */
    LAYER_NORM,
    /** Scales the vector to length 1. */
    NORMALIZE
  }

  /**
   * Reads the modules of a checkpoint.
   *
   * @param task what the texts are for, where that is said
   * @throws CheckpointException for modules, or an order of them, that are not computed
   */
  static SentenceModules read(CheckpointDirectory directory, Optional<String> task) {
    return ModuleChain.read(directory, task)
        .map(SentenceModules::of)
        .orElseGet(() -> unlisted(directory));
  }

  /** What is looked for where nothing is listed. */
  private static SentenceModules unlisted(CheckpointDirectory directory) {
    boolean isStatic = StaticTable.isOfModel2Vec(directory);
    return new SentenceModules(
        isStatic ? Source.STATIC_EMBEDDING : Source.TRANSFORMER,
        "",
        Optional.empty(),
        isStatic ? Optional.empty() : Optional.of(DEFAULT_POOLING),
        List.of(),
        Optional.empty(),
        List.of());
  }

  private static SentenceModules of(ModuleChain chain) {
    Deque<ListedModule> left = new ArrayDeque<>(chain.modules());
    ListedModule source = left.isEmpty() ? null : left.pop();
    if (source == null || !isSource(source)) {
      throw unsupported(chain);
    }
    Optional<String> layers = next(left, ModuleKind.WEIGHTED_LAYER_POOLING);
    Optional<String> pooling = next(left, ModuleKind.POOLING);
    boolean isStatic = source.kind() == ModuleKind.STATIC_EMBEDDING;
    if (isStatic && (layers.isPresent() || pooling.isPresent())
        || pooling.isEmpty() && !isStatic && !left.isEmpty()) {
      throw unsupported(chain);
    }
    boolean normalize = !left.isEmpty() && left.getLast().kind() == ModuleKind.NORMALIZE;
    if (normalize) {
      left.removeLast();
    }
    List<Step> steps = new ArrayList<>();
    for (ListedModule module : left) {
      steps.add(new Step(step(module, chain), module.path()));
    }
    return new SentenceModules(
        isStatic ? Source.STATIC_EMBEDDING : Source.TRANSFORMER,
        source.path(),
        layers,
        pooling,
        List.copyOf(steps),
        Optional.of(normalize),
        chain.tasks());
  }

  private static boolean isSource(ListedModule module) {
    return module.kind() == ModuleKind.TRANSFORMER || module.kind() == ModuleKind.STATIC_EMBEDDING;
  }

  private static Optional<String> next(Deque<ListedModule> left, ModuleKind kind) {
    return left.isEmpty() || left.peek().kind() != kind
        ? Optional.empty()
        : Optional.of(left.pop().path());
  }

  private static StepKind step(ListedModule module, ModuleChain chain) {
    return switch (module.kind()) {
      case DENSE -> StepKind.DENSE;
      case LAYER_NORM -> StepKind.LAYER_NORM;
      case NORMALIZE -> StepKind.NORMALIZE;
      default -> throw unsupported(chain);
    };
  }

  private static CheckpointException unsupported(ModuleChain chain) {
    return new CheckpointException(
        String.format(
            Locale.ROOT,
            "modules %s are not supported; supported: Transformer, which WeightedLayerPooling may"
                + " follow, and Pooling, or StaticEmbedding, and behind these Dense, LayerNorm and"
                + " Normalize (%s)",
            chain.told(),
            ModuleChain.FILE));
  }
}
