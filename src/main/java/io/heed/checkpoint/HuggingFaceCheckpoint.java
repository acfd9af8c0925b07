package io.heed.checkpoint;

import io.heed.series.BarDiscretizer;
import java.io.Closeable;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/**
 * An open checkpoint directory in Hugging Face's layout: {@code config.json}, {@code
 * model.safetensors} or its shards, {@code tokenizer.json}, the files of sentence-transformers, and
 * beside them Heed's {@code discretizer.json}. Where {@code modules.json} has the transformer in a
 * folder, as {@code 0_Transformer} before version 1, all but the other modules is read from there.
 *
 * <p>Tensors go by the names they have in transformers' {@code BertModel}, {@code GPT2Model} and
 * {@code OpenAIGPTModel}; a {@code bert.} or {@code transformer.} before them in the file, as in
 * checkpoints with a task head, is found by itself, and so are BERT's old names {@code
 * LayerNorm.gamma} and {@code LayerNorm.beta}.
 *
 * <p>Safe for any number of threads.
 */
public final class HuggingFaceCheckpoint implements Closeable {
  private static final String TOKENIZER = "tokenizer.json";
  private static final String ADAPTER = "adapter_config.json";

  private final Path path;

  /** Of the transformer and its tokenizer. */
  private final CheckpointDirectory directory;

  private final ModelConfig config;
  private final TensorNames tensorNames;
  private final SentenceTransformers sentenceTransformers;
  private final TokenizerConfig tokenizerConfig;
  private final WeightFiles weights;
  private final Optional<BarDiscretizer> barDiscretizer;
  private String hash;

  private HuggingFaceCheckpoint(Path path, CheckpointDirectory root) {
    SentenceModules modules = SentenceModules.read(root);
    this.path = path;
    this.directory = root.in(modules.transformerPath());
    requireNoAdapter(directory);
    this.config = ConfigFile.read(directory);
    this.tensorNames = TensorNames.of(config);
    this.sentenceTransformers = SentenceTransformersReader.read(root, modules, config.hiddenSize());
    this.tokenizerConfig = TokenizerConfig.read(directory);
    this.barDiscretizer =
        config instanceof GptConfig
            ? DiscretizerFile.find(directory, config.vocabSize())
            : Optional.empty();
    this.weights = WeightFiles.open(directory);
  }

