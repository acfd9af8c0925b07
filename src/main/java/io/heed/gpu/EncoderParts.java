package io.heed.gpu;

import io.heed.layer.InputEmbeddings;
import io.heed.layer.LengthScale;
import io.heed.layer.PositionRule;
import io.heed.layer.TransformerBlock;
import io.heed.layer.TransformerStack;
import io.heed.model.ModelSpec;
import io.heed.model.Transformer;
import io.heed.model.TransformerDecoder;
import io.heed.model.TransformerEncoder;
import java.util.List;
import java.util.Optional;

/**
 * The parts of a model that makes hidden states of whole sequences by blocks, whichever way its
 * tokens look.
 */
record EncoderParts(ModelSpec spec, InputEmbeddings inputs, TransformerStack stack) {

  /** Those of a model, if it is built so. */
  static Optional<EncoderParts> of(Transformer model) {
    if (model instanceof TransformerEncoder encoder) {
      return Optional.of(new EncoderParts(model.spec(), encoder.embeddings(), encoder.stack()));
    }
    if (model instanceof TransformerDecoder decoder) {
      return Optional.of(
          new EncoderParts(model.spec(), decoder.embeddings().ofWholeSequences(), decoder.stack()));
    }
    return Optional.empty();
  }

  List<TransformerBlock> blocks() {
    return stack.blocks();
  }

  /** What the queries of a block are multiplied by, where that depends on a sequence's length. */
  static Optional<LengthScale> queryScale(TransformerBlock block) {
    return block.attention().positions() instanceof PositionRule.Turned turned
        ? turned.scale()
        : Optional.empty();
  }
}
