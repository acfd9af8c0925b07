package io.heed.layer;

import io.heed.kernel.Kernels;
import io.heed.layer.Workspace.Buffer;
import io.heed.tensor.Matrix;
import java.util.List;

/**
 * Multi-head self-attention (Vaswani et al., 2017). A few heads at a time take their queries, keys
 * and values from one product and attend, so that what they attend to is still in a cache.
 *
 * @param headGroups the heads in order
 * @param output D to D, from the heads side by side
 */
public record SelfAttention(Kernels kernels, List<HeadGroup> headGroups, Linear output) {

  int heads() {
    return headGroups.stream().mapToInt(HeadGroup::heads).sum();
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
      sequences.attend(
          kernels,
          projected,
          group.heads(),
          head,
          context.columns(from, from + columns),
          workspace.scratch());
      from += columns;
      head += group.heads();
    }
  }
}
