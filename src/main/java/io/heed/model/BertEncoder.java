package io.heed.model;

import io.heed.checkpoint.BertConfig;
import io.heed.checkpoint.HuggingFaceCheckpoint;
import io.heed.kernel.Activation;
import io.heed.kernel.Kernels;
import io.heed.kernel.Normalization;
import io.heed.kernel.PackedMatrix;
import io.heed.kernel.Projection;
import io.heed.model.SelfAttention.HeadGroup;
import io.heed.tensor.Matrix;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Builds a {@link TransformerEncoder} from a checkpoint with BERT's tensors. They are packed one
 * after the other and their source dropped, so that the peak is the packed weights and one tensor.
 */
public final class BertEncoder {
  private final TensorReader reader;
  private final BertConfig config;
  private final BertTensors tensors;
  private final Kernels kernels;

  private BertEncoder(HuggingFaceCheckpoint checkpoint, Kernels kernels) {
    this.reader = new TensorReader(checkpoint);
    this.config = checkpoint.bertConfig();
    this.tensors = new BertTensors(config);
    this.kernels = kernels;
  }

  /**
   * Checks, without reading weights, that a checkpoint has every tensor in its shape.
   *
   * @throws io.heed.checkpoint.CheckpointException naming the first that is missing or differs, or
   *     when the model is a decoder
   */
  public static void check(HuggingFaceCheckpoint checkpoint) {
    new TensorReader(checkpoint).check(new BertTensors(checkpoint.bertConfig()).all());
  }

  /**
   * Loads the model of an open checkpoint for {@code kernels}.
   *
   * @throws io.heed.checkpoint.CheckpointException when a tensor is missing or has another shape
   */
  public static TransformerEncoder load(HuggingFaceCheckpoint checkpoint, Kernels kernels) {
    check(checkpoint);
    return new BertEncoder(checkpoint, kernels).encoder();
  }

  private TransformerEncoder encoder() {
    List<EncoderLayer> layers =
        IntStream.range(0, config.numHiddenLayers())
            .mapToObj(index -> layer(tensors.layer(index)))
            .toList();
    return new TransformerEncoder(
        embeddings(),
        layers,
        new TransformerEncoder.Dimensions(
            config.numHiddenLayers(),
            config.numAttentionHeads(),
            config.hiddenSize(),
            config.vocabSize(),
            config.maxPositionEmbeddings()));
  }

  private InputEmbeddings embeddings() {
    return new InputEmbeddings(
        kernels,
        reader.table(tensors.words()),
        Arrays.copyOf(reader.floats(tensors.tokenTypes()), config.hiddenSize()),
        reader.matrix(tensors.positions()),
        layerNorm(tensors.embeddingNorm()));
  }

  private EncoderLayer layer(BertTensors.Layer layer) {
    SelfAttention attention =
        new SelfAttention(
            kernels, headGroups(layer), linear(Activation.NONE, layer.attentionOutput()));
    FeedForward feedForward =
        new FeedForward(
            kernels,
            linear(Activation.GELU, layer.intermediate()),
            linear(Activation.NONE, layer.output()));
    return new EncoderLayer(
        attention, layerNorm(layer.attentionNorm()), feedForward, layerNorm(layer.outputNorm()));
  }

  /** Each of the three tensors is read once and shared out among the groups. */
  private List<HeadGroup> headGroups(BertTensors.Layer layer) {
    int heads = config.numAttentionHeads();
    int size = HeadGroup.size(heads, config.hiddenSize() / heads);
    int columns = config.hiddenSize() / heads * size;
    List<HeadGroup> groups =
        Stream.generate(() -> new HeadGroup(size, zeros(3 * columns))).limit(heads / size).toList();
    List<Parameters> maps = List.of(layer.query(), layer.key(), layer.value());
    for (int i = 0; i < maps.size(); i++) {
      Matrix weights = reader.matrix(maps.get(i).weight());
      float[] bias = reader.floats(maps.get(i).bias());
      for (int g = 0; g < groups.size(); g++) {
        Projection target = groups.get(g).queryKeyValue().projection();
        int from = g * columns;
        kernels.pack(weights.rows(from, from + columns), target.weights(), i * columns);
        System.arraycopy(bias, from, target.bias(), i * columns, columns);
      }
    }
    return groups;
  }

  private Linear linear(Activation activation, Parameters parameters) {
    Matrix weights = reader.matrix(parameters.weight());
    Linear linear =
        new Linear(
            kernels,
            new Projection(
                kernels.allocate(weights.rows(), weights.columns()),
                reader.floats(parameters.bias()),
                activation));
    kernels.pack(weights, linear.projection().weights(), 0);
    return linear;
  }

  /** A map of D values to {@code outputs}, to be filled. */
  private Linear zeros(int outputs) {
    PackedMatrix weights = kernels.allocate(outputs, config.hiddenSize());
    return new Linear(kernels, new Projection(weights, new float[outputs], Activation.NONE));
  }

  private LayerNorm layerNorm(Parameters parameters) {
    return new LayerNorm(
        kernels,
        new Normalization(
            reader.floats(parameters.weight()),
            reader.floats(parameters.bias()),
            config.layerNormEps()));
  }
}
