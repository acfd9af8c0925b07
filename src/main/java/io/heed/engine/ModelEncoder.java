package io.heed.engine;

import io.heed.batch.PackedBatch;
import io.heed.kernel.Kernels;
import io.heed.layer.AttentionListener;
import io.heed.layer.Poolings;
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
 * @param ending what happens to a vector last
 */
public record ModelEncoder(
    Transformer model, Kernels kernels, Poolings pooling, VectorHead head, VectorEnding ending)
    implements Encoder {

  /** Vectors as they are pooled, but for the ending. */
  public ModelEncoder(Transformer model, Kernels kernels, Poolings pooling, VectorEnding ending) {
    this(model, kernels, pooling, VectorHead.none(kernels), ending);
  }

  /** The same with the first tokens of each sequence not pooled. */
  public ModelEncoder behind(int promptTokens) {
    return new ModelEncoder(model, kernels, pooling.behind(promptTokens), head, ending);
  }

  /** The same with another ending. */
  public ModelEncoder with(VectorEnding other) {
    return new ModelEncoder(model, kernels, pooling, head, other);
  }

  @Override
  public ModelSpec spec() {
    return model.spec();
  }

  @Override
  public int dimensions() {
    return ending.outputs(head.outputs(pooling.outputs(spec().width())));
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
    Matrix pooled = model.pooled(batch, pooling, layersToTell, listener, kernels, workspace);
    return ending.of(head.forward(pooled, workspace), kernels, workspace);
  }
}