  /** What peft writes beside a model changes its weights when transformers loads it. */
  private static void requireNoAdapter(CheckpointDirectory directory) {
    if (directory.has(ADAPTER)) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT,
              "%s asks for an adapter, which is not supported; merge it into the weights, as peft's"
                  + " merge_and_unload does, and leave the file out",
              directory.told(ADAPTER)));
    }
  }

  /**
   * Opens a checkpoint and checks everything but the values of its tensors.
   *
   * @throws CheckpointException naming the rule, the values and the file when something is wrong
   */
  public static HuggingFaceCheckpoint open(Path directory) {
    return new HuggingFaceCheckpoint(directory, CheckpointDirectory.open(directory));
  }

  /** The directory as it was given. */
  public Path path() {
    return path;
  }

  /** The architecture. */
  public ModelConfig config() {
    return config;
  }

  /**
   * The architecture of an encoder.
   *
   * @throws CheckpointException when the model is a decoder
   */
  public BertConfig bertConfig() {
    if (config instanceof BertConfig bert) {
      return bert;
    }
    throw otherKind("an encoder is needed: bert");
  }

  /**
   * The architecture of a decoder.
   *
   * @throws CheckpointException when the model is an encoder
   */
  public GptConfig gptConfig() {
    if (config instanceof GptConfig gpt) {
      return gpt;
    }
    throw otherKind("a decoder is needed: gpt2 or openai-gpt");
  }

  private CheckpointException otherKind(String needed) {
    return new CheckpointException(
        String.format(
            Locale.ROOT,
            "model_type %s does not fit, %s (%s)",
            config.modelType(),
            needed,
            ConfigFile.NAME));
  }

  /** What the files of sentence-transformers say, empty in all parts without them. */
  public SentenceTransformers sentenceTransformers() {
    return sentenceTransformers;
  }

  /**
   * What turns price bars into token ids of this model, {@code discretizer.json}; empty without the
   * file, and for an encoder.
   */
  public Optional<BarDiscretizer> barDiscretizer() {
    return barDiscretizer;
  }

  /** What {@code tokenizer_config.json} says. */
  public TokenizerConfig tokenizerConfig() {
    return tokenizerConfig;
  }

  /**
   * After how many tokens the checkpoint's own files cut a text that is embedded: {@code
   * max_seq_length} of sentence-transformers, else {@code model_max_length} of the tokenizer, and
   * never more than the model has positions.
   */
  public TokenLimit maxLength() {
    TokenLimit positions = new TokenLimit(config.maxPositionEmbeddings(), ConfigFile.NAME);
    return sentenceTransformers
        .maxSeqLength()
        .or(tokenizerConfig::modelMaxLength)
        .filter(limit -> limit.tokens() <= positions.tokens())
        .orElse(positions);
  }

  /** What {@code tokenizer.json} is called in the checkpoint, its folder included. */
  public String tokenizerName() {
    return directory.told(TOKENIZER);
  }

  /** Where {@code tokenizer.json} is, or would be: token ids can be embedded without it. */
  public Path tokenizer() {
    return directory.find(TOKENIZER).orElseGet(() -> directory.path().resolve(TOKENIZER));
  }

  /**
   * SHA-256 over names and contents of the files that decide the results, which are all that were
   * opened: configurations, weights, tokenizer, discretizer and sentence-transformers settings.
   * Every file is read once, at the first call.
   */
  public synchronized String hash() {
    if (hash == null) {
      directory.find(TOKENIZER);
      hash = ContentHash.of(directory.found());
    }
    return hash;
  }

  /** Whether there is a tensor of this name, whatever its shape. */
  public boolean has(String name) {
    return find(name).isPresent();
  }

  /**
   * A tensor as float32, row-major, in an array of its own.
   *
   * @param name without prefix, such as {@code embeddings.LayerNorm.weight}
   * @param shape the shape that the configuration asks for
   * @throws CheckpointException when it is absent, of another shape, not F32, F16 or BF16, or has a
   *     value that is not finite
   */
  public float[] floats(String name, int... shape) {
    Stored stored = stored(name);
    return stored.file.read(stored.name, asLongs(shape));
  }

  /**
   * Checks that a tensor can be read, without reading its values.
   *
   * @throws CheckpointException when it is absent, of another shape, or not F32, F16 or BF16
   */
  public void check(String name, int... shape) {
    Stored stored = stored(name);
    stored.file.check(stored.name, asLongs(shape));
  }

  /**
   * A tensor {@code [rows, columns]} whose rows are fetched by number: in memory as float32, or
   * mapped in the file's own format where it takes more than 256 MB there. A mapped table outlives
   * {@link #close}, and its values are not checked to be finite.
   *
   * @throws CheckpointException as {@link #floats}
   */
  public EmbeddingTable table(String name, int rows, int columns) {
    Stored stored = stored(name);
    return stored.file.table(stored.name, rows, columns);
  }

  /** Closes the files of the weights. */
  @Override
  public void close() {
    weights.close();
  }

  private Stored stored(String name) {
    return find(name)
        .orElseThrow(
            () ->
                new CheckpointException(
                    String.format(
                        Locale.ROOT,
                        "there is no tensor %s (%s)",
                        String.join(" or ", new TreeSet<>(tensorNames.candidates(name))),
                        weights.listing())));
  }

  private Optional<Stored> find(String name) {
    for (String candidate : tensorNames.candidates(name)) {
      Optional<SafetensorsFile> file = weights.holding(candidate);
      if (file.isPresent()) {
        return Optional.of(new Stored(file.get(), candidate));
      }
    }
    return Optional.empty();
  }

  private static long[] asLongs(int[] shape) {
    return Arrays.stream(shape).asLongStream().toArray();
  }

  private record Stored(SafetensorsFile file, String name) {}
}
