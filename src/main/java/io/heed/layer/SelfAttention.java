package io.heed.layer;

import io.heed.kernel.Kernels;
import io.heed.kernel.RelativeBias;
import io.heed.layer.Sequences.Heads;
import io.heed.layer.Workspace.Buffer;
import io.heed.tensor.Matrix;
import java.util.List;
import java.util.Optional;

/**
 * Multi-head self-attention (Vaswani et al., 2017). A few heads at a time take their queries, keys
 * and values from one product and attend, so that what they attend to is still in a cache.
 *
 * @param headGroups the heads in order
 * @param output D to D, from the heads side by side
 * @param bias added to the scores of all heads before they are scaled, where the layer has one
 */
public record SelfAttention(
    Kernels kernels, List<HeadGroup> headGroups, Linear output, Optional<RelativeBias> bias) {

  /** Attention that adds nothing to the scores. */
  public SelfAttention(Kernels kernels, List<HeadGroup> headGroups, Linear output) {
    this(kernels, headGroups, output, Optional.empty());
  }

  /**
   * Attends, short of the output map.
   *
   * @param hidden {@code [T, D]}
   * @param context {@code [T, D]}, the heads side by side
   */
  void attend(Matrix hidden, Sequences sequences, Matrix context, Workspace workspace) {
    int from = 0;
    int head = 0;
    for (HeadGroup group : headGroups) {
      int columns = group.columns();
      Matrix projected = workspace.matrix(Buffer.QUERY_KEY_VALUE, hidden.rows(), 3 * columns);
      group.queryKeyValue().forward(hidden, projected, workspace);
      int end = head + group.heads();
      int first = head;
      Heads heads = new Heads(group.heads(), head, bias.map(all -> all.heads(first, end)));
      Matrix part = context.columns(from, from + columns);
      sequences.attend(kernels, projected, heads, part, workspace.scratch());
      from += columns;
      head = end;
    }
  }
}
