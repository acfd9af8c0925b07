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
 * and activations are computed again on the way back. All but attention goes strip by strip.
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
    for (Strip strip : Strip.of(tokens)) {
      linear(block.queryKeyValue(), attentionInput(strip), strip.of(queryKeyValue(tokens)));
    }
    task.kernels()
        .attention(
            attentionInputs(queryKeyValue(tokens), batch.starts()),
            rule(draws.attention(layer)),
            AttentionOutputs.of(context(tokens)),
            task.scratch());
    for (Strip strip : Strip.of(tokens)) {
      addAttention(strip, batch, draws);
      feedForward(strip, batch, draws, strip.of(output));
    }
  }

  /** What enters the map to queries, keys and values. */
  private Matrix attentionInput(Strip strip) {
    Matrix input = strip.of(input(strip.tokens()));
    return before() ? normalized(block.attentionNorm(), input) : input;
  }

  private void addAttention(Strip strip, MicroBatch batch, DropoutRates.Draws draws) {
    Matrix between = strip.of(between(strip.tokens()));
    linear(block.attentionOutput(), strip.of(context(strip.tokens())), between);
    drop(draws.attentionOutput(layer), batch, strip, between);
    task.kernels().add(strip.of(input(strip.tokens())), between);
  }

  private void feedForward(Strip strip, MicroBatch batch, DropoutRates.Draws draws, Matrix output) {
    Matrix between = strip.of(between(strip.tokens()));
    Matrix input = normalized(feedForwardNorm(), between);
    Matrix inner = strip.of(inner(strip.tokens()));
    linear(block.inner(), input, inner);
    Matrix activated = passing("activated", inner.rows(), inner.columns());
    Buffers.copy(inner, activated);
    task.kernels().activate(spec.activation(), activated);
    Matrix sum = before() ? output : strip.of(sum(strip.tokens()));
    linear(block.outer(), activated, sum);
    drop(draws.output(layer), batch, strip, sum);
    task.kernels().add(before() ? between : input, sum);
    if (!before()) {
      block.outputNorm().forward(sum, output, task);
    }
  }

  /** The norm that what enters the feed-forward half comes from. */
  private TrainedNorm feedForwardNorm() {
    return before() ? block.outputNorm() : block.attentionNorm();
  }

  private void drop(Dropout dropout, MicroBatch batch, Strip strip, Matrix rows) {
    task.kernels().drop(dropout, batch.starts(), strip.from(), rows);
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
    int width = spec.attention().width();
    Matrix contextGradient = passing("contextGradient", tokens, width);
    for (Strip strip : Strip.of(tokens)) {
      Matrix rows = strip.of(gradient);
      feedForwardBackward(strip, batch, draws, rows, gradients);
      Matrix added = dropped(draws.attentionOutput(layer), batch, strip, rows);
      block
          .attentionOutput()
          .backward(strip.of(context(tokens)), added, strip.of(contextGradient), gradients, task);
    }
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
    for (Strip strip : Strip.of(tokens)) {
      mapBackward(strip, strip.of(mapped), strip.of(gradient), gradients);
    }
  }

  /** From the gradient of the block's output to that of what is between the halves, in place. */
  private void feedForwardBackward(
      Strip strip, MicroBatch batch, DropoutRates.Draws draws, Matrix gradient, float[] gradients) {
    Matrix between = strip.of(between(strip.tokens()));
    if (before()) {
      Matrix branch = feedForwardGradient(strip, batch, draws, gradient, gradients);
      block.outputNorm().backward(between, branch, gradient, gradients, task);
      return;
    }
    Matrix sum = strip.of(sum(strip.tokens()));
    Matrix halves = passing("halves", sum.rows(), sum.columns());
    Buffers.clear(halves);
    block.outputNorm().backward(sum, gradient, halves, gradients, task);
    Matrix branch = feedForwardGradient(strip, batch, draws, halves, gradients);
    task.kernels().add(halves, branch);
    Buffers.clear(gradient);
    block.attentionNorm().backward(between, branch, gradient, gradients, task);
  }

  /** The gradient of what enters the feed-forward half. */
  private Matrix feedForwardGradient(
      Strip strip, MicroBatch batch, DropoutRates.Draws draws, Matrix gradient, float[] gradients) {
    Matrix added = dropped(draws.output(layer), batch, strip, gradient);
    Matrix inner = strip.of(inner(strip.tokens()));
    Matrix innerGradient = passing("innerGradient", inner.rows(), inner.columns());
    task.kernels().linear(added, block.outer().backward(), innerGradient, task.scratch());
    if (spec.activation() != Activation.NONE) {
      task.training().activateWithGradient(spec.activation(), inner, innerGradient);
    }
    block.outer().addGradient(inner, added, gradients, task);
    Matrix input = normalized(feedForwardNorm(), strip.of(between(strip.tokens())));
    Matrix branch = passing("branch", input.rows(), input.columns());
    block.inner().backward(input, innerGradient, branch, gradients, task);
    return branch;
  }

  /** Adds the gradient of the block's input that comes by queries, keys and values. */
  private void mapBackward(Strip strip, Matrix mapped, Matrix gradient, float[] gradients) {
    Matrix branch = passing("branch", gradient.rows(), gradient.columns());
    block.queryKeyValue().backward(attentionInput(strip), mapped, branch, gradients, task);
    if (before()) {
      Matrix input = strip.of(input(strip.tokens()));
      block.attentionNorm().backward(input, branch, gradient, gradients, task);
    } else {
      task.kernels().add(branch, gradient);
    }
  }

  /** What dropout left of the gradient, in a matrix of its own where it drops. */
  private Matrix dropped(Dropout dropout, MicroBatch batch, Strip strip, Matrix gradient) {
    if (dropout.rate() == 0) {
      return gradient;
    }
    Matrix copy = passing("dropped", gradient.rows(), gradient.columns());
    Buffers.copy(gradient, copy);
    drop(dropout, batch, strip, copy);
    return copy;
  }
}
