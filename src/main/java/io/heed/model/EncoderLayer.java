package io.heed.model;

import io.heed.kernel.AttentionWeights;
import io.heed.model.Workspace.Buffer;
import io.heed.tensor.Matrix;
import java.util.Optional;

/** One block of a BERT encoder (Devlin et al., 2018): each half is added, then normalised. */
record EncoderLayer(
    SelfAttention attention,
    LayerNorm attentionNorm,
    FeedForward feedForward,
    LayerNorm outputNorm) {

  /**
   * Replaces {@code hidden} {@code [T, D]} by the block's output. What follows attention looks at
   * single tokens, and passes {@code rowsTogether} of them through at a time.
   *
   * @param weights takes the attention weights, where they are wanted
   */
  void forward(
      Matrix hidden,
      int[] cumulativeLengths,
      int rowsTogether,
      Optional<AttentionWeights> weights,
      Workspace workspace) {
    Matrix context = workspace.matrix(Buffer.CONTEXT, hidden.rows(), hidden.columns());
    attention.attend(hidden, cumulativeLengths, context, weights, workspace);
    for (int from = 0; from < hidden.rows(); from += rowsTogether) {
      int to = Math.min(hidden.rows(), from + rowsTogether);
      finish(context.rows(from, to), hidden.rows(from, to), workspace);
    }
  }

  /** Room for the attention weights of some sequences. */
  AttentionWeights weights(int[] cumulativeLengths) {
    return AttentionWeights.allocate(cumulativeLengths, cumulativeLengths, attention.heads());
  }

  private void finish(Matrix context, Matrix hidden, Workspace workspace) {
    Matrix branch = workspace.matrix(Buffer.BRANCH, hidden.rows(), hidden.columns());
    attention.output().forward(context, branch, workspace);
    attentionNorm.addAndNormalize(branch, hidden, workspace);
    feedForward.forward(hidden, branch, workspace);
    outputNorm.addAndNormalize(branch, hidden, workspace);
  }
}
