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
 * @param intermediate values between the two maps of a feed-forward block
 * @param activation between these maps
 */
record EncoderKeys(
    List<String> width,
    List<String> layers,
    List<String> heads,
    List<String> intermediate,
    String activation) {

  /** Those of {@code BertConfig} and most others. */
  static final EncoderKeys BERT =
      new EncoderKeys(
          List.of("hidden_size"),
          List.of("num_hidden_layers"),
          List.of("num_attention_heads"),
          List.of("intermediate_size"),
          "hidden_act");

  /** Rows of the position embeddings. */
  static int positionRows(ConfigFile config) {
    return config.size("max_position_embeddings");
  }

  /** Reads what a model is, an encoder whose blocks normalise after each half. */
  ModelSpec read(ConfigFile config, EncoderTraits traits) {
    config.requireFalse("is_decoder", "add_cross_attention", "is_encoder_decoder");
    config.requireAllHeads();
    int vocabulary = config.size("vocab_size");
    BlockSpec block =
        block(config, Activations.read(config, activation, traits.activation()), traits.epsilon());
    return ModelSpec.encoder(
        config.modelType(),
        size(config, layers),
        block,
        vocabulary,
        positions(config, traits.positionIds()),
        traits.tokenTypes());
  }

  /** Reads what a model is of which the blocks and the length of a sequence are known. */
  ModelSpec read(ConfigFile config, BlockSpec block, int positions, int tokenTypes) {
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

  private static int size(ConfigFile config, List<String> spellings) {
    return config.size(spellings.toArray(String[]::new));
  }
}
