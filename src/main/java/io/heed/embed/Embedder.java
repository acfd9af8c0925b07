package io.heed.embed;

import io.heed.architecture.ModelCheckpoint;
import io.heed.checkpoint.CheckpointException;
import io.heed.checkpoint.HubCache;
import io.heed.checkpoint.HubName;
import io.heed.engine.BatchStream;
import io.heed.engine.EmbeddedRow;
import io.heed.engine.EmbeddingBatches;
import io.heed.engine.EmbeddingEngine;
import io.heed.engine.ModelEncoder;
import io.heed.engine.ModelTokenizer;
import io.heed.engine.OutcomeStream.Outcome;
import io.heed.engine.RowTokens;
import io.heed.engine.TextInput;
import io.heed.engine.VectorEnding;
import io.heed.engine.VectorEnding.VectorNorm;
import io.heed.kernel.KernelChoice;
import io.heed.kernel.KernelProvider;
import io.heed.kernel.Kernels;
import io.heed.layer.Pooling;
import io.heed.layer.Poolings;
import io.heed.model.ModelHead;
import io.heed.row.Rejection;
import io.heed.settings.Effective;
import io.heed.spark.tokens.LengthLimit;
import io.heed.text.TextTokenizer;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Embeds texts in this JVM, without Spark: what a table that {@code jobs/embed} or {@link
 * TextEmbedder} has embedded is searched with. Where these were given no other pooling, length or
 * prompt than the checkpoint's own, a text has the vector that they give it, bit for bit.
 *
 * <p>Pooling, normalisation, maximum length and default prompt are what the checkpoint's own files
 * say, and the defaults of the job where they say nothing. Safe for any number of threads, each of
 * which embeds on its own core. The JVM needs {@code --add-modules jdk.incubator.vector}; without
 * it embedding is many times slower.
 *
 * <pre>{@code
 * try (Embedder embedder = Embedder.open(Path.of("/models/all-MiniLM-L6-v2"))) {
 *   float[] query = embedder.embed("a walk in the rain");
 * }
 * }</pre>
 */
public final class Embedder implements AutoCloseable {
  /** Tokens that are computed together. */
  private static final int BATCH_TOKENS = 1024;

  private final EmbedDefaults defaults;
  private final TextTokenizer tokenizer;
  private final int maxLength;
  private final Engine engine;
  private final String prompt;

  private Embedder(
      EmbedDefaults defaults,
      TextTokenizer tokenizer,
      int maxLength,
      Engine engine,
      String prompt) {
    this.defaults = defaults;
    this.tokenizer = tokenizer;
    this.maxLength = maxLength;
    this.engine = engine;
    this.prompt = prompt;
  }

  /** An engine and the working memory of the threads that have used it. */
  private static final class Engine {
    private final ModelEncoder encoder;
    private final EmbeddingEngine engine;
    private final Queue<EmbeddingBatches> idle = new ConcurrentLinkedQueue<>();

    Engine(ModelEncoder encoder) {
      this.encoder = encoder;
      this.engine = new EmbeddingEngine(encoder, encoder.kernels());
    }

    /** This engine where it pools so, else another of the same model. */
    Engine behind(int promptTokens) {
      return promptTokens == encoder.pooling().promptTokens()
          ? this
          : new Engine(encoder.behind(promptTokens));
    }

    EmbeddingBatches take() {
      EmbeddingBatches batches = idle.poll();
      return batches == null ? new EmbeddingBatches(engine, BATCH_TOKENS) : batches;
    }

    /** Kept for the next caller, no more than threads can compute at once. */
    void giveBack(EmbeddingBatches batches) {
      if (idle.size() < Runtime.getRuntime().availableProcessors()) {
        idle.add(batches);
      }
    }
  }

  /**
   * Opens the checkpoint directory of a path, or where nothing is there, {@code org/name} or {@code
   * org/name@revision} of the Hugging Face cache, into which {@code hf download} puts it.
   *
   * @throws CheckpointException when it is not there, or as {@link #open(Path)}
   * @throws io.heed.text.TokenizerException as that
   */
  public static Embedder open(String model) {
    return open(directory(model, HubCache::ofProcess));
  }

  /**
   * As {@link #open(String)} and {@link #open(Path, String)}.
   *
   * @param task what the texts are for
   */
  public static Embedder open(String model, String task) {
    return open(directory(model, HubCache::ofProcess), task);
  }

  /** Where {@link #open(String)} finds a model. */
  static Path directory(String model, Supplier<HubCache> cache) {
    Path path = path(model);
    Optional<HubName> name = HubName.of(model);
    if (Files.exists(path) || name.isEmpty()) {
      return path;
    }
    HubCache asked = cache.get();
    return asked
        .find(name.get())
        .orElseThrow(
            () ->
                new CheckpointException(
                    String.format(
                        Locale.ROOT,
                        "the checkpoint '%s' does not exist, and %s",
                        model,
                        asked.absence(name.get()))));
  }

  private static Path path(String model) {
    try {
      return Path.of(model);
    } catch (InvalidPathException e) {
      throw new CheckpointException(
          String.format(Locale.ROOT, "the checkpoint %s is not a path", model), e);
    }
  }

  /**
   * Opens a checkpoint directory in Hugging Face's layout and loads its weights.
   *
   * @throws CheckpointException naming the rule, the values and the file when it cannot be used
   * @throws io.heed.text.TokenizerException when its tokenizer cannot
   */
  public static Embedder open(Path directory) {
    return open(directory, Optional.empty());
  }

  /**
   * As {@link #open(Path)}, for a task.
   *
   * @param task what the texts are for: {@code query} or {@code document}, or what the checkpoint
   *     names, which chooses its modules, weights and prompt
   * @throws CheckpointException as that, and when the checkpoint does not know the task
   */
  public static Embedder open(Path directory, String task) {
    return open(directory, Optional.of(task));
  }

