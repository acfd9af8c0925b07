package io.heed.gpu;

import io.heed.kernel.Activation;
import io.heed.kernel.AttentionMask;
import io.heed.layer.AttentionScore;
import io.heed.layer.AttentionSpec;
import io.heed.layer.FeedForward;
import io.heed.layer.InputEmbeddings;
import io.heed.layer.LayerNorm;
import io.heed.layer.NormPlacement;
import io.heed.layer.Pooling;
import io.heed.layer.Poolings;
import io.heed.layer.PositionRule;
import io.heed.layer.TransformerBlock;
import io.heed.layer.VectorHead;
import io.heed.model.ModelSpec;
import io.heed.model.Transformer;
import io.heed.model.TransformerEncoder;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What the kernels compute, asked of a model by what it is built of: whichever architecture is
 * built like BERT has all that it needs.
 */
final class EncoderRules {
  /** Values that a warp holds of a row in registers. */
  static final int WIDEST = 1024;

  /** The width of a head that attention holds in registers. */
  static final int WIDEST_HEAD = 128;

  /** Values that are read at once. */
  private static final int TOGETHER = 8;

  private static final List<Activation> ACTIVATIONS =
      List.of(
          Activation.NONE, Activation.GELU, Activation.GELU_TANH, Activation.RELU, Activation.SILU);

  private EncoderRules() {}

  /** What the device cannot do of a model, or empty. */
  static Optional<String> fault(Transformer model) {
    if (!(model instanceof TransformerEncoder encoder)) {
      return fault("model_type %s is no encoder of blocks", model.spec().modelType());
    }
    return sizes(encoder.spec())
        .or(() -> inputs(encoder))
        .or(
            () ->
                encoder.stack().blocks().stream()
                    .map(EncoderRules::block)
                    .flatMap(Optional::stream)
                    .findFirst())
        .map(
            why -> String.format(Locale.ROOT, "%s (model_type %s)", why, model.spec().modelType()));
  }

  private static Optional<String> sizes(ModelSpec spec) {
    AttentionSpec attention = spec.block().attention();
    int width = spec.width();
    int head = attention.headWidth();
    if (width > WIDEST || width % TOGETHER != 0) {
      return fault("hidden states of %d values are no multiple of 8 up to %d", width, WIDEST);
    }
    if (head > WIDEST_HEAD || head % TOGETHER != 0) {
      return fault("heads of %d values are no multiple of 8 up to %d", head, WIDEST_HEAD);
    }
    if (attention.sharing() > 1) {
      return fault("%d heads share each of the keys and values", attention.sharing());
    }
    if (spec.block().intermediate() % TOGETHER != 0) {
      return fault("%d values of a wide layer are no multiple of 8", spec.block().intermediate());
    }
    if (!ACTIVATIONS.contains(spec.block().activation())) {
      return fault("the activation %s has no kernel", spec.block().activation());
    }
    return Optional.empty();
  }

  private static Optional<String> inputs(TransformerEncoder encoder) {
    InputEmbeddings inputs = encoder.embeddings();
    if (encoder.isMixing()) {
      return fault("hidden states are a mean over layers");
    }
    if (encoder.stack().hasFinalNorm()) {
      return fault("a norm follows the last block");
    }
    if (inputs.positions().isEmpty()) {
      return fault("positions have no embeddings");
    }
    if (inputs.projection().isPresent()) {
      return fault("embeddings are narrower than the blocks");
    }
    return inputs.norm() instanceof LayerNorm
        ? Optional.empty()
        : fault("embeddings have no layer normalisation");
  }

  private static Optional<String> block(TransformerBlock block) {
    if (block.normPlacement() != NormPlacement.POST || block.resultNorm().isPresent()) {
      return fault("blocks normalise elsewhere than behind each half");
    }
    if (!(block.attention().positions() instanceof PositionRule.None)) {
      return fault("attention itself tells positions apart");
    }
    if (!(block.attention().mask() instanceof AttentionMask.None)) {
      return fault("attention has a mask");
    }
    if (block.attention().score().form() != AttentionScore.Form.SCALED_DOT) {
      return fault("attention compares by %s", block.attention().score().form());
    }
    if (!(block.feedForward() instanceof FeedForward.Plain)) {
      return fault("the feed-forward half is gated or has experts");
    }
    boolean norms =
        block.attentionNorm() instanceof LayerNorm && block.outputNorm() instanceof LayerNorm;
    return norms ? Optional.empty() : fault("blocks have no layer normalisation");
  }

  /** What the device cannot do of poolings, or empty. */
  static Optional<String> fault(Poolings poolings) {
    return poolings.each().contains(Pooling.TOKENS)
        ? fault("a vector for each token is computed on the CPU alone")
        : Optional.empty();
  }

  /** What the device cannot do behind the poolings, or empty. */
  static Optional<String> fault(VectorHead head) {
    return head.steps().isEmpty()
        ? Optional.empty()
        : fault("modules of the checkpoint follow the pooling");
  }

  private static Optional<String> fault(String rule, Object... values) {
    return Optional.of(String.format(Locale.ROOT, rule, values));
  }
}
