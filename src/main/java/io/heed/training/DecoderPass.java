package io.heed.training;

import io.heed.layer.BlockSpec;
import io.heed.tensor.Matrix;
import java.util.ArrayList;
import java.util.List;

/**
 * A decoder while it is trained, in one task: micro-batches enter, gradients are added up. Without
 * dropout the hidden states are those of {@code TransformerDecoder}, to the bit. Not thread-safe.
 */
final class DecoderPass {
  private final DecoderWeights weights;
  private final TaskKernels task;
  private final Buffers buffers = new Buffers();
  private final List<BlockPass> blocks = new ArrayList<>();
  private final Objective objective;
  private final DropoutRates dropout;
  private final long seed;

  /**
   * A pass over these weights.
   *
   * @param seed of dropout
   */
  DecoderPass(DecoderWeights weights, TaskKernels task, DropoutRates dropout, long seed) {
    this.weights = weights;
    this.task = task;
    this.dropout = dropout;
    this.seed = seed;
    BlockSpec spec = weights.layout().spec().block();
    for (TrainedBlock block : weights.blocks()) {
      blocks.add(new BlockPass(blocks.size(), spec, block, task, buffers));
    }
    this.objective = new CausalLoss(weights, buffers);
  }

  /**
   * Adds the gradient of the sum of all losses of a micro-batch.
   *
   * @param step whose draws dropout takes
   * @param gradients of all parameters, added to
   * @return the sum of the losses
   */
  double addGradient(MicroBatch batch, long step, float[] gradients) {
    DropoutRates.Draws draws = dropout.draws(seed, step, batch.names());
    Matrix last = forward(batch, draws);
    int tokens = batch.tokens();
    Matrix hidden = weights.finalNorm().isPresent() ? hidden(tokens) : last;
    weights.finalNorm().ifPresent(norm -> norm.forward(last, hidden, task));
    Matrix gradient = buffers.matrix("gradient", tokens, last.columns());
    Matrix hiddenGradient =
        weights.finalNorm().isPresent()
            ? buffers.matrix("hiddenGradient", tokens, last.columns())
            : gradient;
    double loss = objective.addGradient(hidden, batch, hiddenGradient, gradients, task);
    weights
        .finalNorm()
        .ifPresent(
            norm -> {
              Buffers.clear(gradient);
              norm.backward(last, hiddenGradient, gradient, gradients, task);
            });
    for (int layer = blocks.size() - 1; layer >= 0; layer--) {
      blocks.get(layer).backward(batch, draws, gradient, gradients);
    }
    addEmbeddingGradients(batch, draws, gradient, gradients);
    return loss;
  }

  private Matrix hidden(int tokens) {
    return buffers.matrix("hidden", tokens, weights.layout().spec().width());
  }

  /** The output of the last block, {@code [T, D]}. */
  private Matrix forward(MicroBatch batch, DropoutRates.Draws draws) {
    int tokens = batch.tokens();
    Matrix last = buffers.matrix("last", tokens, weights.layout().spec().width());
    embed(batch, draws, blocks.isEmpty() ? last : blocks.get(0).input(tokens));
    for (int layer = 0; layer < blocks.size(); layer++) {
      boolean isLast = layer == blocks.size() - 1;
      Matrix output = isLast ? last : blocks.get(layer + 1).input(tokens);
      blocks.get(layer).forward(batch, draws, output);
    }
    return last;
  }

  private void embed(MicroBatch batch, DropoutRates.Draws draws, Matrix hidden) {
    DecoderParameters decoder = weights.layout().decoder();
    Matrix table = decoder.tokens().of(weights.values());
    for (int t = 0; t < batch.tokens(); t++) {
      int from = table.index(batch.ids()[t]);
      System.arraycopy(table.data(), from, hidden.data(), hidden.index(t), hidden.columns());
    }
    Matrix positions = decoder.positions().of(weights.values());
    task.kernels().addRows(positions, batch.positions(), hidden);
    task.kernels().drop(draws.embedding(), batch.starts(), hidden);
  }

  private void addEmbeddingGradients(
      MicroBatch batch, DropoutRates.Draws draws, Matrix gradient, float[] gradients) {
    task.kernels().drop(draws.embedding(), batch.starts(), gradient);
    DecoderParameters decoder = weights.layout().decoder();
    task.training().addRowGradients(gradient, batch.ids(), decoder.tokens().of(gradients));
    task.training().addRowGradients(gradient, batch.positions(), decoder.positions().of(gradients));
  }

  /**
   * The hidden states of a micro-batch behind the last norm, nothing dropped: what inference
   * computes.
   */
  Matrix hiddenStates(MicroBatch batch) {
    Matrix last = forward(batch, DropoutRates.NONE.draws(seed, 0, batch.names()));
    Matrix hidden = hidden(batch.tokens());
    if (weights.finalNorm().isEmpty()) {
      return last;
    }
    weights.finalNorm().get().forward(last, hidden, task);
    return hidden;
  }
}
