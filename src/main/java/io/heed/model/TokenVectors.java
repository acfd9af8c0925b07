package io.heed.model;

import io.heed.batch.PackedBatch;
import io.heed.layer.AttentionListener;
import io.heed.layer.Workspace;
import io.heed.layer.Workspace.Buffer;
import io.heed.tensor.EmbeddingTable;
import io.heed.tensor.Matrix;
import java.util.Set;

/** A model without layers: the hidden state of a token is its row of a table. */
public record TokenVectors(ModelSpec spec, EmbeddingTable table) implements Transformer {

  @Override
  public Matrix hiddenStates(
      PackedBatch batch,
      Set<Integer> layersToTell,
      AttentionListener listener,
      Workspace workspace) {
    Matrix hidden = workspace.matrix(Buffer.HIDDEN, batch.tokens(), spec.width());
    table.gather(batch.inputIds(), batch.tokens(), hidden.data(), hidden.offset());
    return hidden;
  }
}
