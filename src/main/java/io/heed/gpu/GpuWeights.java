package io.heed.gpu;

import io.heed.kernel.Activation;
import io.heed.kernel.Normalization;
import io.heed.layer.Attention;
import io.heed.layer.FeedForward;
import io.heed.layer.HeadGroup;
import io.heed.layer.InputEmbeddings;
import io.heed.layer.LayerNorm;
import io.heed.layer.Linear;
import io.heed.layer.Norm;
import io.heed.layer.PositionIds;
import io.heed.layer.TransformerBlock;
import io.heed.model.ModelSpec;
import io.heed.model.TransformerEncoder;
import io.heed.tensor.Matrix;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The weights of an encoder on the device: matrices and words bfloat16, all else float32.
 *
 * @param words {@code [V, D]}
 * @param positions {@code [P, D]}, the embedding of token type 0 added to each
 * @param padding the id that takes no position, or {@link #NO_PADDING}
 * @param scoreScale of the scores of attention
 * @param memory what all of it takes
 */
record GpuWeights(
    ModelSpec spec,
    long words,
    long positions,
    int padding,
    DeviceNorm embeddingNorm,
    List<Block> blocks,
    float scoreScale,
    List<DeviceMemory.Block> memory)
    implements AutoCloseable {
  private static final int NO_PADDING = -1;

  /** A map: weight {@code [outputs, inputs]}, bias {@code [outputs]}. */
  record DeviceMap(long weight, long bias, int outputs, int inputs, Activation activation) {}

  /** A layer normalisation: gain and bias {@code [D]}. */
  record DeviceNorm(long gain, long bias, float epsilon) {}

  /** A block of the encoder. */
  record Block(
      DeviceMap queryKeyValue,
      DeviceMap output,
      DeviceNorm attentionNorm,
      DeviceMap inner,
      DeviceMap outer,
      DeviceNorm outputNorm) {}

  /**
   * Brings a model to the device.
   *
   * @throws NoGpuException when the kernels cannot compute it
   */
  static GpuWeights of(TransformerEncoder model, DeviceMemory memory) {
    EncoderRules.fault(model)
        .ifPresent(
            why -> {
              throw new NoGpuException(why);
            });
    try (Upload upload = new Upload(memory)) {
      InputEmbeddings inputs = model.embeddings();
      InputEmbeddings.Positions positions = inputs.positions().orElseThrow();
      List<Block> blocks = new ArrayList<>();
      for (TransformerBlock block : model.stack().blocks()) {
        blocks.add(block(block, model.spec(), upload));
      }
      Attention attention = model.stack().blocks().get(0).attention();
      int headWidth = model.spec().block().attention().headWidth();
      return new GpuWeights(
          model.spec(),
          upload.bfloat16(inputs.words()),
          upload.floats(withTypes(positions.table(), inputs)),
          positions.ids() instanceof PositionIds.BehindPadding behind
              ? behind.paddingId()
              : NO_PADDING,
          norm(inputs.norm(), upload),
          List.copyOf(blocks),
          attention.score().function(headWidth, 0, model.spec().heads()).scale(),
          upload.taken());
    }
  }

  private static float[] withTypes(Matrix positions, InputEmbeddings inputs) {
    float[] sums = new float[positions.rows() * positions.columns()];
    for (int p = 0; p < positions.rows(); p++) {
      for (int i = 0; i < positions.columns(); i++) {
        float ofType = inputs.types().isPresent() ? inputs.types().get().at(0, i) : 0;
        sums[p * positions.columns() + i] = positions.at(p, i) + ofType;
      }
    }
    return sums;
  }

  private static Block block(TransformerBlock block, ModelSpec spec, Upload upload) {
    FeedForward.Plain plain = (FeedForward.Plain) block.feedForward();
    return new Block(
        queryKeyValue(block.attention(), spec, upload),
        map(block.attention().output().orElseThrow(), upload),
        norm(block.attentionNorm(), upload),
        map(plain.intermediate(), upload),
        map(plain.output(), upload),
        norm(block.outputNorm(), upload));
  }

  private static DeviceMap map(Linear map, Upload upload) {
    return new DeviceMap(
        upload.bfloat16(map.table()),
        upload.floats(map.projection().bias()),
        map.outputs(),
        map.inputs(),
        map.projection().activation());
  }

  /** All queries, then all keys, then all values, which groups of heads have apart. */
  private static DeviceMap queryKeyValue(Attention attention, ModelSpec spec, Upload upload) {
    int width = spec.block().attention().width();
    int inputs = spec.width();
    Matrix weight = Matrix.allocate(3 * width, inputs);
    float[] bias = new float[3 * width];
    int column = 0;
    for (HeadGroup group : attention.headGroups()) {
      HeadGroup.Together together = (HeadGroup.Together) group;
      Linear map = together.queryKeyValue();
      int columns = map.outputs() / 3;
      for (int part = 0; part < 3; part++) {
        int to = part * width + column;
        int[] rows = IntStream.range(part * columns, (part + 1) * columns).toArray();
        map.table().gather(rows, columns, weight.data(), weight.index(to));
        System.arraycopy(map.projection().bias(), part * columns, bias, to, columns);
      }
      column += columns;
    }
    return new DeviceMap(
        upload.bfloat16(weight), upload.floats(bias), 3 * width, inputs, Activation.NONE);
  }

  private static DeviceNorm norm(Norm norm, Upload upload) {
    Normalization values = ((LayerNorm) norm).normalization();
    return new DeviceNorm(
        upload.floats(values.gain()), upload.floats(values.bias()), (float) values.epsilon());
  }

  /** Frees the memory. */
  @Override
  public void close() {
    memory.forEach(DeviceMemory.Block::close);
  }
}
