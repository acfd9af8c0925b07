package io.heed.layer;

import io.heed.kernel.AttentionInputs;
import io.heed.kernel.AttentionMask;
import io.heed.kernel.AttentionOutputs;
import io.heed.kernel.AttentionRule;
import io.heed.kernel.AttentionWeights;
import io.heed.kernel.CachedInputs;
import io.heed.kernel.Dropout;
import io.heed.kernel.KeyValues;
import io.heed.kernel.Scratch;
import io.heed.layer.Attention.HeadRange;
import io.heed.layer.HeadGroup.HeadInputs;
import io.heed.tensor.Matrix;
import java.util.Optional;

/** What the tokens that pass through a layer attend to. */
sealed interface Sequences {

  /** What takes the attention weights of all heads, where they are wanted. */
  Optional<AttentionWeights> weights();

  /**
   * Changes the queries and keys of some heads by their positions, in place.
   *
   * @param positions that turn them
   * @param headWidth Dh
   */
  void place(PositionRule positions, HeadInputs inputs, int headWidth);

  /**
   * Attention of some heads.
   *
   * @param heads which of the layer's heads these are
   * @param context {@code [Tq, heads·Dv]}
   */
  void attend(Attention layer, HeadInputs inputs, HeadRange heads, Matrix context, Scratch scratch);

  /**
   * Whole sequences, each attending within itself or to another.
   *
   * @param queryStarts {@code [B + 1]}, first query of each sequence, then Tq
   * @param keyStarts {@code [B + 1]}, first key of each sequence, then Tk
   * @param mask what is hidden beside what the layer hides
   * @param dropout of the weights
   * @param weights takes the attention weights of all heads, where they are wanted
   */
  record Whole(
      int[] queryStarts,
      int[] keyStarts,
      AttentionMask mask,
      Dropout dropout,
      Optional<AttentionWeights> weights)
      implements Sequences {

    /** Sequences that attend within themselves, in inference. */
    static Whole within(int[] starts, Optional<AttentionWeights> weights) {
      return new Whole(starts, starts, AttentionMask.none(), Dropout.NONE, weights);
    }

    @Override
    public void place(PositionRule positions, HeadInputs inputs, int headWidth) {
      for (int s = 0; s + 1 < queryStarts.length; s++) {
        Matrix queries = inputs.queries().rows(queryStarts[s], queryStarts[s + 1]);
        Matrix keys = inputs.keys().rows(keyStarts[s], keyStarts[s + 1]);
        positions.placeQueries(queries, headWidth, 0, queries.rows());
        positions.placeKeys(keys, headWidth, 0, keys.rows());
      }
    }

    @Override
    public void attend(
        Attention layer, HeadInputs inputs, HeadRange heads, Matrix context, Scratch scratch) {
      AttentionInputs read =
          new AttentionInputs(
              inputs.queries(),
              inputs.keys(),
              inputs.values(),
              queryStarts,
              keyStarts,
              heads.count(),
              heads.shared());
      AttentionRule rule =
          new AttentionRule(
              layer.score().function(read.headWidth(), heads.first(), heads.count()),
              layer.mask().and(mask),
              dropout.fromHead(heads.first()),
              layer.positions().bias(heads.first(), heads.first() + heads.count()),
              layer.positions().terms(heads.first(), heads.first() + heads.count()));
      AttentionOutputs outputs =
          new AttentionOutputs(context, weights.map(all -> all.fromHead(heads.first())));
      layer.kernels().attention(read, rule, outputs, scratch);
    }
  }

  /**
   * The next tokens of sequences whose earlier keys and values are cached, attending to these and
   * to each other, causally and by scaled dot products.
   *
   * @param starts {@code [B + 1]}, first token of each sequence, then T
   * @param cache of the layer
   * @param runs {@code [B]}, place of each sequence's first token
   * @param cached {@code [B]}, tokens of each sequence that the cache holds
   */
  record Continued(int[] starts, KeyValues cache, int[] runs, int[] cached) implements Sequences {

    @Override
    public Optional<AttentionWeights> weights() {
      return Optional.empty();
    }

    @Override
    public void place(PositionRule positions, HeadInputs inputs, int headWidth) {
      for (int s = 0; s + 1 < starts.length; s++) {
        int length = cached[s] + starts[s + 1] - starts[s];
        Matrix queries = inputs.queries().rows(starts[s], starts[s + 1]);
        Matrix keys = inputs.keys().rows(starts[s], starts[s + 1]);
        positions.placeQueries(queries, headWidth, cached[s], length);
        positions.placeKeys(keys, headWidth, cached[s], length);
      }
    }

    @Override
    public void attend(
        Attention layer, HeadInputs inputs, HeadRange heads, Matrix context, Scratch scratch) {
      check(layer);
      CachedInputs read =
          new CachedInputs(
              inputs.queries(),
              inputs.keys(),
              inputs.values(),
              starts,
              heads.count(),
              heads.shared(),
              cache,
              heads.firstShared(),
              runs,
              cached);
      layer.kernels().attentionCached(read, context, scratch);
    }

    private static void check(Attention layer) {
      require(
          layer.positions().bias(0, 1).isEmpty() && layer.positions().terms(0, 1).isEmpty(),
          "attention to cached keys adds nothing to scores");
      require(
          layer.mask().equals(AttentionMask.causal()), "attention to cached keys is causal alone");
      require(
          layer.score().form() == AttentionScore.Form.SCALED_DOT,
          "attention to cached keys scores by scaled dot products alone");
    }

    private static void require(boolean holds, String rule) {
      if (!holds) {
        throw new IllegalArgumentException(rule);
      }
    }
  }
}
