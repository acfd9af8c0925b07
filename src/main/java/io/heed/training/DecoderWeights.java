package io.heed.training;

import io.heed.kernel.Activation;
import io.heed.kernel.Kernels;
import io.heed.kernel.PackedMatrix;
import io.heed.kernel.Projection;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The weights of a decoder in one JVM: all values in one array, which the optimizer changes, and
 * packed for the kernels, which all its tasks read. Nobody may read while they change.
 */
final class DecoderWeights {
  /** Ids of a part of the map to logits, which is packed in parts so that tasks can share it. */
  private static final int PART = 4096;

  private final ParameterLayout layout;
  private final float[] values;
  private final List<TrainedBlock> blocks;
  private final Optional<TrainedNorm> finalNorm;

  /** From hidden states to logits, and from gradients of logits to those of hidden states. */
  private final Projection logits;

  private final Projection logitsBackward;
  private final List<Repacking> repackings = new ArrayList<>();

  /**
   * Weights, not packed yet.
   *
   * @param values of all parameters, kept
   */
  DecoderWeights(ParameterLayout layout, float[] values, Kernels kernels) {
    this.layout = layout;
    this.values = values;
    DecoderParameters decoder = layout.decoder();
    float epsilon = layout.spec().block().normEpsilon();
    this.blocks =
        decoder.blocks().stream()
            .map(block -> TrainedBlock.allocate(kernels, block, epsilon))
            .toList();
    this.finalNorm = decoder.finalNorm().map(norm -> TrainedNorm.allocate(norm, epsilon));
    int vocabulary = layout.spec().vocabulary();
    int width = layout.spec().width();
    this.logits = projection(kernels, vocabulary, width);
    this.logitsBackward = projection(kernels, width, vocabulary);
    blocks.forEach(block -> repackings.addAll(block.repackings(kernels)));
    finalNorm.ifPresent(norm -> repackings.addAll(norm.repackings()));
    addLogits(kernels);
    repackings.sort(Comparator.comparingInt(Repacking::values).reversed());
  }

  private static Projection projection(Kernels kernels, int outputs, int inputs) {
    PackedMatrix weights = kernels.allocate(outputs, inputs);
    return new Projection(weights, new float[outputs], Activation.NONE);
  }

  private void addLogits(Kernels kernels) {
    Parameter table = layout.decoder().logits();
    for (int first = 0; first < table.rows(); first += PART) {
      int from = first;
      int to = Math.min(table.rows(), from + PART);
      repackings.add(
          new Repacking(
              (to - from) * table.columns(),
              weights -> kernels.pack(table.of(weights).rows(from, to), logits.weights(), from)));
    }
    int columns = Math.max(1, (int) ((long) PART * table.columns() / table.rows()));
    for (int first = 0; first < table.columns(); first += columns) {
      int from = first;
      int to = Math.min(table.columns(), from + columns);
      repackings.add(
          new Repacking(
              (to - from) * table.rows(),
              weights ->
                  kernels.packTransposed(
                      table.of(weights).columns(from, to), logitsBackward.weights(), from)));
    }
  }

  ParameterLayout layout() {
    return layout;
  }

  /** The values of all parameters. */
  float[] values() {
    return values;
  }

  List<TrainedBlock> blocks() {
    return blocks;
  }

  Optional<TrainedNorm> finalNorm() {
    return finalNorm;
  }

  Projection logits() {
    return logits;
  }

  Projection logitsBackward() {
    return logitsBackward;
  }

  /** Packs every {@code parts}-th of what is to be packed, from number {@code part} on. */
  void pack(int part, int parts) {
    for (int i = part; i < repackings.size(); i += parts) {
      repackings.get(i).of().accept(values);
    }
  }
}
