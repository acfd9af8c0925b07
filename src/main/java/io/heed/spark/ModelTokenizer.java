package io.heed.spark;

import io.heed.checkpoint.HuggingFaceCheckpoint;
import io.heed.checkpoint.TokenizerConfig;
import io.heed.text.TokenizerOptions;
import io.heed.text.TokenizerOptions.Casing;
import io.heed.text.TokenizerOptions.Side;

/** The tokenizer of a checkpoint, by all of its files that have a say. */
final class ModelTokenizer {
  private ModelTokenizer() {}

  /** What the checkpoint says beside its {@code tokenizer.json}. */
  static TokenizerOptions options(HuggingFaceCheckpoint checkpoint) {
    TokenizerConfig config = checkpoint.tokenizerConfig();
    return new TokenizerOptions(
        checkpoint.sentenceTransformers().lowerCase() ? Casing.LOWER : Casing.AS_WRITTEN,
        config.truncationSide().map(side -> Side.valueOf(side.name())),
        config.parts());
  }
}
