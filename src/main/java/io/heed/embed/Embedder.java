package io.heed.embed;

import io.heed.architecture.ModelCheckpoint;
import io.heed.checkpoint.CheckpointException;
import io.heed.checkpoint.HubCache;
import io.heed.checkpoint.HubName;
import io.heed.checkpoint.SentenceTransformers;
import io.heed.engine.BatchStream;
import io.heed.engine.EmbeddedRow;
import io.heed.engine.EmbeddingBatches;
import io.heed.engine.EmbeddingEngine;
import io.heed.engine.EmbeddingEngine.VectorNorm;
import io.heed.engine.ModelEncoder;
import io.heed.engine.ModelTokenizer;
import io.heed.engine.OutcomeStream.Outcome;
import io.heed.engine.RowTokens;
import io.heed.engine.TextInput;
import io.heed.kernel.KernelChoice;
import io.heed.kernel.KernelProvider;
import io.heed.kernel.Kernels;
import io.heed.layer.Pooling;
import io.heed.model.Transformer;
import io.heed.row.Rejection;
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

  private final SentenceTransformers own;
  private final TextTokenizer tokenizer;
  private final int maxLength;
  private final Engine engine;
  private final String prompt;

  private Embedder(
      SentenceTransformers own,
      TextTokenizer tokenizer,
      int maxLength,
      Engine engine,
      String prompt) {
    this.own = own;
    this.tokenizer = tokenizer;
    this.maxLength = maxLength;
    this.engine = engine;
    this.prompt = prompt;
  }

  /** An engine and the working memory of the threads that have used it. */
  private static final class Engine {
    private final EmbeddingEngine engine;
    private final Queue<EmbeddingBatches> idle = new ConcurrentLinkedQueue<>();

    Engine(EmbeddingEngine engine) {
      this.engine = engine;
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
    Kernels kernels = KernelProvider.choose(KernelChoice.AUTO).kernels();
    try (ModelCheckpoint checkpoint = ModelCheckpoint.open(directory)) {
      SentenceTransformers own = checkpoint.files().sentenceTransformers();
      Pooling pooling =
          own.pooling().map(Pooling::of).or(EmbedSettings.POOLING::defaultValue).orElseThrow();
      refuse(EmbedRules.poolingFault(pooling, checkpoint.spec(), "1_Pooling/config.json"));
      Transformer model = checkpoint.load(kernels);
      boolean normalize = own.normalize().or(EmbedSettings.NORMALIZE::defaultValue).orElseThrow();
      VectorNorm norm = normalize ? VectorNorm.L2 : VectorNorm.NONE;
      Engine engine =
          new Engine(
              new EmbeddingEngine(
                  new ModelEncoder(model, kernels, pooling, checkpoint.head(kernels), norm),
                  kernels));
      TextTokenizer tokenizer = ModelTokenizer.open(checkpoint.files());
      int maxLength = checkpoint.maxLength().tokens();
      Optional<String> fault =
          EmbedRules.lengthFault(
              maxLength, tokenizer.specialTokens(), checkpoint.maxLength().origin());
      if (fault.isPresent()) {
        tokenizer.close();
      }
      refuse(fault);
      String prompt = own.defaultPromptName().map(own.prompts()::get).orElse("");
      return new Embedder(own, tokenizer, maxLength, engine, prompt);
    }
  }

  private static void refuse(Optional<String> fault) {
    if (fault.isPresent()) {
      throw new CheckpointException(fault.get());
    }
  }

  /** The same model, with a text put before each text; closing either closes both. */
  public Embedder withPrompt(String text) {
    Objects.requireNonNull(text, "text");
    return new Embedder(own, tokenizer, maxLength, engine, text);
  }

  /**
   * The same, with a prompt of the checkpoint, such as {@code query}.
   *
   * @throws IllegalArgumentException when it has none of this name
   */
  public Embedder withPromptName(String name) {
    Optional<String> fault = EmbedRules.promptFault(own, name, "prompt");
    if (fault.isPresent()) {
      throw new IllegalArgumentException(fault.get());
    }
    return withPrompt(own.prompts().get(name));
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
