package io.heed.spark;

import io.heed.embed.EmbedderStage;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;

/**
 * {@link io.heed.embed.TextEmbedder} by the name that pipelines have saved.
 *
 * @deprecated use {@link io.heed.embed.TextEmbedder}
 */
@Deprecated
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
