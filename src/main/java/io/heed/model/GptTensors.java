package io.heed.model;

import io.heed.checkpoint.GptConfig;
import io.heed.checkpoint.NormPlacement;
import io.heed.checkpoint.OutputEmbeddings;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The names and shapes of a GPT's tensors, as Hugging Face's {@code GPT2Model} and {@code
 * OpenAIGPTModel} write them. Maps are {@link Conv1d}. What else old files have, such as the masks
 * {@code attn.bias} and {@code attn.masked_bias}, is left alone.
 */
record GptTensors(GptConfig config) {

  /** The parameters of one block; {@code queryKeyValue} has the three maps one after the other. */
  record Layer(
      Parameters attentionNorm,
      Parameters queryKeyValue,
      Parameters attentionOutput,
      Parameters outputNorm,
      Parameters intermediate,
      Parameters output) {

    Stream<Tensor> tensors() {
      return Stream.of(
              attentionNorm, queryKeyValue, attentionOutput, outputNorm, intermediate, output)
          .flatMap(Parameters::tensors);
    }
  }

  /** {@code [V, D]} */
  Tensor tokens() {
    return new Tensor(
        named("wte", "tokens_embed") + ".weight", config.vocabSize(), config.hiddenSize());
  }

  /** {@code [P, D]} */
  Tensor positions() {
    return new Tensor(
        named("wpe", "positions_embed") + ".weight",
        config.maxPositionEmbeddings(),
        config.hiddenSize());
  }

  /**
   * One block. {@code attentionNorm} stands before attention or after it, and {@code outputNorm}
   * before the feed-forward half or after it, by the configuration's {@link NormPlacement}.
   */
  Layer layer(int index) {
    int width = config.hiddenSize();
    int wide = config.intermediateSize();
    String layer = "h." + index + ".";
    return new Layer(
        Parameters.norm(layer + "ln_1", width),
        Parameters.conv1d(layer + "attn.c_attn", width, 3 * width),
        Parameters.conv1d(layer + "attn.c_proj", width, width),
        Parameters.norm(layer + "ln_2", width),
        Parameters.conv1d(layer + "mlp.c_fc", width, wide),
        Parameters.conv1d(layer + "mlp.c_proj", wide, width));
  }

  /** The normalisation after the last block, which only {@link NormPlacement#PRE} has. */
  Optional<Parameters> finalNorm() {
    return config.normPlacement() == NormPlacement.PRE
        ? Optional.of(Parameters.norm("ln_f", config.hiddenSize()))
        : Optional.empty();
  }

  /**
   * The map from hidden states to token ids, {@code [V, D]}, without bias: {@code lm_head.weight}
   * where the checkpoint has one, else the token embeddings. As transformers 5 does, the
   * checkpoint's own is taken even where the configuration says that the two are tied: mostly they
   * are equal, and where they differ they were trained apart.
   */
  Tensor logits(TensorReader reader) {
    Tensor own = new Tensor("lm_head.weight", config.vocabSize(), config.hiddenSize());
    boolean separate = config.outputEmbeddings() == OutputEmbeddings.SEPARATE;
    return separate || reader.has(own) ? own : tokens();
  }

  /** Every tensor that hidden states need: all but {@link #logits}. */
  Stream<Tensor> all() {
    Stream<Tensor> layers =
        IntStream.range(0, config.numHiddenLayers()).mapToObj(this::layer).flatMap(Layer::tensors);
    Stream<Tensor> embeddings = Stream.of(tokens(), positions());
    Stream<Tensor> norm = finalNorm().stream().flatMap(Parameters::tensors);
    return Stream.concat(embeddings, Stream.concat(layers, norm));
  }

  private String named(String inGpt2, String inOpenAiGpt) {
    return config.modelType().equals(GptConfig.GPT2) ? inGpt2 : inOpenAiGpt;
  }
}
