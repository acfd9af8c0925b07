package io.heed.kernel;

import io.heed.tensor.Matrix;

/** Attention in tiles, a few queries of one head at a time. */
final class SimdAttentions implements Attentions {

  @Override
  public void attention(
      AttentionInputs inputs, AttentionRule rule, AttentionOutputs outputs, Scratch scratch) {
    outputs.check(inputs);
    rule.check(inputs);
    SimdAttention.apply(inputs, rule, outputs, scratch);
  }

  @Override
  public KeyValues allocateKeyValues(int heads, int headWidth, int places) {
    return new PanelKeyValues(heads, headWidth, places, SimdAttention.PANEL);
  }

  @Override
  public void attentionCached(CachedInputs inputs, Matrix context, Scratch scratch) {
    Shapes.checkSame(inputs.queries(), context);
    PanelKeyValues cache = PanelKeyValues.of(inputs.cache(), SimdAttention.PANEL);
    SimdAttention.applyCached(inputs, cache, context, scratch);
  }
}
