package io.heed.model;

import io.heed.kernel.AttentionInputs;
import io.heed.kernel.AttentionOutputs;
import io.heed.kernel.AttentionRule;
import io.heed.kernel.AttentionWeights;
import io.heed.kernel.Kernels;
import io.heed.model.Workspace.Buffer;
import io.heed.tensor.Matrix;
import java.util.List;
import java.util.Optional;

/**
 * Multi-head self-attention of an encoder (Vaswani et al., 2017). A few heads at a time take their
 * queries, keys and values from one product and attend, so that what they attend to is still in a
 * cache.
 *
 * @param headGroups the heads in order
 * @param output D to D, from the heads side by side
 */
record SelfAttention(Kernels kernels, List<HeadGroup> headGroups, Linear output) {

  /** Fewest columns of a group: products with fewer outputs are slower. */
  private static final int GROUP_COLUMNS = 96;

  /**
   * Some heads.
   *
   * @param heads how many
   * @param queryKeyValue D to three times their width, queries first, then keys
   */
  record HeadGroup(int heads, Linear queryKeyValue) {

    /** Heads in each group: the fewest that divide {@code heads} and fill a product. */
    static int size(int heads, int headWidth) {
      for (int size = 1; size < heads; size++) {
        if (heads % size == 0 && size * headWidth >= GROUP_COLUMNS) {
          return size;
        }
      }
      return heads;
    }

    int columns() {
      return queryKeyValue.outputs() / 3;
    }
  }

  int heads() {
    return headGroups.stream().mapToInt(HeadGroup::heads).sum();
  }

  /**
   * Attends within each sequence, short of the output map.
   *
   * @param hidden {@code [T, D]}
   * @param cumulativeLengths {@code [B + 1]}
   * @param context {@code [T, D]}, the heads side by side
   * @param weights takes the weights of all heads, where they are wanted
   */
  void attend(
      Matrix hidden,
      int[] cumulativeLengths,
      Matrix context,
      Optional<AttentionWeights> weights,
      Workspace workspace) {
    int from = 0;
    int head = 0;
    for (HeadGroup group : headGroups) {
      int columns = group.columns();
      Matrix projected = workspace.matrix(Buffer.QUERY_KEY_VALUE, hidden.rows(), 3 * columns);
      group.queryKeyValue().forward(hidden, projected, workspace);
      AttentionInputs inputs =
          AttentionInputs.within(
              projected.columns(0, columns),
              projected.columns(columns, 2 * columns),
              projected.columns(2 * columns, 3 * columns),
              cumulativeLengths,
              group.heads());
      int firstHead = head;
      AttentionOutputs outputs =
          new AttentionOutputs(
              context.columns(from, from + columns), weights.map(all -> all.fromHead(firstHead)));
      AttentionRule rule = AttentionRule.scaledDot(inputs.headWidth());
      kernels.attention(inputs, rule, outputs, workspace.scratch());
      from += columns;
      head += group.heads();
    }
  }
}
