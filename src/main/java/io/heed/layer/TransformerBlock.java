package io.heed.layer;

import io.heed.kernel.Elements;
import io.heed.layer.Workspace.Buffer;
import io.heed.tensor.Matrix;
import java.util.Optional;

/**
 * One block of a transformer: attention and a feed-forward network, each added to what it reads.
 * Each half is normalised after the addition (Vaswani et al., 2017) or before it reads (Radford et
 * al., 2019).
 *
 * @param resultNorm of what attention gives and what it reads, added, where a model normalises that
 *     before it adds it to what attention reads once more
 * @param attentionNorm of the first half
 * @param outputNorm of the second half
 */
public record TransformerBlock(
    Elements kernels,
    NormPlacement normPlacement,
    Attention attention,
    Optional<Norm> resultNorm,
    Norm attentionNorm,
    FeedForward feedForward,
    Norm outputNorm) {

  /** A block that adds what attention gives as it is. */
  public TransformerBlock(
      Elements kernels,
      NormPlacement normPlacement,
      Attention attention,
      Norm attentionNorm,
      FeedForward feedForward,
      Norm outputNorm) {
    this(
        kernels,
        normPlacement,
        attention,
        Optional.empty(),
        attentionNorm,
        feedForward,
        outputNorm);
  }

  /**
   * Checks that the heads are mapped, and that what they give is normalised in no block that
   * normalises before.
   *
   * @throws IllegalArgumentException when they are not, or it is
   */
  public TransformerBlock {
    if (attention.output().isEmpty()) {
      throw new IllegalArgumentException("a block has to map the heads to the width of its input");
    }
    if (resultNorm.isPresent() && normPlacement == NormPlacement.PRE) {
      throw new IllegalArgumentException(
          "what attention gives is normalised only in blocks that normalise after each half");
    }
  }

  /**
   * Replaces {@code hidden} {@code [T, D]} by the block's output. What follows attention looks at
   * single tokens, and passes {@code rowsTogether} of them through at a time.
   */
  void forward(Matrix hidden, Sequences sequences, int rowsTogether, Workspace workspace) {
    Linear output = attention.output().orElseThrow();
    Matrix context = workspace.matrix(Buffer.CONTEXT, hidden.rows(), output.inputs());
    Matrix input = attentionInput(hidden, workspace);
    attention.attend(input, input, sequences, context, workspace);
    for (int from = 0; from < hidden.rows(); from += rowsTogether) {
      int to = Math.min(hidden.rows(), from + rowsTogether);
      finish(output, context.rows(from, to), hidden.rows(from, to), workspace);
    }
  }

  private Matrix attentionInput(Matrix hidden, Workspace workspace) {
    return switch (normPlacement) {
      case PRE -> normalized(attentionNorm, hidden, workspace);
      case POST -> hidden;
    };
  }

  private void finish(Linear output, Matrix context, Matrix hidden, Workspace workspace) {
    Matrix branch = workspace.matrix(Buffer.BRANCH, hidden.rows(), hidden.columns());
    output.forward(context, branch, workspace);
    switch (normPlacement) {
      case PRE -> {
        kernels.add(branch, hidden);
        Matrix input = normalized(outputNorm, hidden, workspace);
        feedForward.forward(input, branch, workspace);
        kernels.add(branch, hidden);
      }
      case POST -> {
        resultNorm.ifPresent(norm -> norm.addAndNormalize(hidden, branch, workspace));
        attentionNorm.addAndNormalize(branch, hidden, workspace);
        feedForward.forward(hidden, branch, workspace);
        outputNorm.addAndNormalize(branch, hidden, workspace);
      }
    }
  }

  private static Matrix normalized(Norm norm, Matrix hidden, Workspace workspace) {
    Matrix normalized = workspace.matrix(Buffer.NORMALIZED, hidden.rows(), hidden.columns());
    norm.forward(hidden, normalized, workspace);
    return normalized;
  }
}
