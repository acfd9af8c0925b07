package io.heed.training;

import io.heed.kernel.Activation;
import io.heed.kernel.AttentionGradients;
import io.heed.kernel.AttentionInputs;
import io.heed.kernel.AttentionOutputs;
import io.heed.kernel.AttentionRule;
import io.heed.kernel.Dropout;
import io.heed.layer.AttentionSpec;
import io.heed.layer.BlockSpec;
import io.heed.layer.NormPlacement;
import io.heed.tensor.Matrix;

/**
 * One block while it is trained. The forward pass computes what {@code TransformerBlock} does, and
 * keeps 10 values for each of a token's D, or 11 where norms follow: its input, queries, keys and
 * values, the heads' context, what is between the halves, and what is before the activation. Norms
 * and activations are computed again on the way back.
 */
final class BlockPass {
  private final int layer;
  private final BlockSpec spec;
  private final TrainedBlock block;
  private final TaskKernels task;
  private final Buffers buffers;

  BlockPass(int layer, BlockSpec spec, TrainedBlock block, TaskKernels task, Buffers buffers) {
    this.layer = layer;
    this.spec = spec;
    this.block = block;
    this.task = task;
    this.buffers = buffers;
  }

  private boolean before() {
    return spec.placement() == NormPlacement.PRE;
  }

  private Matrix kept(String name, int rows, int columns) {
    return buffers.matrix(layer + "." + name, rows, columns);
  }

  private Matrix passing(String name, int rows, int columns) {
    return buffers.matrix(name, rows, columns);
  }

  /** The block's input, {@code [T, D]}, which the caller fills. */
  Matrix input(int tokens) {
    return kept("input", tokens, spec.width());
  }

  private Matrix queryKeyValue(int tokens) {
    return kept("queryKeyValue", tokens, 3 * spec.attention().width());
  }

  private Matrix context(int tokens) {
    return kept("context", tokens, spec.attention().width());
  }

  /** What attention and the block's input add up to. */
  private Matrix between(int tokens) {
    return kept("between", tokens, spec.width());
  }

  private Matrix inner(int tokens) {
    return kept("inner", tokens, spec.intermediate());
  }

  /** What both halves add up to, where it is normalised after. */
  private Matrix sum(int tokens) {
    return kept("sum", tokens, spec.width());
  }

  private Matrix normalized(TrainedNorm norm, Matrix input) {
    Matrix normalized = passing("normalized", input.rows(), input.columns());
    norm.forward(input, normalized, task);
    return normalized;
  }

  /**
   * Passes {@link #input} through the block.
   *
   * @param output {@code [T, D]}
   */
  void forward(MicroBatch batch, DropoutRates.Draws draws, Matrix output) {
    int tokens = batch.tokens();
    Matrix input = input(tokens);
    Matrix attentionInput = before() ? normalized(block.attentionNorm(), input) : input;
    linear(block.queryKeyValue(), attentionInput, queryKeyValue(tokens));
    task.kernels()
        .attention(
            attentionInputs(queryKeyValue(tokens), batch.starts()),
            rule(draws.attention(layer)),
            AttentionOutputs.of(context(tokens)),
            task.scratch());
    Matrix between = between(tokens);
    linear(block.attentionOutput(), context(tokens), between);
    task.kernels().drop(draws.attentionOutput(layer), batch.starts(), between);
    task.kernels().add(input, between);
    Matrix feedForwardInput =
        normalized(before() ? block.outputNorm() : block.attentionNorm(), between);
    Matrix target = before() ? output : sum(tokens);
    feedForward(feedForwardInput, batch, draws, target);
    task.kernels().add(before() ? between : feedForwardInput, target);
    if (!before()) {
      block.outputNorm().forward(target, output, task);
    }
  }

  private void feedForward(
      Matrix input, MicroBatch batch, DropoutRates.Draws draws, Matrix output) {
    Matrix inner = inner(batch.tokens());
    linear(block.inner(), input, inner);
    Matrix activated = passing("activated", inner.rows(), inner.columns());
    Buffers.copy(inner, activated);
    task.kernels().activate(spec.activation(), activated);
    linear(block.outer(), activated, output);
    task.kernels().drop(draws.output(layer), batch.starts(), output);
  }

  private void linear(TrainedMap map, Matrix input, Matrix output) {
    task.kernels().linear(input, map.forward(), output, task.scratch());
  }

