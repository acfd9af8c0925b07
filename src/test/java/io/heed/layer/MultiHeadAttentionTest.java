package io.heed.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.heed.batch.PackedVectors;
import io.heed.kernel.AttentionMask;
import io.heed.kernel.AttentionWeights;
import io.heed.kernel.Dropout;
import io.heed.kernel.KernelChoice;
import io.heed.kernel.KernelProvider;
import io.heed.kernel.Kernels;
import io.heed.kernel.ReferenceKernels;
import io.heed.layer.AttentionScore.Form;
import io.heed.layer.MultiHeadAttention.Attended;
import io.heed.layer.MultiHeadAttention.WeightsOut;
import io.heed.oracle.AttentionOracle;
import io.heed.tensor.Matrix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Attention of one batch of sequences to another, beside float64 and beside itself. */
class MultiHeadAttentionTest {
  private static final double TOLERANCE = 1e-6;

  private static Kernels kernels() {
    return KernelProvider.choose(KernelChoice.AUTO).kernels();
  }

  @Property(tries = 150)
  void agreesWithFloat64(
      @ForAll Form form,
      @ForAll @IntRange(min = 1, max = 8) int heads,
      @ForAll @IntRange(min = 1, max = 40) int headWidth,
      @ForAll @IntRange(min = 1, max = 70) int queries,
      @ForAll @IntRange(min = 1, max = 70) int keys,
      @ForAll boolean causal,
      @ForAll long seed) {
    Random random = new Random(seed);
    AttentionLayer layer = AttentionLayer.random(random, form, heads, headWidth, 19, 26);
    float[][] query = AttentionLayer.sequence(random, queries, 19);
    float[][] context = AttentionLayer.sequence(random, keys, 26);
    AttentionMask mask = causal ? AttentionMask.causal() : AttentionMask.none();
    Attended actual =
        layer.attend(kernels(), List.<float[][]>of(query), List.<float[][]>of(context), mask);
    AttentionOracle.Attended expected = layer.expected(query, context, (q, k) -> !causal || k <= q);
    assertClose(actual.context(), expected.context());
    for (int head = 0; head < heads; head++) {
      for (int q = 0; q < queries; q++) {
        assertClose(
            row(actual.weights().orElseThrow(), 0, head, q, keys), expected.weights()[head][q]);
      }
    }
  }

  @Property(tries = 100)
  void theWeightsOfEveryQueryComeToOne(
      @ForAll Form form,
      @ForAll @IntRange(min = 1, max = 20) int queries,
      @ForAll @IntRange(min = 1, max = 600) int keys,
      @ForAll long seed) {
    Random random = new Random(seed);
    AttentionLayer layer = AttentionLayer.random(random, form, 2, 9, 7, 5);
    Attended attended =
        layer.attend(
            kernels(),
            List.<float[][]>of(AttentionLayer.sequence(random, queries, 7)),
            List.<float[][]>of(AttentionLayer.sequence(random, keys, 5)),
            AttentionMask.none());
    for (int q = 0; q < queries; q++) {
      float[] weights = row(attended.weights().orElseThrow(), 0, 1, q, keys);
      assertThat(IntStream.range(0, keys).mapToDouble(k -> weights[k]).sum())
          .isCloseTo(1, within(TOLERANCE));
    }
  }

  @Property(tries = 100)
  void theOrderOfKeysAndTheirValuesChangesNothingButRounding(
      @ForAll Form form, @ForAll @IntRange(min = 2, max = 50) int keys, @ForAll long seed) {
    Random random = new Random(seed);
    AttentionLayer layer = AttentionLayer.random(random, form, 3, 8, 11, 11);
    float[][] query = AttentionLayer.sequence(random, 5, 11);
    float[][] context = AttentionLayer.sequence(random, keys, 11);
    float[][] swapped = context.clone();
    Collections.swap(Arrays.asList(swapped), random.nextInt(keys), random.nextInt(keys));
    Attended one =
        layer.attend(
            kernels(),
            List.<float[][]>of(query),
            List.<float[][]>of(context),
            AttentionMask.none());
    Attended other =
        layer.attend(
            kernels(),
            List.<float[][]>of(query),
            List.<float[][]>of(swapped),
            AttentionMask.none());
    assertClose(one.context(), doubles(other.context()));
  }

  @Property(tries = 100)
  void aCausalRowIgnoresTheFutureToTheBit(
      @ForAll Form form, @ForAll @IntRange(min = 2, max = 60) int length, @ForAll long seed) {
    Random random = new Random(seed);
    AttentionLayer layer = AttentionLayer.random(random, form, 2, 16, 10, 10);
    float[][] sequence = AttentionLayer.sequence(random, length, 10);
    int past = 1 + random.nextInt(length - 1);
    float[][] other = sequence.clone();
    for (int i = past; i < length; i++) {
      other[i] = AttentionLayer.floats(random, 10, 3);
    }
    int[] bits =
        bits(
            layer.attend(
                kernels(), List.<float[][]>of(sequence), List.<float[][]>of(sequence), causal()));
    int[] otherBits =
        bits(
            layer.attend(
                kernels(), List.<float[][]>of(other), List.<float[][]>of(other), causal()));
    float[][] alone = Arrays.copyOf(sequence, past);
    int[] aloneBits =
        bits(
            layer.attend(
                kernels(), List.<float[][]>of(alone), List.<float[][]>of(alone), causal()));
    assertThat(Arrays.copyOf(otherBits, past * 10)).isEqualTo(Arrays.copyOf(bits, past * 10));
    assertThat(aloneBits).isEqualTo(Arrays.copyOf(bits, past * 10));
  }

