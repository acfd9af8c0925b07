package io.heed.attend;

import io.heed.checkpoint.CheckpointException;
import io.heed.checkpoint.EmbeddingFile;
import io.heed.kernel.Kernels;
import io.heed.layer.InputLayer;
import io.heed.layer.InputLayer.Positions;
import io.heed.spark.executor.ExecutorCache;

/** The input layers of this JVM: each is loaded once and shared by all its tasks. */
final class ExecutorInputLayers {
  private static final ExecutorCache<Key, InputLayer> LAYERS = new ExecutorCache<>();

  private record Key(String hash, Positions positions, String kernels) {}

  private ExecutorInputLayers() {}

  /**
   * The layer, loaded if it is not yet.
   *
   * @throws CheckpointException when the file differs from the one that the driver saw
   */
  static InputLayer get(TokenInput input, Kernels kernels) {
    Key key = new Key(input.embedding().hash(), input.positions(), kernels.name());
    return LAYERS.get(key, () -> load(input, kernels));
  }

  private static InputLayer load(TokenInput input, Kernels kernels) {
    try (EmbeddingFile file = EmbeddingFile.open(input.embedding().file().file())) {
      input.embedding().requireSame(file.hash());
      return new InputLayer(kernels, file.table(), input.positions());
    }
  }
}
