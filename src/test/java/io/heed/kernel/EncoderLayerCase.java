package io.heed.kernel;

import io.heed.tensor.Matrix;
import java.util.Arrays;
import java.util.Random;

/** The operations of one encoder layer, embeddings and pooling in sequence, on random weights. */
record EncoderLayerCase(int width, int heads, int hidden, int... lengths) {

  /** Everything that comes out, as bits: the tokens' states, then the pooled vectors. */
  int[][] run(Kernels kernels) {
    return run(kernels, input(), lengths);
  }

  Matrix input() {
    return Values.gaussian(new Random(7), Values.cumulative(lengths)[lengths.length], width, 1);
  }

  /** As {@link #run(Kernels)}, for other tokens. */
  int[][] run(Kernels kernels, Matrix tokens, int... theirLengths) {
    Random random = new Random(11);
    Scratch scratch = new Scratch();
    int[] starts = Values.cumulative(theirLengths);
    int longest = Arrays.stream(theirLengths).max().orElseThrow();
    Matrix positions = Values.gaussian(new Random(5), longest, width, 0.1);
    Matrix x = Matrix.of(tokens.data().clone(), tokens.rows(), width);
    kernels.addRows(Values.gaussian(random, 1, width, 0.1), new int[x.rows()], x);
    int[] places = new int[x.rows()];
    for (int s = 0; s < theirLengths.length; s++) {
      for (int t = 0; t < theirLengths[s]; t++) {
        places[starts[s] + t] = t;
      }
    }
    kernels.addRows(positions, places, x);

    Matrix packed = Matrix.allocate(x.rows(), 3 * width);
    kernels.linear(
        x, projection(kernels, random, 3 * width, width, Activation.NONE), packed, scratch);
    Matrix context = Matrix.allocate(x.rows(), width);
    kernels.attention(
        AttentionInputs.within(
            packed.columns(0, width),
            packed.columns(width, 2 * width),
            packed.columns(2 * width, 3 * width),
            starts,
            heads),
        AttentionRule.scaledDot(width / heads),
        AttentionOutputs.of(context),
        scratch);
    Matrix branch = Matrix.allocate(x.rows(), width);
    kernels.linear(
        context, projection(kernels, random, width, width, Activation.NONE), branch, scratch);
    kernels.addLayerNorm(branch, normalization(random), x, scratch);
    kernels.linearTwice(
        x,
        projection(kernels, random, hidden, width, Activation.GELU),
        projection(kernels, random, width, hidden, Activation.NONE),
        branch,
        scratch);
    kernels.addLayerNorm(branch, normalization(random), x, scratch);
    Matrix pooled = Matrix.allocate(theirLengths.length, width);
    kernels.meanPool(x, starts, pooled);
    kernels.normalizeRows(pooled, scratch);
    return new int[][] {Values.bits(x), Values.bits(pooled)};
  }

  private static Projection projection(
      Kernels kernels, Random random, int outputs, int inputs, Activation activation) {
    Matrix weights = Values.gaussian(random, outputs, inputs, 1 / Math.sqrt(inputs));
    return Values.projection(kernels, weights, Values.gaussian(random, outputs, 0.1), activation);
  }

  private Normalization normalization(Random random) {
    float[] gain = Values.gaussian(random, width, 0.1);
    for (int i = 0; i < width; i++) {
      gain[i] += 1;
    }
    return new Normalization(gain, Values.gaussian(random, width, 0.1), 1e-12);
  }
}
