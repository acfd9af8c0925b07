package io.heed.checkpoint;

import io.heed.tensor.EmbeddingTable;
import java.io.Closeable;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeSet;

/**
 * An open checkpoint directory in Hugging Face's layout: {@code model.safetensors} or {@code
 * pytorch_model.bin} or the shards of one, {@code tokenizer.json} or an older vocabulary, and the
 * files of sentence-transformers. What the tensors mean is for an architecture to say.
 *
 * <p>Safe for any number of threads.
 */
public final class HuggingFaceCheckpoint implements Closeable {
  private final Path path;

  /** Of the transformer and its tokenizer. */
  private final CheckpointDirectory directory;

  private final SentenceTransformers sentenceTransformers;
  private final TokenizerConfig tokenizerConfig;
  private final OlderTokenizer olderTokenizer;
  private final WeightFiles weights;
  private String hash;

  HuggingFaceCheckpoint(
      Path path,
      CheckpointDirectory directory,
      SentenceTransformers sentenceTransformers,
      TokenizerConfig tokenizerConfig,
      OlderTokenizer olderTokenizer,
      WeightFiles weights) {
    this.path = path;
    this.directory = directory;
    this.sentenceTransformers = sentenceTransformers;
    this.tokenizerConfig = tokenizerConfig;
    this.olderTokenizer = olderTokenizer;
    this.weights = weights;
  }

  /** The directory as it was given. */
  public Path path() {
    return path;
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
   * never more than the model has positions.
   *
   * @param positions tokens in the longest sequence that the model takes
   */
  public TokenLimit maxLength(int positions) {
    return sentenceTransformers
        .maxSeqLength()
        .or(tokenizerConfig::modelMaxLength)
        .filter(limit -> limit.tokens() <= positions)
        .orElseGet(() -> new TokenLimit(positions, ConfigFile.NAME));
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
    return ContentHash.of(files);
  }

  private SortedMap<String, Path> opened() {
    if (directory.find(TokenizerDocument.FILE).isEmpty()) {
      olderTokenizer.findFiles();
    }
    return directory.found();
  }

  /** Whether there is a tensor of this name, whatever its shape. */
  public boolean has(String name) {
    return weights.holding(name).isPresent();
  }

  /**
   * The name under which the checkpoint has a tensor.
   *
   * @param names that it may have, the likeliest first
   * @throws CheckpointException when it has none of them
   */
  public String name(List<String> names) {
    return names.stream().filter(this::has).findFirst().orElseThrow(() -> missing(names));
  }

  /** Whether two tensors that are there are one, as tied weights in a pickle are. */
  public boolean same(String name, String other) {
    TensorFile file = file(name);
    return file == file(other) && file.same(name, other);
  }

  /**
   * A tensor as float32, row-major, in an array of its own.
   *
   * @param name as the file has it
   * @param shape the shape that the configuration asks for
   * @throws CheckpointException when it is absent, of another shape, not F32, F16 or BF16, or has a
   *     value that is not finite
   */
  public float[] floats(String name, int... shape) {
    return file(name).read(name, asLongs(shape));
  }

  /**
   * Checks that a tensor can be read, without reading its values.
   *
   * @throws CheckpointException when it is absent, of another shape, or not F32, F16 or BF16
   */
  public void check(String name, int... shape) {
    file(name).check(name, asLongs(shape));
  }

  /**
   * A tensor {@code [rows, columns]} whose rows are fetched by number: in memory as float32, or
   * mapped in the file's own format where it takes more than 256 MB there. A mapped table outlives
   * {@link #close}, and its values are not checked to be finite.
   *
   * @throws CheckpointException as {@link #floats}
   */
  public EmbeddingTable table(String name, int rows, int columns) {
    return file(name).table(name, rows, columns);
  }

  /** Closes the files of the weights. */
  @Override
  public void close() {
    weights.close();
  }

  private TensorFile file(String name) {
    return weights.holding(name).orElseThrow(() -> missing(List.of(name)));
  }

  private CheckpointException missing(List<String> names) {
    return new CheckpointException(
        String.format(
            Locale.ROOT,
            "there is no tensor %s (%s)",
            String.join(" or ", new TreeSet<>(names)),
            weights.listing()));
  }

  private static long[] asLongs(int[] shape) {
    return Arrays.stream(shape).asLongStream().toArray();
  }
}
