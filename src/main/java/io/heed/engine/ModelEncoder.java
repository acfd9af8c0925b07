package io.heed.engine;

import io.heed.batch.PackedBatch;
import io.heed.engine.EmbeddingEngine.VectorNorm;
import io.heed.kernel.Kernels;
import io.heed.layer.AttentionListener;
import io.heed.layer.Pooling;
import io.heed.layer.Workspace;
import io.heed.model.ModelSpec;
import io.heed.model.Transformer;
import io.heed.tensor.Matrix;
import java.util.Set;

/**
 * A loaded model, pooled and normalised.
 *
 * @param kernels those the model was loaded for
 * @param vectorNorm what happens to a vector after pooling
 */
public record ModelEncoder(
    Transformer model, Kernels kernels, Pooling pooling, VectorNorm vectorNorm) implements Encoder {

  @Override
  public ModelSpec spec() {
    return model.spec();
  }

  @Override
  public Encoder.Session session() {
    Workspace workspace = new Workspace();
    return (batch, layersToTell, listener) -> embed(batch, layersToTell, listener, workspace);
  }

  private Matrix embed(
      PackedBatch batch,
      Set<Integer> layersToTell,
      AttentionListener listener,
      Workspace workspace) {
    Matrix hidden = model.hiddenStates(batch, layersToTell, listener, workspace);
    Matrix vectors = pooling.pool(kernels, hidden, batch, workspace);
    if (vectorNorm == VectorNorm.L2) {
      kernels.normalizeRows(vectors, workspace.scratch());
    }
    return vectors;
  }
}
