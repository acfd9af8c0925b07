package io.heed.kernel;

import io.heed.tensor.Matrix;

/**
 * Where the gradients of attention go.
 *
 * @param queries {@code [Tq, H·Dh]}
 * @param keys {@code [Tk, H·Dh]}
 * @param values {@code [Tk, H·Dv]}
 */
public record AttentionGradients(Matrix queries, Matrix keys, Matrix values) {

  /**
   * Checks that there is room for the gradients of these inputs, and that they can be computed.
   *
   * @throws IllegalArgumentException when there is not, or they cannot
   */
  void check(AttentionInputs inputs, AttentionRule rule, Matrix context, Matrix contextGradient) {
    AttentionOutputs.of(context).check(inputs);
    rule.check(inputs);
    Shapes.checkSame(context, contextGradient);
    Shapes.checkSame(inputs.queries(), queries);
    Shapes.checkSame(inputs.keys(), keys);
    Shapes.checkSame(inputs.values(), values);
    Shapes.require(
        inputs.heads() == inputs.keyValueHeads(),
        "gradients of %d heads of queries that share %d of keys are not computed",
        inputs.heads(),
        inputs.keyValueHeads());
    Shapes.require(
        rule.score().form() == ScoreFunction.Form.DOT
            && rule.bias().isEmpty()
            && rule.terms().isEmpty()
            && rule.mask().noVisibleKey() == AttentionMask.NoVisibleKey.ZEROS,
        "gradients are computed of dot products alone: no other score, no bias and no terms");
  }
}
