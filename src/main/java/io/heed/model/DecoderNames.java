package io.heed.model;

/**
 * The names of a decoder's tensors, as its architecture spells them, for those who do not build it
 * but train it. Maps are {@code Conv1D}; those of a block stand in its scope, {@code blocks.0} and
 * so on.
 *
 * @param scope what may stand before all names but that of the output embeddings
 * @param tokens the token embeddings
 * @param positions the position embeddings
 * @param blocks the scope of the blocks
 * @param attentionNorm of a block's first half
 * @param queryKeyValue the map to queries, keys and values of a block
 * @param attentionOutput the map of its heads
 * @param outputNorm of its second half
 * @param inner the first map of its feed-forward half
 * @param outer the second map of it
 * @param finalNorm of the last block's output, where the model has one
 * @param logits the map to logits, where it is not the token embeddings
 */
public record DecoderNames(
    String scope,
    String tokens,
    String positions,
    String blocks,
    String attentionNorm,
    String queryKeyValue,
    String attentionOutput,
    String outputNorm,
    String inner,
    String outer,
    String finalNorm,
    String logits) {

  /** Those of the GPTs, whose embeddings alone are called differently. */
  public static DecoderNames ofGpt(String tokens, String positions) {
    return new DecoderNames(
        "transformer.",
        tokens,
        positions,
        "h",
        "ln_1",
        "attn.c_attn",
        "attn.c_proj",
        "ln_2",
        "mlp.c_fc",
        "mlp.c_proj",
        "ln_f",
        "lm_head");
  }
}
