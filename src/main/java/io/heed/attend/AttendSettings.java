package io.heed.attend;

import io.heed.engine.AttentionOptions.Order;
import io.heed.kernel.AttentionMask.NoVisibleKey;
import io.heed.layer.AttentionScore;
import io.heed.layer.InputLayer.Positions;
import io.heed.settings.Setting;
import io.heed.settings.ValueType;
import io.heed.spark.executor.ModelSettings;

/** The settings of attention. */
public final class AttendSettings {
  public static final Setting<String> CONTEXT_INPUT =
      Setting.ofRun(
              "context-input",
              ValueType.text("PATH"),
              "File, directory or glob of a second table that holds the contexts, one row per id")
          .ofExecution();
  public static final Setting<String> QUERY_COLUMN =
      Setting.ofRun(
              "query-column",
              ValueType.text("NAME"),
              "Column with the sequences that attend, arrays of vectors")
          .withDefault("query");
  public static final Setting<String> CONTEXT_COLUMN =
      Setting.ofRun(
          "context-column",
          ValueType.text("NAME"),
          "Column with the sequences attended to (default: the queries themselves; context where"
              + " there is a second table)");
  public static final Setting<String> ATTENTION_COLUMN =
      Setting.ofRun(
          "attention-column",
          ValueType.text("NAME"),
          "Column with attention weights of any origin, a row for each result with a weight for each"
              + " vector of the context, which they average; then nothing is compared");
  public static final Setting<String> MASK_COLUMN =
      Setting.ofRun(
          "mask-column",
          ValueType.text("NAME"),
          "Column with masks, a row of 0 and 1 for each query, 1 where it sees a key");
  public static final Setting<String> LAYER_WEIGHTS =
      Setting.ofRun(
              "weights",
              ValueType.text("FILE"),
              "Safetensors file, or .bin, .pt or .pth of torch.save, on every node, in an entry of"
                  + " --archives or at a Hadoop URI, with query.weight [out, in], query.bias, the same of key, value and output, score.weight"
                  + " and score.vector; a map that is absent changes nothing")
          .ofExecution();
  public static final Setting<Integer> HEADS =
      Setting.ofRun(
              "heads",
              ValueType.integer(1, 1 << 16),
              "Attention heads; the width of queries, keys and values is a multiple of them")
          .withDefault(1);
  public static final Setting<Order> MASK =
      Setting.ofRun(
              "mask",
              ValueType.choice(Order.class),
              "Which keys a query may see by its place; with causal its own and earlier ones")
          .withDefault(Order.NONE);
  public static final Setting<AttentionScore.Form> SCORE =
      Setting.ofRun(
              "score",
              ValueType.choice(AttentionScore.Form.class),
              "How a query is compared with a key; general needs score.weight, additive"
                  + " score.vector")
          .withDefault(AttentionScore.Form.SCALED_DOT);
  public static final Setting<String> EMBEDDING =
      Setting.ofRun(
              "embedding",
              ValueType.text("FILE"),
              "File of tensors, of the formats and found as that of --weights is, with the vectors of the token ids of"
                  + " --tokens-column, embedding.weight [ids, width]; they are multiplied by the root of"
                  + " the width")
          .ofExecution();
  public static final Setting<Positions> POSITIONS =
      Setting.ofRun(
              "positions",
              ValueType.choice(Positions.class),
              "What is added to the vectors of --embedding; with sinusoidal sines and cosines of a"
                  + " token's place")
          .withDefault(Positions.SINUSOIDAL);
  public static final Setting<Double> DROPOUT =
      Setting.ofRun(
              "dropout",
              ValueType.belowOne(),
              "Share of the values of --embedding, and of the attention weights, that are dropped as"
                  + " in training; the rest is scaled up")
          .withDefault(0.0);
  public static final Setting<NoVisibleKey> NO_VISIBLE_KEY =
      Setting.ofRun(
              "no-visible-key",
              ValueType.choice(NoVisibleKey.class),
              "What a query gets of which --mask-column hides every key: zeros, or with uniform the"
                  + " mean over all keys")
          .withDefault(NoVisibleKey.ZEROS);
  public static final Setting<Boolean> WITH_WEIGHTS =
      Setting.ofRun(
              "with-weights",
              ValueType.truth(),
              "Whether the output has the weights of every head, query and key")
          .withDefault(false);

  public static final Setting<String> TOKENS_COLUMN =
      Setting.ofRun(
          "tokens-column",
          ValueType.text("NAME"),
          "Column with the sequences that attend as arrays of token ids, instead of vectors, with"
              + " --embedding");
  public static final Setting<Long> SEED =
      Setting.ofRun(
              "seed",
              ValueType.longInteger(0, Long.MAX_VALUE),
              "Makes --dropout drop other values; with the same seed and id a row loses the same ones"
                  + " wherever it is computed")
          .withDefault(0L);

  /** How {@link ModelSettings#BATCH_TOKENS} is told where rows hold vectors. */
  public static final Setting<Integer> TOLD_BATCH_TOKENS =
      ModelSettings.BATCH_TOKENS
          .describedAs(
              "Vectors of queries and context computed together, which bounds the memory of a"
                  + " task; a longer row is computed alone")
          .withUnit("vectors");

  private AttendSettings() {}
}