  private AttentionInputs attentionInputs(Matrix queryKeyValue, int[] starts) {
    int width = spec.attention().width();
    return AttentionInputs.within(
        queryKeyValue.columns(0, width),
        queryKeyValue.columns(width, 2 * width),
        queryKeyValue.columns(2 * width, 3 * width),
        starts,
        spec.attention().heads());
  }

  private AttentionRule rule(Dropout dropout) {
    AttentionSpec attention = spec.attention();
    return new AttentionRule(
        attention.score().function(attention.headWidth(), 0, attention.heads()),
        attention.mask(),
        dropout);
  }

  /**
   * Turns the gradient of the block's output into that of its input, {@code [T, D]} in place, and
   * adds those of its parameters.
   */
  void backward(MicroBatch batch, DropoutRates.Draws draws, Matrix gradient, float[] gradients) {
    int tokens = batch.tokens();
    if (before()) {
      Matrix branch = feedForwardGradient(batch, draws, gradient, block.outputNorm(), gradients);
      block.outputNorm().backward(between(tokens), branch, gradient, gradients, task);
      branch = attentionGradient(batch, draws, gradient, gradients);
      block.attentionNorm().backward(input(tokens), branch, gradient, gradients, task);
      return;
    }
    Matrix halves = passing("halves", tokens, spec.width());
    Buffers.clear(halves);
    block.outputNorm().backward(sum(tokens), gradient, halves, gradients, task);
    Matrix branch = feedForwardGradient(batch, draws, halves, block.attentionNorm(), gradients);
    task.kernels().add(halves, branch);
    Buffers.clear(gradient);
    block.attentionNorm().backward(between(tokens), branch, gradient, gradients, task);
    branch = attentionGradient(batch, draws, gradient, gradients);
    task.kernels().add(branch, gradient);
  }

  /** The gradient of what enters the feed-forward half. */
  private Matrix feedForwardGradient(
      MicroBatch batch,
      DropoutRates.Draws draws,
      Matrix gradient,
      TrainedNorm norm,
      float[] gradients) {
    int tokens = batch.tokens();
    Matrix added = dropped(draws.output(layer), batch.starts(), gradient);
    Matrix inner = inner(tokens);
    Matrix innerGradient = passing("innerGradient", tokens, spec.intermediate());
    task.kernels().linear(added, block.outer().backward(), innerGradient, task.scratch());
    activateWithGradient(inner, innerGradient);
    block.outer().addGradient(inner, added, gradients, task);
    Matrix branch = passing("branch", tokens, spec.width());
    block
        .inner()
        .backward(normalized(norm, between(tokens)), innerGradient, branch, gradients, task);
    return branch;
  }

  private void activateWithGradient(Matrix inner, Matrix gradient) {
    if (spec.activation() != Activation.NONE) {
      task.training().activateWithGradient(spec.activation(), inner, gradient);
    }
  }

  /** The gradient of what enters the map to queries, keys and values. */
  private Matrix attentionGradient(
      MicroBatch batch, DropoutRates.Draws draws, Matrix gradient, float[] gradients) {
    int tokens = batch.tokens();
    int width = spec.attention().width();
    Matrix added = dropped(draws.attentionOutput(layer), batch.starts(), gradient);
    Matrix contextGradient = passing("contextGradient", tokens, width);
    block.attentionOutput().backward(context(tokens), added, contextGradient, gradients, task);
    Matrix mapped = passing("queryKeyValueGradient", tokens, 3 * width);
    task.training()
        .attentionGradient(
            attentionInputs(queryKeyValue(tokens), batch.starts()),
            rule(draws.attention(layer)),
            context(tokens),
            contextGradient,
            new AttentionGradients(
                mapped.columns(0, width),
                mapped.columns(width, 2 * width),
                mapped.columns(2 * width, 3 * width)),
            task.scratch());
    Matrix input = input(tokens);
    Matrix attentionInput = before() ? normalized(block.attentionNorm(), input) : input;
    Matrix branch = passing("branch", tokens, spec.width());
    block.queryKeyValue().backward(attentionInput, mapped, branch, gradients, task);
    return branch;
  }

  /** What dropout left of the gradient, in a matrix of its own where it drops. */
  private Matrix dropped(Dropout dropout, int[] starts, Matrix gradient) {
    if (dropout.rate() == 0) {
      return gradient;
    }
    Matrix copy = passing("dropped", gradient.rows(), gradient.columns());
    Buffers.copy(gradient, copy);
    task.kernels().drop(dropout, starts, copy);
    return copy;
  }
}
