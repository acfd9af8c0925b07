package io.heed.model;

import io.heed.kernel.AttentionInputs;
import io.heed.kernel.AttentionMask;
import io.heed.kernel.AttentionOutputs;
import io.heed.kernel.AttentionRule;
import io.heed.kernel.Attentions;
import io.heed.kernel.CachedInputs;
import io.heed.kernel.Kernels;
import io.heed.kernel.KeyValues;
import io.heed.kernel.Matrices;
import io.heed.kernel.PackedMatrix;
import io.heed.kernel.Projection;
import io.heed.kernel.ReferenceKernels;
import io.heed.kernel.ScoreFunction;
import io.heed.kernel.Scratch;
import io.heed.tensor.Matrix;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/**
 * Kernels made of nothing but what other packages see: weights and cached keys lie row by row in
 * classes of their own, and what is computed with them is what the reference computes with a copy.
 */
final class RowMajorKernels implements Matrices, Attentions {
  private final Kernels reference = new ReferenceKernels();

  private RowMajorKernels() {}

  /** The weights of a map, {@code [outputs, inputs]}. */
  private record Rows(Matrix weights) implements PackedMatrix {
    @Override
    public int outputs() {
      return weights.rows();
    }

    @Override
    public int inputs() {
      return weights.columns();
    }

    @Override
    public long bytes() {
      return weights.data().length * (long) Float.BYTES;
    }
  }

  /** Keys and values, {@code [places, heads·Dh]} each. */
  private record Places(int heads, int headWidth, Matrix keys, Matrix values) implements KeyValues {
    @Override
    public int places() {
      return keys.rows();
    }

    @Override
    public long bytes() {
      return 2L * keys.data().length * Float.BYTES;
    }
  }

  /** Kernels that have their own matrices and attention, and all else from the reference. */
  static Kernels create() {
    RowMajorKernels own = new RowMajorKernels();
    return (Kernels)
        Proxy.newProxyInstance(
            Kernels.class.getClassLoader(),
            new Class<?>[] {Kernels.class},
            (self, method, arguments) -> {
              boolean isOwn = method.getDeclaringClass().isInstance(own);
              try {
                return method.invoke(isOwn ? own : own.reference, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @Override
  public PackedMatrix allocate(int outputs, int inputs) {
    return new Rows(Matrix.allocate(outputs, inputs));
  }

  @Override
  public void pack(Matrix weights, PackedMatrix target, int firstOutput) {
    copy(weights, ((Rows) target).weights(), firstOutput);
  }

  @Override
  public void packTransposed(Matrix weights, PackedMatrix target, int firstOutput) {
    Matrix rows = ((Rows) target).weights();
    for (int j = 0; j < weights.columns(); j++) {
      for (int i = 0; i < weights.rows(); i++) {
        rows.data()[rows.index(firstOutput + j) + i] = weights.at(i, j);
      }
    }
  }

  private static void copy(Matrix rows, Matrix target, int firstRow) {
    for (int i = 0; i < rows.rows(); i++) {
      System.arraycopy(
          rows.data(), rows.index(i), target.data(), target.index(firstRow + i), rows.columns());
    }
  }

  private Projection copy(Projection map) {
    PackedMatrix weights = reference.allocate(map.weights().outputs(), map.weights().inputs());
    reference.pack(((Rows) map.weights()).weights(), weights, 0);
    return new Projection(weights, map.bias(), map.activation());
  }

  @Override
  public void gather(PackedMatrix weights, int[] rows, int count, Matrix output) {
    for (int i = 0; i < count; i++) {
      copy(((Rows) weights).weights().rows(rows[i], rows[i] + 1), output, i);
    }
  }

  @Override
  public void linear(Matrix input, Projection projection, Matrix output, Scratch scratch) {
    reference.linear(input, copy(projection), output, scratch);
  }

  @Override
  public void linearGated(
      Matrix input,
      Projection gate,
      Projection inner,
      Projection outer,
      Matrix output,
      Scratch scratch) {
    reference.linearGated(input, copy(gate), copy(inner), copy(outer), output, scratch);
  }

  @Override
  public void linearTwice(
      Matrix input, Projection inner, Projection outer, Matrix output, Scratch scratch) {
    reference.linearTwice(input, copy(inner), copy(outer), output, scratch);
  }

  @Override
  public void multiplyBatch(Matrix left, Matrix right, int n, Matrix output, Scratch scratch) {
    reference.multiplyBatch(left, right, n, output, scratch);
  }

  @Override
  public void attention(
      AttentionInputs inputs, AttentionRule rule, AttentionOutputs outputs, Scratch scratch) {
    reference.attention(inputs, rule, outputs, scratch);
  }

  @Override
  public KeyValues allocateKeyValues(int heads, int headWidth, int places) {
    int width = heads * headWidth;
    return new Places(
        heads, headWidth, Matrix.allocate(places, width), Matrix.allocate(places, width));
  }

  /** Attention over the whole sequence, of which the rows of the new tokens are taken. */
  @Override
  public void attentionCached(CachedInputs inputs, Matrix context, Scratch scratch) {
    Places cache = (Places) inputs.cache();
    int from = inputs.firstHead() * cache.headWidth();
    int to = from + inputs.keys().columns();
    AttentionRule rule =
        AttentionRule.of(ScoreFunction.scaledDot(cache.headWidth()), AttentionMask.causal());
    for (int s = 0; s < inputs.sequences(); s++) {
      int start = inputs.starts()[s];
      int end = inputs.starts()[s + 1];
      int cached = inputs.cached()[s];
      int run = inputs.runs()[s];
      int tokens = cached + inputs.count(s);
      copy(inputs.keys().rows(start, end), cache.keys().columns(from, to), run + cached);
      copy(inputs.values().rows(start, end), cache.values().columns(from, to), run + cached);
      Matrix queries = Matrix.allocate(tokens, inputs.queries().columns());
      copy(inputs.queries().rows(start, end), queries, cached);
      Matrix all = Matrix.allocate(tokens, context.columns());
      reference.attention(
          AttentionInputs.within(
              queries,
              cache.keys().columns(from, to).rows(run, run + tokens),
              cache.values().columns(from, to).rows(run, run + tokens),
              new int[] {0, tokens},
              inputs.heads()),
          rule,
          AttentionOutputs.of(all),
          scratch);
      copy(all.rows(cached, tokens), context, start);
    }
  }
}