  private static Embedder open(Path directory, Optional<String> task) {
    Kernels kernels = KernelProvider.choose(KernelChoice.AUTO).kernels();
    try (ModelCheckpoint checkpoint = ModelCheckpoint.open(directory, task)) {
      EmbedDefaults defaults = EmbedDefaults.of(checkpoint);
      Engine engine = new Engine(encoder(checkpoint, defaults, kernels));
      TextTokenizer tokenizer = ModelTokenizer.open(checkpoint.files());
      int maxLength = checkpoint.maxLength().tokens();
      Optional<String> fault =
          new LengthLimit(maxLength, checkpoint.maxLength().origin())
              .fault(tokenizer.specialTokens());
      if (fault.isPresent()) {
        tokenizer.close();
      }
      refuse(fault);
      return new Embedder(defaults, tokenizer, maxLength, engine, "")
          .withPrompt(defaults.prompt(task));
    }
  }

  private static ModelEncoder encoder(
      ModelCheckpoint checkpoint, EmbedDefaults defaults, Kernels kernels) {
    List<Pooling> each =
        defaults
            .pooling()
            .map(Effective::value)
            .or(EmbedSettings.POOLING::defaultValue)
            .orElseThrow();
    refuse(EmbedRules.poolingFault(each, checkpoint.spec(), "1_Pooling/config.json"));
    Poolings pooling = new Poolings(each, 0);
    Optional<Effective<Integer>> kept =
        defaults.dimensions(checkpoint.dimensions(pooling.outputs(checkpoint.spec().width())));
    boolean normalize =
        defaults
            .normalize(kept)
            .map(Effective::value)
            .or(EmbedSettings.NORMALIZE::defaultValue)
            .orElseThrow();
    return new ModelEncoder(
        checkpoint.load(kernels),
        kernels,
        pooling,
        checkpoint.head(ModelHead.VECTORS, kernels),
        VectorEnding.cut(kept.map(Effective::value), normalize ? VectorNorm.L2 : VectorNorm.NONE));
  }

  private static void refuse(Optional<String> fault) {
    if (fault.isPresent()) {
      throw new CheckpointException(fault.get());
    }
  }

  /** The same model, with a text put before each text; closing either closes both. */
  public Embedder withPrompt(String text) {
    Objects.requireNonNull(text, "text");
    int notPooled = defaults.poolsPrompt() || text.isEmpty() ? 0 : tokenizer.tokensBefore(text);
    return new Embedder(defaults, tokenizer, maxLength, engine.behind(notPooled), text);
  }

  /**
   * The same, with a prompt of the checkpoint, such as {@code query}.
   *
   * @throws IllegalArgumentException when it has none of this name
   */
  public Embedder withPromptName(String name) {
    Optional<String> fault = EmbedRules.promptFault(defaults.own(), name, "prompt");
    if (fault.isPresent()) {
      throw new IllegalArgumentException(fault.get());
    }
    return withPrompt(defaults.own().prompts().get(name));
  }

  /**
   * The same with the first values of each vector alone, of a model that was trained for that
   * (Matryoshka), scaled to length 1.
   *
   * @throws IllegalArgumentException when vectors have not so many
   */
  public Embedder withDimensions(int first) {
    int width = engine.encoder.with(VectorEnding.whole(VectorNorm.NONE)).dimensions();
    if (first < 1 || first > width) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "%d is not in 1 to the %d values of a vector", first, width));
    }
    VectorEnding ending = VectorEnding.cut(Optional.of(first), VectorNorm.L2);
    Engine cut = new Engine(engine.encoder.with(ending));
    return new Embedder(defaults, tokenizer, maxLength, cut, prompt);
  }

  /** Values in a vector. */
  public int dimensions() {
    return engine.engine.dimensions();
  }

  /**
   * The vector of a text.
   *
   * @throws IllegalArgumentException when it is null, cannot be tokenized, or has no vector
   */
  public float[] embed(String text) {
    return embed(new String[] {text}).get(0);
  }

  /**
   * The vectors of texts, in their order.
   *
   * @throws IllegalArgumentException naming the first that is null, cannot be tokenized, or has no
   *     vector, counted from 0
   */
  public List<float[]> embed(List<String> texts) {
    return embed(texts.toArray(String[]::new));
  }

  private List<float[]> embed(String... texts) {
    KernelProvider.requireDenormals();
    TextInput input = new TextInput(tokenizer, prompt, maxLength);
    EmbeddingBatches batches = engine.take();
    BatchStream<Integer, RowTokens, EmbeddedRow> stream =
        new BatchStream<>(
            IntStream.range(0, texts.length).iterator(),
            i -> input.tokens(texts[i]),
            i -> texts[i] == null ? 0 : texts[i].length(),
            batches);
    float[][] vectors = new float[texts.length][];
    while (stream.hasNext()) {
      Outcome<Integer, EmbeddedRow> outcome = stream.next();
      Optional<Rejection> rejection = outcome.result().rejection();
      if (rejection.isPresent()) {
        throw refused(outcome.item(), texts.length, rejection.get());
      }
      vectors[outcome.item()] = outcome.result().value().vectors()[0];
    }
    // Not after an exception: what it left behind is not known.
    engine.giveBack(batches);
    return List.of(vectors);
  }

  private static IllegalArgumentException refused(int index, int count, Rejection why) {
    return new IllegalArgumentException(
        count == 1
            ? why.message()
            : String.format(Locale.ROOT, "text %d of %d: %s", index, count, why.message()));
  }

  /** Frees the tokenizer and the working memory; nothing can be embedded any more. */
  @Override
  public void close() {
    tokenizer.close();
    engine.idle.clear();
  }
}