  @Property(tries = 60)
  void aBatchEqualsItsSequencesAloneAndTheReference(
      @ForAll Form form, @ForAll @IntRange(min = 1, max = 9) int sequences, @ForAll long seed) {
    Random random = new Random(seed);
    AttentionLayer layer = AttentionLayer.random(random, form, 4, 12, 13, 17);
    List<float[][]> queries =
        IntStream.range(0, sequences)
            .mapToObj(s -> AttentionLayer.sequence(random, random.nextInt(20), 13))
            .toList();
    List<float[][]> context =
        IntStream.range(0, sequences)
            .mapToObj(s -> AttentionLayer.sequence(random, random.nextInt(40), 17))
            .toList();
    int[] together = bits(layer.attend(kernels(), queries, context, AttentionMask.none()));
    assertThat(together)
        .isEqualTo(
            bits(layer.attend(new ReferenceKernels(), queries, context, AttentionMask.none())));
    int from = 0;
    for (int s = 0; s < sequences; s++) {
      int[] alone =
          bits(
              layer.attend(
                  kernels(),
                  List.<float[][]>of(queries.get(s)),
                  List.<float[][]>of(context.get(s)),
                  AttentionMask.none()));
      assertThat(alone).isEqualTo(Arrays.copyOfRange(together, from, from + alone.length));
      from += alone.length;
    }
  }

  @Test
  void aQueryThatSeesNoKeyHasZeros() {
    Random random = new Random(1);
    float[][] context = AttentionLayer.sequence(random, 3, 4);
    MultiHeadAttention attention =
        new MultiHeadAttention(kernels(), 2, AttentionMaps.identity(), AttentionScore.scaledDot());
    AttentionMask mask =
        AttentionMask.explicit(List.<int[][]>of(new int[][] {{0, 0, 0}, {0, 1, 0}}));
    Attended attended =
        attention.attend(
            PackedVectors.of(List.<float[][]>of(AttentionLayer.sequence(random, 2, 4)), 4),
            PackedVectors.of(List.<float[][]>of(context), 4),
            mask,
            WeightsOut.GIVEN,
            new Workspace());
    assertThat(bits(attended)).startsWith(0, 0, 0, 0);
    assertThat(row(attended.weights().orElseThrow(), 0, 1, 0, 3)).containsExactly(0, 0, 0);
    assertThat(row(attended.weights().orElseThrow(), 0, 1, 1, 3)).containsExactly(0, 1, 0);
    assertThat(attended.context().at(1, 2)).isEqualTo(context[1][2]);
  }

  @Test
  void dropoutDropsItsShareScalesTheRestAndRepeats() {
    Random random = new Random(2);
    List<float[][]> sequence = List.<float[][]>of(AttentionLayer.sequence(random, 200, 8));
    AttentionLayer layer = AttentionLayer.random(random, Form.SCALED_DOT, 2, 8, 8, 8);
    MultiHeadAttention attention =
        new MultiHeadAttention(kernels(), 2, layer.maps(), layer.score());
    PackedVectors packed = PackedVectors.of(sequence, 8);
    float[] kept = weights(attention, packed, Dropout.NONE);
    float[] dropped = weights(attention, packed, new Dropout(0.2, 7));
    assertThat(weights(attention, packed, new Dropout(0.2, 7))).containsExactly(dropped);
    assertThat(weights(attention, packed, new Dropout(0.2, 8))).isNotEqualTo(dropped);
    int zeros = 0;
    for (int i = 0; i < kept.length; i++) {
      if (dropped[i] == 0) {
        zeros++;
      } else {
        assertThat(dropped[i] / kept[i]).isCloseTo(1.25f, within(1e-5f));
      }
    }
    assertThat((double) zeros / kept.length).isCloseTo(0.2, within(0.01));
  }

