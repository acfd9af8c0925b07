package io.heed.gpu;

import io.heed.layer.InputEmbeddings;
import io.heed.layer.LengthScale;
import io.heed.layer.Norm;
import io.heed.layer.PositionIds;
import io.heed.model.ModelSpec;
import io.heed.model.Transformer;
import io.heed.tensor.Matrix;
import java.util.List;
import java.util.Optional;

/**
 * The weights of a model on the device: matrices and words bfloat16, all else float32.
 *
 * @param finalNorm of the last block's output
 * @param queryScale what the queries of all blocks are multiplied by, where that depends on a
 *     sequence's length
 * @param memory what all of it takes
 */
record GpuWeights(
    ModelSpec spec,
    DeviceInputs inputs,
    List<DeviceBlock> blocks,
    DeviceNorm finalNorm,
    Optional<LengthScale> queryScale,
    List<DeviceMemory.Block> memory)
    implements AutoCloseable {

  /**
   * Brings a model to the device.
   *
   * @throws NoGpuException when the kernels cannot compute it
   */
  static GpuWeights of(Transformer model, DeviceMemory memory) {
    EncoderRules.fault(model)
        .ifPresent(
            why -> {
              throw new NoGpuException(why);
            });
    EncoderParts parts = EncoderParts.of(model).orElseThrow();
    try (Upload upload = new Upload(memory)) {
      DeviceInputs inputs = inputs(parts.inputs(), upload);
      List<DeviceBlock> blocks = new BlockUpload(parts.spec(), upload).of(parts.blocks());
      Optional<Norm> finalNorm = parts.stack().finalNorm();
      return new GpuWeights(
          parts.spec(),
          inputs,
          blocks,
          finalNorm.map(upload::norm).orElse(DeviceNorm.NONE),
          EncoderParts.queryScale(parts.blocks().get(0)),
          upload.taken());
    }
  }

  /** All rotary positions that blocks have. */
  List<DeviceBlock.Turn> turns() {
    return blocks.stream().flatMap(block -> block.attention().turn().stream()).distinct().toList();
  }

  private static DeviceInputs inputs(InputEmbeddings inputs, Upload upload) {
    Optional<InputEmbeddings.Positions> positions = inputs.positions();
    Optional<Matrix> added =
        positions
            .map(some -> withTypes(some.table(), inputs))
            .or(() -> inputs.types().map(types -> types.rows(0, 1)));
    int padding = positions.map(some -> padding(some.ids())).orElse(DeviceInputs.ALIKE);
    return new DeviceInputs(
        upload.bfloat16(inputs.words()),
        inputs.words().columns(),
        added.map(upload::floats).orElse(0L),
        padding,
        upload.norm(inputs.norm()),
        inputs.projection().map(upload::map));
  }

  private static int padding(PositionIds ids) {
    return ids instanceof PositionIds.BehindPadding behind
        ? behind.paddingId()
        : DeviceInputs.IN_ORDER;
  }

  private static Matrix withTypes(Matrix positions, InputEmbeddings inputs) {
    Matrix sums = Matrix.allocate(positions.rows(), positions.columns());
    for (int p = 0; p < positions.rows(); p++) {
      for (int i = 0; i < positions.columns(); i++) {
        float ofType = inputs.types().isPresent() ? inputs.types().get().at(0, i) : 0;
        sums.data()[sums.index(p) + i] = positions.at(p, i) + ofType;
      }
    }
    return sums;
  }

  /** Frees the memory. */
  @Override
  public void close() {
    memory.forEach(DeviceMemory.Block::close);
  }
}
