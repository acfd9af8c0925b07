package io.heed.gpu;

import io.heed.kernel.Activation;
import io.heed.kernel.AttentionMask;
import io.heed.layer.Attention;
import io.heed.layer.AttentionScore;
import io.heed.layer.AttentionSpec;
import io.heed.layer.FeedForward;
import io.heed.layer.HeadGroup;
import io.heed.layer.LayerNorm;
import io.heed.layer.NoNorm;
import io.heed.layer.Norm;
import io.heed.layer.NormPlacement;
import io.heed.layer.Pooling;
import io.heed.layer.Poolings;
import io.heed.layer.PositionRule;
import io.heed.layer.RmsNorm;
import io.heed.layer.TransformerBlock;
import io.heed.layer.VectorHead;
import io.heed.model.ModelSpec;
import io.heed.model.Transformer;
import io.heed.model.TransformerEncoder;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * What the kernels compute, asked of a model by what it is built of: whichever architecture is
 * built of these parts has all that it needs.
 */
final class EncoderRules {
  /** Values that a warp holds of a row in registers. */
  static final int WIDEST = 2048;

  /** The width of a head that attention holds in registers. */
  static final int WIDEST_HEAD = 128;

  /** Values that are read at once. */
  private static final int TOGETHER = 8;

  private static final List<Activation> GATES =
      List.of(Activation.GELU, Activation.GELU_TANH, Activation.RELU, Activation.SILU);

  private EncoderRules() {}

  /** What the device cannot do of a model, or empty. */
  static Optional<String> fault(Transformer model) {
    Optional<EncoderParts> parts = EncoderParts.of(model);
    Optional<String> why =
        parts.isEmpty() ? fault("it has no blocks") : fault(model, parts.orElseThrow());
    return why.map(
        rule -> String.format(Locale.ROOT, "%s (model_type %s)", rule, model.spec().modelType()));
  }

  private static Optional<String> fault(Transformer model, EncoderParts parts) {
    if (model instanceof TransformerEncoder encoder && encoder.isMixing()) {
      return fault("hidden states are a mean over layers");
    }
    return sizes(parts)
        .or(() -> norm(parts.inputs().norm()))
        .or(() -> parts.stack().finalNorm().flatMap(EncoderRules::norm))
        .or(
            () ->
                parts.blocks().stream()
                    .map(EncoderRules::block)
                    .flatMap(Optional::stream)
                    .findFirst())
        .or(() -> queryScales(parts));
  }

  private static Optional<String> sizes(EncoderParts parts) {
    ModelSpec spec = parts.spec();
    AttentionSpec attention = spec.block().attention();
    int head = attention.headWidth();
    int embedded = parts.inputs().words().columns();
    if (spec.width() > WIDEST || spec.width() % TOGETHER != 0) {
      return fault(
          "hidden states of %d values are no multiple of 8 up to %d", spec.width(), WIDEST);
    }
    if (embedded > WIDEST || embedded % TOGETHER != 0) {
      return fault("embeddings of %d values are no multiple of 8 up to %d", embedded, WIDEST);
    }
    if (head > WIDEST_HEAD || head % TOGETHER != 0) {
      return fault("heads of %d values are no multiple of 8 up to %d", head, WIDEST_HEAD);
    }
    if (spec.block().intermediate() % TOGETHER != 0) {
      return fault("%d values of a wide layer are no multiple of 8", spec.block().intermediate());
    }
    return Optional.empty();
  }

  private static Optional<String> norm(Norm norm) {
    return norm instanceof LayerNorm || norm instanceof RmsNorm || norm instanceof NoNorm
        ? Optional.empty()
        : fault("the norm %s has no kernel", norm.getClass().getSimpleName());
  }

  private static Optional<String> block(TransformerBlock block) {
    return Stream.<Supplier<Optional<String>>>of(
            () -> norms(block),
            () -> score(block.attention()),
            () -> positions(block.attention()),
            () -> heads(block.attention()),
            () -> feedForward(block.feedForward()))
        .map(Supplier::get)
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static Optional<String> norms(TransformerBlock block) {
    boolean absent =
        block.attentionNorm() instanceof NoNorm || block.outputNorm() instanceof NoNorm;
    if (block.normPlacement() == NormPlacement.POST && absent) {
      return fault("a half of a block is followed by no norm");
    }
    return Stream.concat(
            Stream.of(block.attentionNorm(), block.outputNorm()), block.resultNorm().stream())
        .map(EncoderRules::norm)
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static Optional<String> score(Attention attention) {
    AttentionMask mask = attention.mask();
    boolean seen =
        mask instanceof AttentionMask.None
            || mask instanceof AttentionMask.Causal
            || mask instanceof AttentionMask.Window;
    if (!seen) {
      return fault("attention has the mask %s", mask.getClass().getSimpleName());
    }
    AttentionScore.Form form = attention.score().form();
    return form == AttentionScore.Form.SCALED_DOT || form == AttentionScore.Form.DOT
        ? Optional.empty()
        : fault("attention compares by %s", form);
  }

  private static Optional<String> positions(Attention attention) {
    return attention.positions() instanceof PositionRule.Disentangled
        ? fault("scores have products with vectors of the distance")
        : Optional.empty();
  }

  private static Optional<String> heads(Attention attention) {
    for (HeadGroup group : attention.headGroups()) {
      if (group instanceof HeadGroup.Apart) {
        return fault("heads have maps of their own, or none");
      }
      if (group instanceof HeadGroup.Normalized normalized) {
        if (attention.positions().turns()) {
          return fault("queries and keys are normalised before they are turned");
        }
        Optional<String> why = norm(normalized.queryNorm()).or(() -> norm(normalized.keyNorm()));
        if (why.isPresent()) {
          return why;
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<String> feedForward(FeedForward feedForward) {
    if (feedForward instanceof FeedForward.Experts) {
      return fault("experts compute the feed-forward half");
    }
    if (feedForward instanceof FeedForward.Gated gated) {
      Activation activation = gated.gate().projection().activation();
      return GATES.contains(activation)
          ? Optional.empty()
          : fault("a gate with the activation %s has no kernel", activation);
    }
    Activation activation =
        ((FeedForward.Plain) feedForward).intermediate().projection().activation();
    return activation == Activation.NONE || GATES.contains(activation)
        ? Optional.empty()
        : fault("the activation %s has no kernel", activation);
  }

  private static Optional<String> queryScales(EncoderParts parts) {
    long different = parts.blocks().stream().map(EncoderParts::queryScale).distinct().count();
    return different > 1 ? fault("blocks scale queries in different ways") : Optional.empty();
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
