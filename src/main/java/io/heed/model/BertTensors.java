package io.heed.model;

import io.heed.checkpoint.BertConfig;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The names and shapes of BERT's tensors, as Hugging Face's {@code BertModel} writes them. */
record BertTensors(BertConfig config) {

  /** The parameters of one encoder layer. */
  record Layer(
      Parameters query,
      Parameters key,
      Parameters value,
      Parameters attentionOutput,
      Parameters attentionNorm,
      Parameters intermediate,
      Parameters output,
      Parameters outputNorm) {

    Stream<Tensor> tensors() {
      return Stream.of(
              query, key, value, attentionOutput, attentionNorm, intermediate, output, outputNorm)
          .flatMap(Parameters::tensors);
    }
  }

  Tensor words() {
    return table("word", config.vocabSize());
  }

  Tensor positions() {
    return table("position", config.maxPositionEmbeddings());
  }

  Tensor tokenTypes() {
    return table("token_type", config.typeVocabSize());
  }

  Parameters embeddingNorm() {
    return Parameters.norm("embeddings.LayerNorm", config.hiddenSize());
  }

  Layer layer(int index) {
    int width = config.hiddenSize();
    int wide = config.intermediateSize();
    String layer = "encoder.layer." + index + ".";
    String self = layer + "attention.self.";
    return new Layer(
        Parameters.linear(self + "query", width, width),
        Parameters.linear(self + "key", width, width),
        Parameters.linear(self + "value", width, width),
        Parameters.linear(layer + "attention.output.dense", width, width),
        Parameters.norm(layer + "attention.output.LayerNorm", width),
        Parameters.linear(layer + "intermediate.dense", wide, width),
        Parameters.linear(layer + "output.dense", width, wide),
        Parameters.norm(layer + "output.LayerNorm", width));
  }

  /** Every tensor that a model of this configuration needs. */
  Stream<Tensor> all() {
    Stream<Tensor> embeddings =
        Stream.concat(Stream.of(words(), positions(), tokenTypes()), embeddingNorm().tensors());
    Stream<Tensor> layers =
        IntStream.range(0, config.numHiddenLayers()).mapToObj(this::layer).flatMap(Layer::tensors);
    return Stream.concat(embeddings, layers);
  }

  private Tensor table(String kind, int rows) {
    return new Tensor("embeddings." + kind + "_embeddings.weight", rows, config.hiddenSize());
  }
}
