package io.heed.checkpoint;

import java.util.List;

/**
 * A BERT encoder.
 *
 * <p>{@code vocab_size}, {@code hidden_size}, {@code num_hidden_layers}, {@code
 * num_attention_heads}, {@code intermediate_size} and {@code max_position_embeddings} have to be
 * there. The others default as in transformers' {@code BertConfig}: {@code type_vocab_size} 2,
 * {@code layer_norm_eps} 1e-12, {@code hidden_act} gelu, absolute positions, an encoder.
 *
 * @param modelType {@code model_type}, "bert"
 * @param vocabSize rows of the word embeddings
 * @param hiddenSize width {@code D} of a hidden state, a multiple of {@code numAttentionHeads}
 * @param intermediateSize width between the two maps of a feed-forward block
 * @param maxPositionEmbeddings the most tokens of a sequence
 * @param typeVocabSize rows of the token type embeddings
 */
public record BertConfig(
    String modelType,
    int vocabSize,
    int hiddenSize,
    int numHiddenLayers,
    int numAttentionHeads,
    int intermediateSize,
    int maxPositionEmbeddings,
    int typeVocabSize,
    float layerNormEps,
    HiddenActivation hiddenAct)
    implements ModelConfig {

  static final String MODEL_TYPE = "bert";

  static BertConfig read(ConfigFile file) {
    file.requireString("position_embedding_type", "absolute");
    file.requireFalse(List.of("is_decoder", "add_cross_attention", "is_encoder_decoder"));
    file.requireAllHeads();
    return new BertConfig(
        MODEL_TYPE,
        file.size("vocab_size"),
        file.width("hidden_size", "num_attention_heads"),
        file.size("num_hidden_layers"),
        file.size("num_attention_heads"),
        file.size("intermediate_size"),
        file.size("max_position_embeddings"),
        file.json().positiveInt("type_vocab_size").orElse(2),
        file.json().positiveFloat("layer_norm_eps").orElse(1e-12f),
        HiddenActivation.read(file, "hidden_act", HiddenActivation.GELU));
  }
}
