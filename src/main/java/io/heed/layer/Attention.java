package io.heed.layer;

import io.heed.kernel.AttentionMask;
import io.heed.kernel.Attentions;
import io.heed.layer.HeadGroup.HeadInputs;
import io.heed.tensor.Matrix;
import java.util.List;
import java.util.Optional;

/**
 * Multi-head attention (Vaswani et al., 2017) of tokens to those of their own sequence or of
 * another, or to those before them that are cached. The heads come in groups, one of which at a
 * time makes its queries, keys and values and attends, so that what it attends to is still in a
 * cache.
 *
 * @param score compares a query with a key
 * @param mask what is hidden in every call
 * @param positions how the layer itself tells positions apart
 * @param headGroups the heads in order
 * @param output from the heads side by side to the width of the result, where that is mapped
 */
public record Attention(
    Attentions kernels,
    AttentionScore score,
    AttentionMask mask,
    PositionRule positions,
    List<HeadGroup> headGroups,
    Optional<Linear> output) {

  /** Self-attention as models have it, mapped in the end. */
  public static Attention of(
      Attentions kernels,
      AttentionSpec spec,
      PositionRule positions,
      List<HeadGroup> headGroups,
      Linear output) {
    return new Attention(
        kernels, spec.score(), spec.mask(), positions, headGroups, Optional.of(output));
  }

  /**
   * Attends, short of the output map.
   *
   * @param queries {@code [Tq, query width]}
   * @param context {@code [Tk, context width]}, the same object for self-attention
   * @param heads {@code [Tq, H·Dv]}, the heads side by side
   */
  void attend(
      Matrix queries, Matrix context, Sequences sequences, Matrix heads, Workspace workspace) {
    int column = 0;
    HeadRange range = HeadRange.NONE;
    for (HeadGroup group : headGroups) {
      range = range.next(group);
      HeadInputs inputs = group.project(queries, context, workspace);
      if (positions.turns()) {
        sequences.place(positions, inputs, inputs.keys().columns() / range.shared());
      }
      int end = column + range.contextWidth(inputs.values());
      sequences.attend(this, inputs, range, heads.columns(column, end), workspace.scratch());
      column = end;
    }
  }

  /**
   * Some heads of a layer.
   *
   * @param first the first head of queries
   * @param count heads of queries
   * @param firstShared the first head of keys and values
   * @param shared heads of keys and values
   */
  record HeadRange(int first, int count, int firstShared, int shared) {
    private static final HeadRange NONE = new HeadRange(0, 0, 0, 0);

    /** Columns of the heads side by side, of values {@code [Tk, K·Dv]}. */
    private int contextWidth(Matrix values) {
      return values.columns() / shared * count;
    }

    /** The heads of a group behind these. */
    private HeadRange next(HeadGroup group) {
      return new HeadRange(
          first + count, group.heads(), firstShared + shared, group.keyValueHeads());
    }
  }
}