  @Test
  void aLargeBatchGivesEachSequenceItsOwnMaskAndDropout() {
    Random random = new Random(3);
    AttentionLayer layer = AttentionLayer.random(random, Form.SCALED_DOT, 2, 8, 8, 8);
    MultiHeadAttention attention =
        new MultiHeadAttention(kernels(), 2, layer.maps(), layer.score());
    List<float[][]> queries = new ArrayList<>();
    List<float[][]> context = new ArrayList<>();
    List<int[][]> masks = new ArrayList<>();
    for (int s = 0; s < 7; s++) {
      queries.add(AttentionLayer.sequence(random, 20 + 60 * (s % 3), 8));
      context.add(AttentionLayer.sequence(random, 30 + 100 * (s % 4), 8));
      masks.add(grid(random, queries.get(s).length, context.get(s).length));
    }
    Dropout dropout = new Dropout(0.3, 9);
    Attended together =
        attention.attend(
            PackedVectors.of(queries, 8),
            PackedVectors.of(context, 8),
            AttentionMask.explicit(masks),
            dropout,
            WeightsOut.GIVEN,
            new Workspace());
    int row = 0;
    for (int s = 0; s < queries.size(); s++) {
      Attended alone =
          attention.attend(
              PackedVectors.of(queries.subList(s, s + 1), 8),
              PackedVectors.of(context.subList(s, s + 1), 8),
              AttentionMask.explicit(masks.subList(s, s + 1)),
              dropout.fromSequence(s),
              WeightsOut.GIVEN,
              new Workspace());
      int end = row + queries.get(s).length;
      assertThat(bits(together.context().rows(row, end))).containsExactly(bits(alone.context()));
      assertThat(together.weights().orElseThrow().toArrays(s, 2))
          .isDeepEqualTo(alone.weights().orElseThrow().toArrays(0, 2));
      row = end;
    }
  }

  private static int[][] grid(Random random, int queries, int keys) {
    return IntStream.range(0, queries)
        .mapToObj(q -> random.ints(keys, 0, 2).toArray())
        .toArray(int[][]::new);
  }

  @Test
  void batchesOfOtherLengthsAreTold() {
    MultiHeadAttention attention =
        new MultiHeadAttention(kernels(), 1, AttentionMaps.identity(), AttentionScore.dot());
    PackedVectors one = new PackedVectors(Matrix.allocate(2, 4), new int[] {0, 2});
    PackedVectors two = new PackedVectors(Matrix.allocate(2, 4), new int[] {0, 1, 2});
    assertThatThrownBy(
            () ->
                attention.attend(
                    one, two, AttentionMask.none(), WeightsOut.DROPPED, new Workspace()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("1 sequences of queries do not fit 2 of keys");
  }

  private static float[] weights(
      MultiHeadAttention attention, PackedVectors sequence, Dropout dropout) {
    return attention
        .attend(
            sequence, sequence, AttentionMask.none(), dropout, WeightsOut.GIVEN, new Workspace())
        .weights()
        .orElseThrow()
        .data();
  }

  @Test
  void widthsThatDoNotFitAreTold() {
    MultiHeadAttention plain =
        new MultiHeadAttention(kernels(), 3, AttentionMaps.identity(), AttentionScore.dot());
    assertThat(plain.misfit(9, 9)).isEmpty();
    assertWrongWidths(plain, 8, 8, "a width of 8 is not divisible by 3 heads");
    assertWrongWidths(plain, 9, 6, "queries of width 9 do not fit keys of width 6");
    AttentionMaps maps =
        new AttentionMaps(
            Optional.of(LinearMap.of(Matrix.allocate(4, 5))),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    MultiHeadAttention mapped =
        new MultiHeadAttention(kernels(), 1, maps, AttentionScore.additive(new float[3]));
    assertWrongWidths(mapped, 8, 4, "query.weight of 4 x 5 does not fit vectors of 8 values");
    assertWrongWidths(mapped, 5, 4, "a score vector of 3 values does not fit queries of width 4");
  }

  private static void assertWrongWidths(
      MultiHeadAttention attention, int query, int context, String message) {
    assertThat(attention.misfit(query, context)).hasValue(message);
  }

  private static AttentionMask causal() {
    return AttentionMask.causal();
  }

  private static float[] row(AttentionWeights weights, int s, int head, int query, int keys) {
    int at = weights.index(s, head, query);
    return Arrays.copyOfRange(weights.data(), at, at + keys);
  }

  private static int[] bits(Attended attended) {
    return bits(attended.context());
  }

  private static int[] bits(Matrix context) {
    return IntStream.range(0, context.rows() * context.columns())
        .map(i -> Float.floatToRawIntBits(context.at(i / context.columns(), i % context.columns())))
        .toArray();
  }

  private static double[][] doubles(Matrix matrix) {
    double[][] rows = new double[matrix.rows()][matrix.columns()];
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < rows[i].length; j++) {
        rows[i][j] = matrix.at(i, j);
      }
    }
    return rows;
  }

  private static void assertClose(Matrix actual, double[][] expected) {
    double largest = 0;
    for (double[] row : expected) {
      for (double value : row) {
        largest = Math.max(largest, Math.abs(value));
      }
    }
    for (int i = 0; i < expected.length; i++) {
      for (int j = 0; j < expected[i].length; j++) {
        assertThat((double) actual.at(i, j))
            .isCloseTo(expected[i][j], within(TOLERANCE * Math.max(1, largest)));
      }
    }
  }

  private static void assertClose(float[] actual, double[] expected) {
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) actual[i]).isCloseTo(expected[i], within(TOLERANCE));
    }
  }
}
