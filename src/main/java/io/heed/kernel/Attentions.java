package io.heed.kernel;

import io.heed.tensor.Matrix;

/** Attention, and the keys and values that it keeps. {@link Kernels} fixes the bits. */
public interface Attentions {

  /**
   * Attention of every head of every sequence: {@code softmax(score(Q, K)) V}. To a score is added
   * the {@link RelativeBias}, where there is one, and the {@link RelativeTerms}. With {@code max}
   * the largest score of a row and {@code f = scale·log2(e)}, {@code e = 2^fma(score, f, -max·f)},
   * and 0 where the key is hidden; dropout applies to e; the product with V uses {@code e} and is
   * multiplied by {@code 1 / Σe}, of e before dropout, as {@code fma(x, 1 / Σe, +0)}. Where a query
   * sees no key, e is 0 for all of them, or 1 for all of them, as {@link
   * AttentionMask#noVisibleKey} says. The weights that come out are those that average the values:
   * after dropout. Of a sequence with a key or value that is not finite the bits are not fixed,
   * also where it is hidden.
   *
   * @param outputs not overlapping the inputs
   */
  void attention(
      AttentionInputs inputs, AttentionRule rule, AttentionOutputs outputs, Scratch scratch);

  /**
   * Room for the keys and values of a layer.
   *
   * @param heads number of heads of keys and values
   * @param places tokens of all sequences, a multiple of {@link KeyValues#RUN_MULTIPLE}
   */
  KeyValues allocateKeyValues(int heads, int headWidth, int places);

  /**
   * Causal attention with scaled dot products of sequences that go on: puts the keys and values of
   * the new tokens into the cache, then lets each new token attend to itself and all tokens before
   * it. The bits are those of {@link #attention} over the whole sequence.
   *
   * @param context {@code [T, H·Dh]}, not overlapping the inputs
   */
  void attentionCached(CachedInputs inputs, Matrix context, Scratch scratch);
}
