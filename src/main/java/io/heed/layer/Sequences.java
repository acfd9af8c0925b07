package io.heed.layer;

import io.heed.kernel.AttentionInputs;
import io.heed.kernel.AttentionMask;
import io.heed.kernel.AttentionOutputs;
import io.heed.kernel.AttentionRule;
import io.heed.kernel.AttentionWeights;
import io.heed.kernel.CachedInputs;
import io.heed.kernel.Kernels;
import io.heed.kernel.KeyValues;
import io.heed.kernel.RelativeBias;
import io.heed.kernel.ScoreFunction;
import io.heed.kernel.Scratch;
import io.heed.tensor.Matrix;
import java.util.Optional;

/** What the tokens that pass through a block attend to. */
sealed interface Sequences {

  /**
   * Some heads of a layer.
   *
   * @param count how many
   * @param first which of the layer's heads is the first of these
   * @param bias added to their scores before they are scaled
   */
  record Heads(int count, int first, Optional<RelativeBias> bias) {}

  /**
   * Scaled dot-product attention of some heads.
   *
   * @param projected {@code [T, 3 heads·Dh]}, queries first, then keys, then values
   * @param context {@code [T, heads·Dh]}
   */
  void attend(Kernels kernels, Matrix projected, Heads heads, Matrix context, Scratch scratch);

  /**
   * Whole sequences, each attending within itself.
   *
   * @param starts {@code [B + 1]}, first token of each sequence, then T
   * @param mask what is hidden
   * @param weights takes the attention weights of all heads, where they are wanted
   */
  record Whole(int[] starts, AttentionMask mask, Optional<AttentionWeights> weights)
      implements Sequences {

    @Override
    public void attend(
        Kernels kernels, Matrix projected, Heads heads, Matrix context, Scratch scratch) {
      AttentionInputs inputs =
          AttentionInputs.within(
              third(projected, 0), third(projected, 1), third(projected, 2), starts, heads.count());
      AttentionRule rule =
          AttentionRule.of(ScoreFunction.scaledDot(inputs.headWidth()), mask)
              .withBias(heads.bias());
      AttentionOutputs outputs =
          new AttentionOutputs(context, weights.map(all -> all.fromHead(heads.first())));
      kernels.attention(inputs, rule, outputs, scratch);
    }
  }

  /**
   * The next tokens of sequences whose earlier keys and values are cached, attending to these and
   * to each other, causally.
   *
   * @param starts {@code [B + 1]}, first token of each sequence, then T
   * @param cache of the layer
   * @param runs {@code [B]}, place of each sequence's first token
   * @param cached {@code [B]}, tokens of each sequence that the cache holds
   */
  record Continued(int[] starts, KeyValues cache, int[] runs, int[] cached) implements Sequences {

    @Override
    public void attend(
        Kernels kernels, Matrix projected, Heads heads, Matrix context, Scratch scratch) {
      if (heads.bias().isPresent()) {
        throw new IllegalArgumentException("attention to cached keys adds no bias to scores");
      }
      CachedInputs inputs =
          new CachedInputs(
              third(projected, 0),
              third(projected, 1),
              third(projected, 2),
              starts,
              heads.count(),
              cache,
              heads.first(),
              runs,
              cached);
      kernels.attentionCached(inputs, context, scratch);
    }
  }

  private static Matrix third(Matrix projected, int index) {
    int columns = projected.columns() / 3;
    return projected.columns(index * columns, (index + 1) * columns);
  }
}
