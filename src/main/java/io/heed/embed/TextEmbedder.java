package io.heed.embed;

import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;

/**
 * Embeds a column of texts, or of arrays of token ids, as a stage of a Spark ML pipeline.
 *
 * <p>Adds four columns: the embedding {@code array<float>}, with vector type {@code vector} Spark
 * ML's (arrays of them with pooling {@code tokens}), null where the row has none; {@code
 * token_count int}; {@code truncated boolean}; {@code rejection struct<reason string, message
 * string>}, null where the row has an embedding; parameters rename them. No row is lost, unless
 * {@code onBadRow} says so, and the order within a partition stays. The vectors are those of {@code
 * jobs/embed}, bit for bit.
 *
 * <p>Pooling, normalisation and maximum length default to what the checkpoint's own files say.
 */
public final class TextEmbedder extends EmbedderStage<TextEmbedder> {
  private static final long serialVersionUID = 1;

  /** An embedder with a random identifier. */
  public TextEmbedder() {
    this(Identifiable$.MODULE$.randomUID("textEmbedder"));
  }

  /** An embedder with the given identifier, as Spark's reader makes it. */
  public TextEmbedder(String uid) {
    super(uid);
  }

  /** Reads a saved embedder. */
  public static MLReader<TextEmbedder> read() {
    return new DefaultParamsReader<>();
  }

  /** Reads a saved embedder. */
  public static TextEmbedder load(String path) {
    return read().load(path);
  }
}
