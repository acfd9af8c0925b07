package io.heed.layer;

import io.heed.kernel.AttentionInputs;
import io.heed.kernel.AttentionMask;
import io.heed.kernel.AttentionOutputs;
import io.heed.kernel.AttentionRule;
import io.heed.kernel.AttentionWeights;
import io.heed.kernel.CachedInputs;
import io.heed.kernel.Kernels;
import io.heed.kernel.KeyValues;
import io.heed.kernel.ScoreFunction;
import io.heed.kernel.Scratch;
import io.heed.tensor.Matrix;
import java.util.Optional;

/** What the tokens that pass through a block attend to. */
sealed interface Sequences {

  /**
   * Scaled dot-product attention of some heads.
   *
   * @param projected {@code [T, 3 heads·Dh]}, queries first, then keys, then values
   * @param firstHead which of the layer's heads is the first of these
   * @param context {@code [T, heads·Dh]}
   */
  void attend(
      Kernels kernels, Matrix projected, int heads, int firstHead, Matrix context, Scratch scratch);

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
        Kernels kernels,
        Matrix projected,
        int heads,
        int firstHead,
        Matrix context,
        Scratch scratch) {
      AttentionInputs inputs =
          AttentionInputs.within(
              third(projected, 0), third(projected, 1), third(projected, 2), starts, heads);
      AttentionRule rule = AttentionRule.of(ScoreFunction.scaledDot(inputs.headWidth()), mask);
      AttentionOutputs outputs =
          new AttentionOutputs(context, weights.map(all -> all.fromHead(firstHead)));
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
        Kernels kernels,
        Matrix projected,
        int heads,
        int firstHead,
        Matrix context,
        Scratch scratch) {
      CachedInputs inputs =
          new CachedInputs(
              third(projected, 0),
              third(projected, 1),
              third(projected, 2),
              starts,
              heads,
              cache,
              firstHead,
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
