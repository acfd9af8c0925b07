package io.heed.layer;

import io.heed.kernel.Kernels;
import io.heed.layer.Workspace.Buffer;
import io.heed.tensor.Matrix;

/**
 * One block of a transformer: attention and a feed-forward network, each added to what it reads.
 * Each half is normalised after the addition (Vaswani et al., 2017) or before it reads (Radford et
 * al., 2019).
 *
 * @param attentionNorm of the first half
 * @param outputNorm of the second half
 */
public record TransformerBlock(
    Kernels kernels,
    NormPlacement normPlacement,
    SelfAttention attention,
    LayerNorm attentionNorm,
    FeedForward feedForward,
    LayerNorm outputNorm) {

  /**
   * Replaces {@code hidden} {@code [T, D]} by the block's output. What follows attention looks at
   * single tokens, and passes {@code rowsTogether} of them through at a time.
   */
  void forward(Matrix hidden, Sequences sequences, int rowsTogether, Workspace workspace) {
    Matrix context = workspace.matrix(Buffer.CONTEXT, hidden.rows(), hidden.columns());
    attention.attend(attentionInput(hidden, workspace), sequences, context, workspace);
    for (int from = 0; from < hidden.rows(); from += rowsTogether) {
      int to = Math.min(hidden.rows(), from + rowsTogether);
      finish(context.rows(from, to), hidden.rows(from, to), workspace);
    }
  }

  private Matrix attentionInput(Matrix hidden, Workspace workspace) {
    return switch (normPlacement) {
      case PRE -> normalized(attentionNorm, hidden, workspace);
      case POST -> hidden;
    };
  }

  private void finish(Matrix context, Matrix hidden, Workspace workspace) {
    Matrix branch = workspace.matrix(Buffer.BRANCH, hidden.rows(), hidden.columns());
    attention.output().forward(context, branch, workspace);
    switch (normPlacement) {
      case PRE -> {
        kernels.add(branch, hidden);
        Matrix input = normalized(outputNorm, hidden, workspace);
        feedForward.forward(input, branch, workspace);
        kernels.add(branch, hidden);
      }
      case POST -> {
        attentionNorm.addAndNormalize(branch, hidden, workspace);
        feedForward.forward(hidden, branch, workspace);
        outputNorm.addAndNormalize(branch, hidden, workspace);
      }
    }
  }

  private static Matrix normalized(LayerNorm norm, Matrix hidden, Workspace workspace) {
    Matrix normalized = workspace.matrix(Buffer.NORMALIZED, hidden.rows(), hidden.columns());
    norm.forward(hidden, normalized, workspace);
    return normalized;
  }
}
