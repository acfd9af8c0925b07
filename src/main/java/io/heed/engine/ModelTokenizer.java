package io.heed.engine;

import io.heed.checkpoint.CheckpointException;
import io.heed.checkpoint.HuggingFaceCheckpoint;
import io.heed.checkpoint.Sha256;
import io.heed.checkpoint.TokenizerConfig;
import io.heed.text.TextTokenizer;
import io.heed.text.TokenStrings;
import io.heed.text.TokenizerOptions;
import io.heed.text.TokenizerOptions.Casing;
import io.heed.text.TokenizerOptions.Reading;
import io.heed.text.TokenizerOptions.Side;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/** The tokenizer of a checkpoint, by all of its files that have a say. */
public final class ModelTokenizer {
  private ModelTokenizer() {}

  /**
   * Opens it.
   *
   * @throws io.heed.checkpoint.CheckpointException when there is none
   * @throws io.heed.text.TokenizerException when it cannot be used
   */
  public static TextTokenizer open(HuggingFaceCheckpoint checkpoint) {
    Path file = checkpoint.tokenizer();
    return checkpoint
        .madeTokenizer()
        .map(json -> TextTokenizer.of(json, file, options(checkpoint).withParts(Map.of())))
        .orElseGet(() -> TextTokenizer.open(file, options(checkpoint)));
  }

  /**
   * SHA-256 of {@code tokenizer.json}, or of the one that the files of a vocabulary amount to.
   *
   * @throws io.heed.checkpoint.CheckpointException when there is none
   */
  public static String hash(HuggingFaceCheckpoint checkpoint) {
    return checkpoint.madeTokenizer().map(Sha256::of).orElseGet(() -> hash(checkpoint.tokenizer()));
  }

  private static String hash(Path file) {
    try {
      return Sha256.of(file);
    } catch (IOException e) {
      throw new CheckpointException(
          String.format(Locale.ROOT, "%s cannot be read: %s", file, e.getMessage()), e);
    }
  }

  /**
   * The strings of its tokens; numbers where there is none.
   *
   * @param vocabulary ids of the model
   */
  public static TokenStrings strings(HuggingFaceCheckpoint checkpoint, int vocabulary) {
    Path file = checkpoint.tokenizer();
    if (!Files.exists(file)) {
      return TokenStrings.numbers();
    }
    return checkpoint
        .madeTokenizer()
        .map(json -> TokenStrings.of(json, file, vocabulary))
        .orElseGet(() -> TokenStrings.read(file, vocabulary));
  }

  private static Reading reading(HuggingFaceCheckpoint checkpoint) {
    return checkpoint
        .staticTable()
        .map(table -> table.rules().isPresent() ? Reading.KNOWN_TOKENS : Reading.TEXT_ALONE)
        .orElse(Reading.WITH_SPECIAL_TOKENS);
  }

  /** What the checkpoint says beside its {@code tokenizer.json}. */
  private static TokenizerOptions options(HuggingFaceCheckpoint checkpoint) {
    TokenizerConfig config = checkpoint.tokenizerConfig();
    return new TokenizerOptions(
        checkpoint.sentenceTransformers().lowerCase() ? Casing.LOWER : Casing.AS_WRITTEN,
        config.truncationSide().map(side -> Side.valueOf(side.name())),
        reading(checkpoint),
        config.parts());
  }
}
