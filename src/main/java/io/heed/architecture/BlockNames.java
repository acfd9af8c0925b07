package io.heed.architecture;

/**
 * What a family calls the maps and norms of a block.
 *
 * @param query the map to queries
 * @param key the map to keys
 * @param value the map to values
 * @param context the map of the heads side by side
 * @param attentionNorm after attention
 * @param intermediate the first map of the feed-forward half
 * @param output its second map
 * @param outputNorm after the feed-forward half
 */
record BlockNames(
    String query,
    String key,
    String value,
    String context,
    String attentionNorm,
    String intermediate,
    String output,
    String outputNorm) {

  /** Those of {@code BertModel}. */
  static final BlockNames BERT =
      new BlockNames(
          "attention.self.query",
          "attention.self.key",
          "attention.self.value",
          "attention.output.dense",
          "attention.output.LayerNorm",
          "intermediate.dense",
          "output.dense",
          "output.LayerNorm");
}
