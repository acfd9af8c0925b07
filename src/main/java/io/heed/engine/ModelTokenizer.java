package io.heed.engine;

import io.heed.checkpoint.HuggingFaceCheckpoint;
import io.heed.checkpoint.TokenizerConfig;
import io.heed.text.TextTokenizer;
import io.heed.text.TokenStrings;
import io.heed.text.TokenizerOptions;
import io.heed.text.TokenizerOptions.Casing;
import io.heed.text.TokenizerOptions.Side;
import java.nio.file.Files;
import java.nio.file.Path;
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

  /** What the checkpoint says beside its {@code tokenizer.json}. */
  private static TokenizerOptions options(HuggingFaceCheckpoint checkpoint) {
    TokenizerConfig config = checkpoint.tokenizerConfig();
    return new TokenizerOptions(
        checkpoint.sentenceTransformers().lowerCase() ? Casing.LOWER : Casing.AS_WRITTEN,
        config.truncationSide().map(side -> Side.valueOf(side.name())),
        config.parts());
  }
}
