package io.heed.model;

import io.heed.batch.PackedBatch;
import io.heed.kernel.Reductions;
import io.heed.layer.AttentionListener;
import io.heed.layer.Poolings;
import io.heed.layer.Workspace;
import io.heed.layer.Workspace.Buffer;
import io.heed.tensor.EmbeddingTable;
import io.heed.tensor.Matrix;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/** A model without layers: the hidden state of a token is its row of a table. */
public record TokenVectors(ModelSpec spec, EmbeddingTable table) implements Transformer {
  private static final int ROWS_TOGETHER = 64;

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

  /**
   * A mean takes the rows from where they are: copied, most of the time would go into that. Those
   * of other tables are summed a few at a time, so that no length of a text takes much memory.
   */
  @Override
  public Matrix pooled(
      PackedBatch batch,
      Poolings poolings,
      Set<Integer> layersToTell,
      AttentionListener listener,
      Reductions kernels,
      Workspace workspace) {
    if (!poolings.isMean()) {
      return Transformer.super.pooled(batch, poolings, layersToTell, listener, kernels, workspace);
    }
    Matrix means = workspace.matrix(Buffer.POOLED, batch.sequences(), spec.width());
    Optional<Matrix> rows = table.inMemory();
    if (rows.isPresent()) {
      kernels.meanRows(rows.get(), batch.inputIds(), batch.cumulativeLengths(), means);
    } else {
      for (int sequence = 0; sequence < batch.sequences(); sequence++) {
        mean(batch, sequence, means, workspace);
      }
    }
    return means;
  }

  /** The bits of {@link Reductions#meanRows}: the same sums in the same order. */
  private void mean(PackedBatch batch, int sequence, Matrix means, Workspace workspace) {
    int width = spec.width();
    float[] sum = means.data();
    int at = means.index(sequence);
    Arrays.fill(sum, at, at + width, 0f);
    int to = batch.cumulativeLengths()[sequence + 1];
    Matrix some = workspace.matrix(Buffer.HIDDEN, ROWS_TOGETHER, width);
    for (int from = to - batch.length(sequence); from < to; from += ROWS_TOGETHER) {
      int count = Math.min(ROWS_TOGETHER, to - from);
      int[] ids = Arrays.copyOfRange(batch.inputIds(), from, from + count);
      table.gather(ids, count, some.data(), some.offset());
      for (int row = 0; row < count; row++) {
        int read = some.index(row);
        for (int i = 0; i < width; i++) {
          sum[at + i] += some.data()[read + i];
        }
      }
    }
    float share = 1f / Math.max(1, batch.length(sequence));
    for (int i = 0; i < width; i++) {
      sum[at + i] *= share;
    }
  }
}
