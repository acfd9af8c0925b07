package io.heed.model;

import io.heed.batch.PackedBatch;
import io.heed.kernel.Reductions;
import io.heed.layer.AttentionListener;
import io.heed.layer.Pooling;
import io.heed.layer.Poolings;
import io.heed.layer.Workspace;
import io.heed.layer.Workspace.Buffer;
import io.heed.tensor.EmbeddingTable;
import io.heed.tensor.Matrix;
import java.util.Optional;
import java.util.Set;

/** A model without layers: the hidden state of a token is its row of a table. */
public record TokenVectors(ModelSpec spec, EmbeddingTable table) implements Transformer {
  private static final Poolings MEAN = Poolings.of(Pooling.MEAN);

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

  /** A mean takes the rows from where they are: copied, most of the time would go into that. */
  @Override
  public Matrix pooled(
      PackedBatch batch,
      Poolings poolings,
      Set<Integer> layersToTell,
      AttentionListener listener,
      Reductions kernels,
      Workspace workspace) {
    Optional<Matrix> rows = table.inMemory();
    if (rows.isEmpty() || !poolings.equals(MEAN)) {
      return Transformer.super.pooled(batch, poolings, layersToTell, listener, kernels, workspace);
    }
    Matrix means = workspace.matrix(Buffer.POOLED, batch.sequences(), spec.width());
    kernels.meanRows(rows.get(), batch.inputIds(), batch.cumulativeLengths(), means);
    return means;
  }
}
