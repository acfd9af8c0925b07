package io.heed.architecture;

import io.heed.checkpoint.ConfigFile;
import io.heed.kernel.Activation;
import io.heed.kernel.AttentionMask;
import io.heed.layer.AttentionSpec;
import io.heed.layer.BlockSpec;
import io.heed.layer.NormPlacement;
import io.heed.layer.PositionIds;
import io.heed.model.ModelSpec;
import java.util.List;

/**
 * What a family of encoders calls the sizes in {@code config.json}, each with its spellings.
 *
 * @param width values in a hidden state
 * @param layers number of blocks
 * @param heads number of heads
 * @param headWidth values of a head; where the file has none, the heads share the width
 * @param intermediate values between the two maps of a feed-forward block
 * @param activation between these maps
 */
record EncoderKeys(
    List<String> width,
    List<String> layers,
    List<String> heads,
    List<String> headWidth,
    List<String> intermediate,
    String activation) {

  /** The most that maps of one kind stand in one tensor: those to queries, keys and values. */
  private static final int ATTENTION_MAPS = 3;

  /** The same of hidden layers: those that are gated. */
  private static final int HIDDEN_MAPS = 2;

  /** Those of {@code BertConfig} and most others. */
  static final EncoderKeys BERT =
      new EncoderKeys(
          List.of("hidden_size"),
          List.of("num_hidden_layers"),
          List.of("num_attention_heads"),
          List.of(),
          List.of("intermediate_size"),
          "hidden_act");

  /** The same where the values of a head may be said. */
  EncoderKeys withHeadWidth(String key) {
    return new EncoderKeys(width, layers, heads, List.of(key), intermediate, activation);
  }

  /** Rows of the position embeddings. */
  static int positionRows(ConfigFile config) {
    return config.size("max_position_embeddings");
  }

  /** Reads what a model is, an encoder whose blocks normalise after each half. */
  ModelSpec read(ConfigFile config, EncoderTraits traits) {
    config.requireFalse("is_decoder", "add_cross_attention", "is_encoder_decoder");
    config.requireAllHeads();
    BlockSpec block =
        block(config, Activations.read(config, activation, traits.activation()), traits.epsilon());
    return read(config, block, positions(config, traits.positionIds()), traits.tokenTypes());
  }

  /** Reads what a model is of which the blocks and the length of a sequence are known. */
  ModelSpec read(ConfigFile config, BlockSpec block, int positions, int tokenTypes) {
    requireMatrices(config);
    return ModelSpec.encoder(
        config.modelType(),
        size(config, layers),
        block,
        config.size("vocab_size"),
        positions,
        tokenTypes);
  }

  /** Reads the sizes of blocks that normalise after each half, and whose heads share nothing. */
  BlockSpec block(ConfigFile config, Activation function, float epsilon) {
    int wide = config.width(width, heads);
    int headCount = size(config, heads);
    return new BlockSpec(
        wide,
        AttentionSpec.of(headCount, wide / headCount, AttentionMask.none()),
        size(config, intermediate),
        function,
        epsilon,
        NormPlacement.POST);
  }

  private void requireMatrices(ConfigFile config) {
    Size wide = Size.of(config, width);
    if (isThere(config, headWidth)) {
      Size ofHead = Size.of(config, headWidth);
      Size.requireMatrix(config, ATTENTION_MAPS, Size.of(config, heads), ofHead, wide);
    } else {
      Size.requireMatrix(config, ATTENTION_MAPS, wide, wide);
    }
    Size.requireMatrix(config, HIDDEN_MAPS, Size.of(config, intermediate), wide);
  }

  private static int positions(ConfigFile config, PositionIds ids) {
    int rows = positionRows(config);
    int tokens = ids.longest(rows);
    if (tokens < 1) {
      throw config.error(
          "max_position_embeddings %d is too few: the first token has position %d",
          rows, (long) rows - tokens);
    }
    return tokens;
  }

  private static boolean isThere(ConfigFile config, List<String> spellings) {
    return !spellings.isEmpty() && config.positiveInt(spellings.toArray(String[]::new)).isPresent();
  }

  private static int size(ConfigFile config, List<String> spellings) {
    return config.size(spellings.toArray(String[]::new));
  }
}
