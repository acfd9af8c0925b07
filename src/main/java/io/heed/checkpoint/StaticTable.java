package io.heed.checkpoint;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A vector for each token id and nothing else: a StaticEmbedding of sentence-transformers, or a
 * model of model2vec, whose own rules hold where its {@code config.json} says that it is one.
 *
 * @param tensor name of the table
 * @param rows vectors in the table
 * @param width values of a vector
 * @param tokens number of token ids
 * @param weighted whether each token has a weight, {@code weights}
 * @param mapped whether tokens share vectors, {@code mapping} saying which a token has
 * @param bytes whether values are stored as whole numbers from -128 to 127, of which model2vec
 *     makes vectors as they are
 * @param rules those of model2vec
 */
public record StaticTable(
    String tensor,
    int rows,
    int width,
    int tokens,
    boolean weighted,
    boolean mapped,
    boolean bytes,
    Optional<Rules> rules) {
  /** Numbers of the row that a token has, of model2vec. */
  public static final String MAPPING = "mapping";

  /** Factors of the vectors of tokens, of model2vec. */
  public static final String WEIGHTS = "weights";

  private static final String MODEL2VEC = "model2vec";

  /** Of the published ones the widest have 1,024 values. */
  private static final int WIDEST = 1 << 16;

  private static final List<String> TABLES = List.of("embedding.weight", "embeddings");

  /** Tokens of a text that model2vec reads, where it is not told otherwise. */
  private static final TokenLimit TOKENS_READ = new TokenLimit(512, MODEL2VEC);

  /**
   * What model2vec does and sentence-transformers does not: unknown tokens are left out, and so is
   * the end of a text that has more characters than tokens of the median length would have.
   *
   * @param normalize whether vectors are normalised
   */
  public record Rules(boolean normalize) {
    /** Tokens of a text that are read. */
    public TokenLimit limit() {
      return TOKENS_READ;
    }
  }

  /** Whether the files of a directory are a model of model2vec. */
  static boolean isOfModel2Vec(CheckpointDirectory directory) {
    return directory
        .findJson(ConfigFile.NAME)
        .flatMap(json -> json.string("model_type"))
        .filter(MODEL2VEC::equals)
        .isPresent();
  }

  /**
   * Reads the sizes of a table.
   *
   * @throws CheckpointException when there is none, or tensors do not fit each other
   */
  static StaticTable read(CheckpointDirectory directory) {
    Optional<Rules> rules =
        isOfModel2Vec(directory)
            ? Optional.of(
                new Rules(directory.requireJson(ConfigFile.NAME).bool("normalize").orElse(false)))
            : Optional.empty();
    try (WeightFiles weights = WeightFiles.open(directory)) {
      String tensor = weights.name(TABLES);
      int[] shape = weights.shape(tensor, 2);
      if (shape[1] > WIDEST) {
        throw new CheckpointException(
            String.format(
                Locale.ROOT,
                "%s has vectors of %d values, more than the %d of a text (%s)",
                tensor,
                shape[1],
                WIDEST,
                directory.path()));
      }
      boolean weighted = rules.isPresent() && weights.has(WEIGHTS);
      boolean mapped = rules.isPresent() && weights.has(MAPPING);
      boolean bytes = rules.isPresent() && weights.dtype(tensor).equals("I8");
      int tokens = mapped ? weights.shape(MAPPING, 1)[0] : shape[0];
      return new StaticTable(tensor, shape[0], shape[1], tokens, weighted, mapped, bytes, rules);
    }
  }
}
