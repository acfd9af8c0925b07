package io.heed.checkpoint;

import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A GPT decoder: GPT-2 ({@code model_type} "gpt2") or the first GPT ("openai-gpt").
 *
 * <p>{@code vocab_size}, {@code n_embd}, {@code n_layer}, {@code n_head} and {@code n_positions}
 * (or {@code n_ctx}) have to be there. The others default as in transformers: {@code
 * layer_norm_epsilon} 1e-5, {@code n_inner} four times {@code n_embd}, {@code activation_function}
 * gelu_new, {@code afn} gelu, which in the first GPT's code is gelu_new, tied output embeddings.
 *
 * @param modelType {@code model_type}, "gpt2" or "openai-gpt"
 * @param vocabSize rows of the token embeddings
 * @param hiddenSize width {@code D} of a hidden state, a multiple of {@code numAttentionHeads}
 * @param intermediateSize width between the two maps of a feed-forward block
 * @param maxPositionEmbeddings the most tokens of a sequence
 * @param endOfText ids that end a text, {@code eos_token_id} of {@code generation_config.json} or
 *     {@code config.json}; those that the vocabulary has not are left out, as they cannot come
 */
public record GptConfig(
    String modelType,
    int vocabSize,
    int hiddenSize,
    int numHiddenLayers,
    int numAttentionHeads,
    int intermediateSize,
    int maxPositionEmbeddings,
    float layerNormEps,
    HiddenActivation hiddenAct,
    NormPlacement normPlacement,
    OutputEmbeddings outputEmbeddings,
    SortedSet<Integer> endOfText)
    implements ModelConfig {

  /** {@code model_type} of GPT-2. */
  public static final String GPT2 = "gpt2";

  /** {@code model_type} of the first GPT. */
  public static final String OPENAI_GPT = "openai-gpt";

  private static final int DEFAULT_WIDENING = 4;

  /** Leaves out the ids that the vocabulary has not. */
  public GptConfig {
    SortedSet<Integer> inside = new TreeSet<>(endOfText);
    int ids = vocabSize;
    inside.removeIf(id -> id < 0 || id >= ids);
    endOfText = Collections.unmodifiableSortedSet(inside);
  }

  static GptConfig readGpt2(ConfigFile file, SortedSet<Integer> endOfText) {
    file.requireFalse(List.of("scale_attn_by_inverse_layer_idx", "add_cross_attention"));
    if (!file.json().bool("scale_attn_weights").orElse(true)) {
      throw file.unsupported("scale_attn_weights", "false", "true");
    }
    HiddenActivation hiddenAct =
        HiddenActivation.read(file, "activation_function", HiddenActivation.GELU_TANH);
    int inner = file.json().positiveInt("n_inner").orElse(fourTimesWider(file));
    return read(file, GPT2, inner, hiddenAct, NormPlacement.PRE, endOfText);
  }

  static GptConfig readOpenAiGpt(ConfigFile file, SortedSet<Integer> endOfText) {
    String activation = file.json().string("afn").orElse("gelu");
    HiddenActivation hiddenAct =
        switch (activation) {
          case "gelu" -> HiddenActivation.GELU_TANH;
          case "relu" -> HiddenActivation.RELU;
          default -> throw file.unsupported("afn", activation, "gelu, relu");
        };
    return read(file, OPENAI_GPT, fourTimesWider(file), hiddenAct, NormPlacement.POST, endOfText);
  }

  private static GptConfig read(
      ConfigFile file,
      String modelType,
      int intermediateSize,
      HiddenActivation hiddenAct,
      NormPlacement normPlacement,
      SortedSet<Integer> endOfText) {
    file.requireFalse(List.of("is_encoder_decoder"));
    file.requireAllHeads();
    boolean tied = file.json().bool("tie_word_embeddings").orElse(true);
    return new GptConfig(
        modelType,
        file.size("vocab_size"),
        file.width("n_embd", "n_head"),
        file.size("n_layer"),
        file.size("n_head"),
        intermediateSize,
        file.json().positiveInt("n_positions").orElseGet(() -> positions(file)),
        file.json().positiveFloat("layer_norm_epsilon").orElse(1e-5f),
        hiddenAct,
        normPlacement,
        tied ? OutputEmbeddings.TIED : OutputEmbeddings.SEPARATE,
        endOfText);
  }

  private static int positions(ConfigFile file) {
    return file.json()
        .positiveInt("n_ctx")
        .orElseThrow(() -> file.json().error("n_positions is missing"));
  }

  /** Queries, keys and values together, three times the width, are then an int as well. */
  private static int fourTimesWider(ConfigFile file) {
    int width = file.size("n_embd");
    if (width > Integer.MAX_VALUE / DEFAULT_WIDENING) {
      throw file.json().error("n_embd %d is too large for a layer four times wider", width);
    }
    return DEFAULT_WIDENING * width;
  }
}
