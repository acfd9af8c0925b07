package io.heed.engine;

import io.heed.engine.AttentionOptions.Order;
import io.heed.engine.AttentionSequence.Vectors;
import io.heed.kernel.KernelChoice;
import io.heed.kernel.KernelProvider;
import io.heed.kernel.Kernels;
import io.heed.layer.AttentionMaps;
import io.heed.layer.AttentionScore;
import io.heed.layer.MultiHeadAttention;
import io.heed.layer.MultiHeadAttention.WeightsOut;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Attention of two heads, without maps unless said otherwise: the widths of rows are free. */
final class AttentionFixture {
  private static final Kernels KERNELS = KernelProvider.choose(KernelChoice.REFERENCE).kernels();
  static final AttentionMaps NO_MAPS =
      new AttentionMaps(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  private AttentionFixture() {}

  static AttentionEngine engine(AttentionMaps maps, Order order, WeightsOut weights) {
    MultiHeadAttention layer = new MultiHeadAttention(KERNELS, 2, maps, AttentionScore.scaledDot());
    return new AttentionEngine(
        Optional.empty(), layer, KERNELS, new AttentionOptions(order, weights));
  }

  static AttentionEngine engine(WeightsOut weights) {
    return engine(NO_MAPS, Order.NONE, weights);
  }

  static float[][] vectors(int count, int width) {
    return new float[count][width];
  }

  static float[][] random(Random random, int count, int width) {
    float[][] vectors = new float[count][width];
    for (float[] vector : vectors) {
      for (int i = 0; i < width; i++) {
        vector[i] = (float) random.nextGaussian();
      }
    }
    return vectors;
  }

  /** A sequence that attends to itself. */
  static AttentionRow attending(float[][] sequence) {
    Vectors vectors = new Vectors(sequence);
    return new AttentionRow(vectors, vectors, Optional.empty(), 0);
  }

  static AttentionRow attending(float[][] queries, float[][] context) {
    return new AttentionRow(new Vectors(queries), new Vectors(context), Optional.empty(), 0);
  }

  static AttentionRow masked(float[][] queries, float[][] context, int[]... mask) {
    Vectors sequence = new Vectors(queries);
    return new AttentionRow(
        sequence, context == queries ? sequence : new Vectors(context), Optional.of(mask), 0);
  }

  static List<List<Integer>> bits(float[][] vectors) {
    return Arrays.stream(vectors)
        .map(v -> IntStream.range(0, v.length).map(i -> Float.floatToRawIntBits(v[i])).boxed())
        .map(Stream::toList)
        .toList();
  }

  static List<List<List<Integer>>> headBits(float[][][] heads) {
    return Arrays.stream(heads).map(AttentionFixture::bits).toList();
  }
}
