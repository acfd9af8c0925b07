package io.heed.model;

import io.heed.batch.PackedBatch;
import io.heed.kernel.AttentionMask;
import io.heed.model.Workspace.Buffer;
import io.heed.tensor.Matrix;
import java.util.List;
import java.util.Set;

/** An encoder (Devlin et al., 2018): every token of a sequence sees all others. */
public final class TransformerEncoder implements Transformer {
  private final InputEmbeddings embeddings;
  private final TransformerStack stack;
  private final Dimensions dimensions;

  TransformerEncoder(
      InputEmbeddings embeddings, List<TransformerBlock> blocks, Dimensions dimensions) {
    this.embeddings = embeddings;
    this.stack = new TransformerStack(blocks, AttentionMask.none(), dimensions);
    this.dimensions = dimensions;
  }

  @Override
  public Dimensions dimensions() {
    return dimensions;
  }

  @Override
  public Matrix hiddenStates(
      PackedBatch batch, Set<Integer> layersToTell, WeightsListener listener, Workspace workspace) {
    Matrix hidden = workspace.matrix(Buffer.HIDDEN, batch.tokens(), dimensions.width());
    embeddings.forward(batch, hidden, workspace);
    stack.forward(hidden, batch, layersToTell, listener, workspace);
    return hidden;
  }
}
