package io.heed.checkpoint;

import io.heed.checkpoint.StaticTable.Rules;
import io.heed.tensor.EmbeddingTable;
import java.io.Closeable;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * An open checkpoint directory in Hugging Face's layout: {@code model.safetensors} or {@code
 * pytorch_model.bin} or the shards of one, {@code tokenizer.json} or an older vocabulary, and the
 * files of sentence-transformers. What the tensors mean is for an architecture to say.
 *
 * <p>Safe for any number of threads.
 */
public final class HuggingFaceCheckpoint implements Tensors, Closeable {
  private final Path path;

  /** Of the transformer and its tokenizer. */
  private final CheckpointDirectory directory;

  private final Optional<StaticTable> staticTable;
  private final SentenceTransformers sentenceTransformers;
  private final TokenizerConfig tokenizerConfig;
  private final OlderTokenizer olderTokenizer;
  private final WeightFiles weights;

  /** Those of the modules of sentence-transformers that have some, by folder. */
  private final Map<String, WeightFiles> moduleWeights;

  private String hash;

  HuggingFaceCheckpoint(
      Path path,
      CheckpointDirectory directory,
      Optional<StaticTable> staticTable,
      SentenceTransformers sentenceTransformers,
      TokenizerConfig tokenizerConfig,
      OlderTokenizer olderTokenizer,
      WeightFiles weights,
      Map<String, WeightFiles> moduleWeights) {
    this.path = path;
    this.directory = directory;
    this.staticTable = staticTable;
    this.sentenceTransformers = sentenceTransformers;
    this.tokenizerConfig = tokenizerConfig;
    this.olderTokenizer = olderTokenizer;
    this.weights = weights;
    this.moduleWeights = moduleWeights;
  }

  /** The directory as it was given. */
  public Path path() {
    return path;
  }

  /** The table of a model that has no layers; empty for a transformer. */
  public Optional<StaticTable> staticTable() {
    return staticTable;
  }

  /** What the files of sentence-transformers say, empty in all parts without them. */
  public SentenceTransformers sentenceTransformers() {
    return sentenceTransformers;
  }

  /** What {@code tokenizer_config.json} says. */
  public TokenizerConfig tokenizerConfig() {
    return tokenizerConfig;
  }

  /**
   * After how many tokens the checkpoint's own files cut a text that is embedded: {@code
   * max_seq_length} of sentence-transformers, else {@code model_max_length} of the tokenizer, and
   * never more than the model has positions. Of a text, model2vec reads so many tokens, and
   * sentence-transformers for a table all that the tokenizer leaves.
   *
   * @param positions tokens in the longest sequence that the model takes
   */
  public TokenLimit maxLength(int positions) {
    if (staticTable.isPresent()) {
      return staticTable
          .get()
          .rules()
          .map(Rules::limit)
          .or(this::tokenizerLimit)
          .orElseGet(() -> new TokenLimit(positions, ModuleChain.FILE));
    }
    return sentenceTransformers
        .maxSeqLength()
        .or(tokenizerConfig::modelMaxLength)
        .filter(limit -> limit.tokens() <= positions)
        .orElseGet(() -> new TokenLimit(positions, ConfigFile.NAME));
  }

  /** What the tokenizer itself cuts, which sentence-transformers leaves to it for a table. */
  private Optional<TokenLimit> tokenizerLimit() {
    return directory
        .findJson(TokenizerDocument.FILE)
        .flatMap(json -> json.inside("truncation"))
        .flatMap(truncation -> truncation.positiveInt("max_length"))
        .map(tokens -> new TokenLimit(tokens, TokenizerDocument.FILE));
  }

  /**
   * Where {@code tokenizer.json} is, or else the vocabulary that stands for it, or else where the
   * first would be: token ids can be embedded without any.
   */
  public Path tokenizer() {
    return directory
        .find(TokenizerDocument.FILE)
        .or(olderTokenizer::vocabulary)
        .orElseGet(() -> directory.path().resolve(TokenizerDocument.FILE));
  }

  /**
   * Where there is no {@code tokenizer.json}, the one that the files of a vocabulary amount to, as
   * transformers makes it.
   *
   * @throws CheckpointException when there are no such files either, or they are not supported
   */
  public Optional<String> madeTokenizer() {
    return directory.find(TokenizerDocument.FILE).isPresent()
        ? Optional.empty()
        : Optional.of(olderTokenizer.document());
  }

  /**
   * SHA-256 over names and contents of the files that decide the results, which are all that were
   * opened: configurations, weights, tokenizer, discretizer and sentence-transformers settings.
   * Every file is read once, at the first call.
   */
  public synchronized String hash() {
    if (hash == null) {
      hash = ContentHash.of(opened());
    }
    return hash;
  }

  /** The same without the weights: for those who have read them. */
  public String hashBesideWeights() {
    SortedMap<String, Path> files = opened();
    files.keySet().removeAll(weights.names());
    moduleWeights.values().forEach(module -> files.keySet().removeAll(module.names()));
    return ContentHash.of(files);
  }

  private SortedMap<String, Path> opened() {
    if (directory.find(TokenizerDocument.FILE).isEmpty()) {
      olderTokenizer.findFiles();
    }
    return directory.found();
  }

  @Override
  public boolean has(String name) {
    return weights.has(name);
  }

  @Override
  public String name(List<String> names) {
    return weights.name(names);
  }

  @Override
  public boolean same(String name, String other) {
    return weights.same(name, other);
  }

  @Override
  public float[] floats(String name, int... shape) {
    return weights.floats(name, shape);
  }

  @Override
  public void check(String name, int... shape) {
    weights.check(name, shape);
  }

  @Override
  public int[] indices(String name, int count, int below) {
    return weights.indices(name, count, below);
  }

  @Override
  public EmbeddingTable byteTable(String name, int rows, int columns) {
    return weights.byteTable(name, rows, columns);
  }

  @Override
  public EmbeddingTable table(String name, int rows, int columns) {
    return weights.table(name, rows, columns);
  }

  /**
   * The tensors of a module of sentence-transformers, which have a folder of their own.
   *
   * @param folder of a module that has tensors
   */
  public Tensors tensors(String folder) {
    return moduleWeights.get(folder);
  }

  /** Closes the files of the weights. */
  @Override
  public void close() {
    weights.close();
    moduleWeights.values().forEach(WeightFiles::close);
  }
}
