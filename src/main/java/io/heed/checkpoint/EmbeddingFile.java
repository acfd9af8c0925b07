package io.heed.checkpoint;

import io.heed.tensor.EmbeddingTable;
import java.io.Closeable;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A file of tensors with the embedding of tokens {@code [V, D]}: the tensor that has one of {@link
 * #NAMES}, or, in a file of one tensor, that one, whatever its name.
 */
public final class EmbeddingFile implements Closeable {
  /**
   * What the tensor is called: by Heed; by an {@code nn.Embedding} that was saved alone; by the
   * Annotated Transformer, alone and in a whole model; by BERT, with and without a head; by GPT-2,
   * with a head and without.
   */
  public static final List<String> NAMES =
      List.of(
          "embedding.weight",
          "weight",
          "lut.weight",
          "src_embed.0.lut.weight",
          "embeddings.word_embeddings.weight",
          "bert.embeddings.word_embeddings.weight",
          "transformer.wte.weight",
          "wte.weight");

  private final TensorFile file;
  private final Path path;
  private final String tensor;
  private final int rows;
  private final int columns;

  private EmbeddingFile(TensorFile file, Path path) {
    this.file = file;
    this.path = path;
    this.tensor = tensor(file);
    List<Long> shape = file.shape(tensor);
    if (shape.size() != 2
        || shape.stream().anyMatch(size -> size <= 0 || size > Integer.MAX_VALUE)) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT,
              "%s has shape %s, expected 2 dimensions above 0 (%s)",
              tensor,
              shape,
              file.fileName()));
    }
    this.rows = shape.get(0).intValue();
    this.columns = shape.get(1).intValue();
    file.check(tensor, rows, columns);
  }

  /**
   * Opens a file and checks everything but the values of the tensor.
   *
   * @throws CheckpointException when it is not a file of tensors, or has no such tensor or several
   */
  public static EmbeddingFile open(Path path) {
    String name = path.getFileName().toString();
    UnfetchedFile.refuse(path, name);
    TensorFile file = TensorFile.open(path, name);
    try {
      return new EmbeddingFile(file, path);
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private static String tensor(TensorFile file) {
    if (file.names().size() == 1) {
      return file.names().iterator().next();
    }
    List<String> found = NAMES.stream().filter(file.names()::contains).toList();
    if (found.size() != 1) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT,
              "of %d tensors, %s the embedding of tokens: %s (%s)",
              file.names().size(),
              found.isEmpty() ? "none is" : "more than one may be",
              found.isEmpty()
                  ? "one of several is called " + String.join(" or ", NAMES)
                  : String.join(", ", found),
              file.fileName()));
    }
    return found.get(0);
  }

  /** V, the number of token ids. */
  public int rows() {
    return rows;
  }

  /** D, the values of a token. */
  public int columns() {
    return columns;
  }

  /**
   * The table, which outlives {@link #close}.
   *
   * @throws CheckpointException when it has a value that is not finite and is not {@linkplain
   *     HuggingFaceCheckpoint#table mapped}
   */
  public EmbeddingTable table() {
    return file.table(tensor, rows, columns);
  }

  /** Hash of the file's content. */
  public String hash() {
    return ContentHash.of(new TreeMap<>(Map.of(file.fileName(), path)));
  }

  @Override
  public void close() {
    file.close();
  }
}
