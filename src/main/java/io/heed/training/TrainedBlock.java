package io.heed.training;

import io.heed.kernel.Matrices;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The maps and norms of one block. */
record TrainedBlock(
    TrainedNorm attentionNorm,
    TrainedMap queryKeyValue,
    TrainedMap attentionOutput,
    TrainedNorm outputNorm,
    TrainedMap inner,
    TrainedMap outer) {

  static TrainedBlock allocate(Matrices kernels, BlockParameters block, float epsilon) {
    return new TrainedBlock(
        TrainedNorm.allocate(block.attentionNorm(), epsilon),
        TrainedMap.allocate(kernels, block.queryKeyValue()),
        TrainedMap.allocate(kernels, block.attentionOutput()),
        TrainedNorm.allocate(block.outputNorm(), epsilon),
        TrainedMap.allocate(kernels, block.inner()),
        TrainedMap.allocate(kernels, block.outer()));
  }

  List<Repacking> repackings(Matrices kernels) {
    List<Repacking> repackings = new ArrayList<>();
    Stream.of(queryKeyValue, attentionOutput, inner, outer)
        .forEach(map -> repackings.addAll(map.repackings(kernels)));
    repackings.addAll(attentionNorm.repackings());
    repackings.addAll(outputNorm.repackings());
    return repackings;
  }
}
