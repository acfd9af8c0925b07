package io.heed.engine;

import io.heed.batch.PackedBatch;
import io.heed.engine.EmbeddingEngine.VectorNorm;
import io.heed.kernel.Kernels;
import io.heed.layer.AttentionListener;
import io.heed.layer.Pooling;
import io.heed.layer.VectorHead;
import io.heed.layer.Workspace;
import io.heed.model.ModelSpec;
import io.heed.model.Transformer;
import io.heed.tensor.Matrix;
import java.util.Set;

/**
 * A loaded model, pooled and normalised.
 *
 * @param kernels those the model was loaded for
 * @param head what turns a pooled vector into another
 * @param vectorNorm what happens to a vector last
 */
public record ModelEncoder(
    Transformer model, Kernels kernels, Pooling pooling, VectorHead head, VectorNorm vectorNorm)
    implements Encoder {

  /** Vectors as they are pooled, but for the norm. */
  public ModelEncoder(Transformer model, Kernels kernels, Pooling pooling, VectorNorm vectorNorm) {
    this(model, kernels, pooling, VectorHead.none(kernels), vectorNorm);
  }

  @Override
  public ModelSpec spec() {
    return model.spec();
  }

  @Override
  public int dimensions() {
    return head.outputs(spec().width());
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
    Matrix pooled = pooling.pool(kernels, hidden, batch, workspace);
    Matrix vectors = head.forward(pooled, workspace);
    if (vectorNorm == VectorNorm.L2) {
      kernels.normalizeRows(vectors, workspace.scratch());
    }
    return vectors;
  }
}
