package io.heed.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.tensor.Matrix;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every implementation of {@link Kernels} does, to the bit. */
abstract class KernelsContract {
  private static final int[] ROWS = {1, 2, 5, 6, 7, 8, 13, 200};
  private static final int[] SIZES = {1, 15, 16, 17, 63, 64, 65, 100};

  final Random random = new Random(42);
  final Scratch scratch = new Scratch();

  abstract Kernels kernels();

  @ParameterizedTest
  @EnumSource
  void linearIsOneChainForEachElement(Activation activation) {
    for (int rows : ROWS) {
      for (int outputs : SIZES) {
        checkLinear(rows, 24, outputs, activation);
      }
    }
    for (int inputs : new int[] {1, 383, 384, 385, 768, 1000}) {
      checkLinear(7, inputs, 70, activation);
    }
  }

  @Test
  void noRowsAreNoWork() {
    checkLinear(0, 400, 200, Activation.GELU);
    checkLinearTwice(0, 400, 500, Activation.GELU, Activation.NONE);
  }

  private void checkLinear(int rows, int inputs, int outputs, Activation activation) {
    Matrix input = Values.gaussian(random, rows, inputs, 2);
    Matrix weights = Values.gaussian(random, outputs, inputs, 0.3);
    float[] bias = Values.gaussian(random, outputs, 1);
    Matrix output = Values.guarded(rows, outputs);
    kernels()
        .linear(
            Values.guarded(input),
            Values.projection(kernels(), weights, bias, activation),
            output,
            scratch);
    assertThat(Values.bits(output))
        .as("%d rows, %d inputs, %d outputs", rows, inputs, outputs)
        .isEqualTo(Values.bits(ElementOracle.linear(input, weights, bias, activation)));
    assertThat(Values.guardsStand(output)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 17, 383, 384, 385, 1000})
  void linearTwiceEqualsOneMapAfterTheOther(int between) {
    for (int rows : new int[] {1, 8, 13}) {
      for (int width : new int[] {1, 50, 400}) {
        checkLinearTwice(rows, width, between, Activation.GELU, Activation.NONE);
        checkLinearTwice(rows, width, between, Activation.NONE, Activation.GELU);
      }
    }
  }

  private void checkLinearTwice(
      int rows, int width, int between, Activation innerThen, Activation outerThen) {
    Matrix input = Values.gaussian(random, rows, width, 1);
    Projection inner = randomProjection(between, width, innerThen);
    Projection outer = randomProjection(width + 3, between, outerThen);
    Matrix wide = Matrix.allocate(rows, between);
    Matrix expected = Matrix.allocate(rows, width + 3);
    kernels().linear(input, inner, wide, scratch);
    kernels().linear(wide, outer, expected, scratch);
    Matrix output = Values.guarded(rows, width + 3);
    kernels().linearTwice(Values.guarded(input), inner, outer, output, scratch);
    assertThat(Values.bits(output))
        .as("%d rows of %d values, %d between", rows, width, between)
        .isEqualTo(Values.bits(expected));
    assertThat(Values.guardsStand(output)).isTrue();
  }

  private Projection randomProjection(int outputs, int inputs, Activation activation) {
    return Values.projection(
        kernels(),
        Values.gaussian(random, outputs, inputs, 1 / Math.sqrt(inputs)),
        Values.gaussian(random, outputs, 1),
        activation);
  }

  @Test
  void weightsPackedInPartsEqualThosePackedAtOnce() {
    Matrix weights = Values.gaussian(random, 150, 40, 1);
    PackedMatrix whole = kernels().allocate(150, 40);
    kernels().pack(weights, whole, 0);
    PackedMatrix parts = kernels().allocate(150, 40);
    kernels().pack(weights.rows(0, 50), parts, 0);
    kernels().pack(weights.rows(50, 101), parts, 50);
    kernels().pack(weights.rows(101, 150), parts, 101);
    assertThat(parts.panels()).isEqualTo(whole.panels());
    assertThat(whole.bytes()).isGreaterThanOrEqualTo(150 * 40 * Float.BYTES);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 20, 32, 64, 70})
  void attentionIsOneChainForEachElement(int headWidth) {
    for (int length : new int[] {1, 2, 7, 8, 9, 15, 16, 17, 31, 32, 33, 65}) {
      checkAttention(headWidth, 3, length);
    }
  }

  @Test
  void attentionOverMoreKeysThanABlock() {
    checkAttention(32, 1, 384);
    checkAttention(32, 1, 385);
    checkAttention(9, 2, 800);
  }

  private void checkAttention(int headWidth, int heads, int length) {
    int width = heads * headWidth;
    Matrix packed = Values.guarded(Values.gaussian(random, length, 3 * width, 1.5));
    AttentionInputs inputs = attentionInputs(packed, heads, 0, length);
    Matrix context = Values.guarded(length, width);
    attend(inputs, context);
    for (int from = 0; from < width; from += headWidth) {
      Matrix expected =
          ElementOracle.attention(
              inputs.queries().columns(from, from + headWidth),
              inputs.keys().columns(from, from + headWidth),
              inputs.values().columns(from, from + headWidth),
              AttentionRule.scaledDot(headWidth),
              new float[0],
              0,
              from / headWidth,
              new float[length][]);
      assertThat(Values.bits(context.columns(from, from + headWidth)))
          .as("length %d, columns from %d", length, from)
          .isEqualTo(Values.bits(expected));
    }
    assertThat(Values.guardsStand(context)).isTrue();
  }

  private void attend(AttentionInputs inputs, Matrix context) {
    AttentionRule rule = AttentionRule.scaledDot(inputs.headWidth());
    kernels().attention(inputs, rule, AttentionOutputs.of(context), scratch);
  }

  private static AttentionInputs attentionInputs(Matrix packed, int heads, int... starts) {
    int width = packed.columns() / 3;
    return AttentionInputs.within(
        packed.columns(0, width),
        packed.columns(width, 2 * width),
        packed.columns(2 * width, 3 * width),
        starts,
        heads);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void attentionOfOneSequenceToAnotherByAnyRule(String name, AttentionCase attention) {
    attention.check(kernels(), scratch);
  }

  static Stream<Arguments> rules() {
    return AttentionCase.all();
  }

  @Test
  void sequencesDoNotSeeEachOther() {
    EncoderLayerCase layer = new EncoderLayerCase(48, 3, 70, 5, 1, 40, 17, 8);
    int[][] together = layer.run(kernels());
    int[] starts = Values.cumulative(layer.lengths());
    for (int s = 0; s < layer.lengths().length; s++) {
      Matrix alone = layer.input().rows(starts[s], starts[s + 1]);
      Matrix copy =
          Matrix.of(
              Arrays.copyOfRange(alone.data(), alone.offset(), alone.offset() + alone.rows() * 48),
              alone.rows(),
              48);
      int[][] bits = layer.run(kernels(), copy, alone.rows());
      assertThat(bits[0])
          .isEqualTo(Arrays.copyOfRange(together[0], starts[s] * 48, starts[s + 1] * 48));
      assertThat(bits[1]).isEqualTo(Arrays.copyOfRange(together[1], s * 48, (s + 1) * 48));
    }
  }

  @Test
  void anEmptySequenceChangesNothing() {
    Matrix packed = Values.gaussian(random, 9, 3 * 16, 1);
    Matrix expected = Matrix.allocate(9, 16);
    attend(attentionInputs(packed, 2, 0, 4, 9), expected);
    Matrix context = Matrix.allocate(9, 16);
    attend(attentionInputs(packed, 2, 0, 0, 4, 4, 9, 9), context);
    assertThat(Values.bits(context)).isEqualTo(Values.bits(expected));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 15, 16, 17, 33, 64, 511, 1025})
  void softmaxSumsInSixteenLanes(int n) {
    for (float deviation : new float[] {1e-3f, 1, 30, 1000}) {
      Matrix scores = Values.guarded(Values.gaussian(random, 5, n, deviation));
      float[][] expected = new float[5][];
      for (int i = 0; i < 5; i++) {
        expected[i] = ElementOracle.softmax(ElementOracle.row(scores, i), 0.3f);
      }
      kernels().softmax(scores, 0.3f, scratch);
      for (int i = 0; i < 5; i++) {
        assertThat(ElementOracle.row(scores, i)).containsExactly(expected[i]);
      }
      assertThat(Values.guardsStand(scores)).isTrue();
    }
  }

  @Test
  void softmaxOfSpecialScores() {
    assertThat(softmax(3f, 3f, 3f, 3f)).containsOnly(0.25f);
    assertThat(softmax(-0f, 0f)).containsOnly(0.5f);
    assertThat(softmax(0f, -86.9f)[1]).isPositive();
    assertThat(softmax(0f, -87.1f)).containsExactly(1f, 0f);
    assertThat(softmax(0f, Float.NEGATIVE_INFINITY)).containsExactly(1f, 0f);
    assertThat(softmax(1e8f, 0f)).containsExactly(1f, 0f);
    assertThat(softmax(Float.MIN_VALUE, -Float.MIN_VALUE)).containsOnly(0.5f);
  }

  @Test
  void softmaxThatCannotBeRightIsNotANumber() {
    assertThat(softmax(0f, Float.NaN)).containsOnly(Float.NaN);
    assertThat(softmax(0f, Float.POSITIVE_INFINITY)).containsOnly(Float.NaN);
    assertThat(softmax(Float.NEGATIVE_INFINITY)).containsOnly(Float.NaN);
    Matrix scores = Matrix.of(new float[] {3.3333e30f, 1f}, 1, 2);
    kernels().softmax(scores, 0.3f, scratch);
    assertThat(scores.data()[0]).isIn(1f, Float.NaN);
  }

  /** As many as take another way to the largest. */
  @ParameterizedTest
  @ValueSource(ints = {128, 200, 513})
  void softmaxOfManySpecialScores(int n) {
    assertThat(softmaxOfMany(n, -2f, -2f)).containsOnly(1f / n);
    assertThat(softmaxOfMany(n, -0f, -0f)).containsOnly(1f / n);
    assertThat(softmaxOfMany(n, -0f, 0f)).containsOnly(1f / n);
    assertThat(softmaxOfMany(n, -200f, -1e-3f)[n - 2]).isEqualTo(1f);
    assertThat(softmaxOfMany(n, -3e38f, 0f)[n - 2]).isEqualTo(1f);
    assertThat(softmaxOfMany(n, Float.NEGATIVE_INFINITY, -5f)[n - 2]).isEqualTo(1f);
    assertThat(softmaxOfMany(n, 0f, Float.NaN)).containsOnly(Float.NaN);
    float negativeNaN = Float.intBitsToFloat(0xffc12345);
    assertThat(softmaxOfMany(n, 0f, negativeNaN)).containsOnly(Float.NaN);
    assertThat(softmaxOfMany(n, -1f, Float.POSITIVE_INFINITY)).containsOnly(Float.NaN);
    assertThat(softmaxOfMany(n, Float.NEGATIVE_INFINITY, Float.NEGATIVE_INFINITY))
        .containsOnly(Float.NaN);
  }

  /** Of {@code n} equal scores and, the last but one, another. */
  private float[] softmaxOfMany(int n, float score, float other) {
    float[] scores = new float[n];
    Arrays.fill(scores, score);
    scores[n - 2] = other;
    return softmax(scores);
  }

  private float[] softmax(float... scores) {
    kernels().softmax(Matrix.of(scores, 1, scores.length), 1f, scratch);
    return scores;
  }

  @Test
  void geluOfEveryMagnitude() {
    Matrix values = Values.guarded(Values.ofEveryMagnitude(random, 300, 301));
    Matrix before = Values.guarded(values);
    kernels().gelu(values);
    for (int i = 0; i < values.rows(); i++) {
      for (int j = 0; j < values.columns(); j++) {
        assertThat(Float.floatToIntBits(values.at(i, j)))
            .isEqualTo(Float.floatToIntBits(ScalarMath.gelu(before.at(i, j))));
      }
    }
    assertThat(Values.guardsStand(values)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 15, 16, 17, 100, 384, 1000})
  void layerNormSumsInSixteenLanes(int n) {
    Normalization normalization =
        new Normalization(Values.gaussian(random, n, 1), Values.gaussian(random, n, 1), 1e-5);
    Matrix input = Values.guarded(Values.gaussian(random, 3, n, 5));
    Matrix output = Values.guarded(3, n);
    kernels().layerNorm(input, normalization, output, scratch);
    for (int i = 0; i < 3; i++) {
      float[] expected = ElementOracle.layerNorm(ElementOracle.row(input, i), normalization);
      assertThat(ElementOracle.row(output, i)).containsExactly(expected);
    }
    assertThat(Values.guardsStand(output)).isTrue();
    kernels().layerNorm(input, normalization, input, scratch);
    assertThat(Values.bits(input)).isEqualTo(Values.bits(output));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 15, 16, 17, 100, 384})
  void addLayerNormAddsFirst(int n) {
    Normalization normalization =
        new Normalization(Values.gaussian(random, n, 1), Values.gaussian(random, n, 1), 1e-12);
    Matrix branch = Values.guarded(Values.gaussian(random, 3, n, 1));
    Matrix hidden = Values.guarded(Values.gaussian(random, 3, n, 1));
    Matrix sum = Matrix.allocate(3, n);
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < n; j++) {
        sum.data()[i * n + j] = branch.at(i, j) + hidden.at(i, j);
      }
    }
    kernels().layerNorm(sum, normalization, sum, scratch);
    kernels().addLayerNorm(branch, normalization, hidden, scratch);
    assertThat(Values.bits(hidden)).isEqualTo(Values.bits(sum));
    assertThat(Values.guardsStand(hidden)).isTrue();
  }

  @Test
  void overflowIsNotHidden() {
    Normalization plain = new Normalization(new float[] {1, 1}, new float[2], 1e-12);
    Matrix row = Matrix.of(new float[] {1e30f, -1e30f}, 1, 2);
    kernels().layerNorm(row, plain, row, scratch);
    assertThat(row.data()).containsOnly(Float.NaN);
    Matrix huge = Matrix.of(new float[] {1e30f, 1f}, 1, 2);
    kernels().normalizeRows(huge, scratch);
    assertThat(huge.data()).containsOnly(Float.NaN);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 15, 16, 17, 100, 384})
  void normalizeRowsMultipliesByOneReciprocal(int n) {
    Matrix rows = Values.guarded(Values.gaussian(random, 3, n, 4));
    float[][] expected = new float[3][];
    for (int i = 0; i < 3; i++) {
      expected[i] = ElementOracle.normalized(ElementOracle.row(rows, i));
    }
    kernels().normalizeRows(rows, scratch);
    for (int i = 0; i < 3; i++) {
      assertThat(ElementOracle.row(rows, i)).containsExactly(expected[i]);
    }
    assertThat(Values.guardsStand(rows)).isTrue();
    Matrix zeros = Matrix.allocate(1, n);
    kernels().normalizeRows(zeros, scratch);
    assertThat(zeros.data()).containsOnly(0f);
  }

  @Test
  void scaleAndAddPositions() {
    Matrix hidden = Values.guarded(Values.gaussian(random, 4, 35, 1));
    Matrix positions = Values.gaussian(random, 3, 35, 1);
    Matrix expected = Matrix.allocate(4, 35);
    for (int t = 0; t < 4; t++) {
      for (int i = 0; i < 35; i++) {
        expected.data()[t * 35 + i] = Math.fma(hidden.at(t, i), 1.7f, positions.at(t % 3, i));
      }
    }
    kernels().scaleAndAddPositions(hidden, 1.7f, positions, new int[] {0, 3, 4});
    assertThat(Values.bits(hidden)).isEqualTo(Values.bits(expected));
    assertThat(Values.guardsStand(hidden)).isTrue();
  }

  @Test
  void addEmbeddings() {
    Matrix words = Values.gaussian(random, 4, 5, 1);
    Matrix positions = Values.guarded(Values.gaussian(random, 3, 5, 1));
    float[] type = Values.gaussian(random, 5, 1);
    Matrix hidden = Values.guarded(words);
    kernels().addEmbeddings(hidden, type, positions, new int[] {0, 3, 4});
    int[] place = {0, 1, 2, 0};
    for (int t = 0; t < 4; t++) {
      for (int i = 0; i < 5; i++) {
        assertThat(hidden.at(t, i))
            .isEqualTo((words.at(t, i) + type[i]) + positions.at(place[t], i));
      }
    }
    assertThat(Values.guardsStand(hidden)).isTrue();
  }

  @Test
  void poolingRunsInTokenOrder() {
    Matrix hidden = Values.guarded(Values.gaussian(random, 6, 19, 3));
    int[] starts = {0, 1, 6};
    Matrix mean = Values.guarded(2, 19);
    kernels().meanPool(hidden, starts, mean);
    Matrix max = Values.guarded(2, 19);
    kernels().maxPool(hidden, starts, max);
    for (int i = 0; i < 19; i++) {
      assertThat(mean.at(0, i)).isEqualTo(hidden.at(0, i));
      assertThat(max.at(0, i)).isEqualTo(hidden.at(0, i));
      float sum = 0;
      float largest = Float.NEGATIVE_INFINITY;
      for (int t = 1; t < 6; t++) {
        sum += hidden.at(t, i);
        largest = Math.max(largest, hidden.at(t, i));
      }
      assertThat(mean.at(1, i)).isEqualTo(sum * (1f / 5));
      assertThat(max.at(1, i)).isEqualTo(largest);
    }
    assertThat(Values.guardsStand(mean) && Values.guardsStand(max)).isTrue();
  }

  @Test
  void finiteOrNot() {
    Matrix rows = Values.guarded(Values.ofEveryMagnitude(random, 3, 40));
    assertThat(kernels().allFinite(rows)).isTrue();
    for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      Matrix bad = Values.guarded(rows);
      bad.data()[bad.index(2) + 39] = value;
      assertThat(kernels().allFinite(bad)).isFalse();
      assertThat(kernels().allFinite(bad.rows(0, 2))).isTrue();
    }
  }

  @Test
  void shapesThatDoNotFitAreRefused() {
    Projection projection =
        Values.projection(kernels(), Matrix.allocate(4, 3), new float[4], Activation.NONE);
    Matrix three = Matrix.allocate(2, 3);
    Matrix four = Matrix.allocate(2, 4);
    refused(
        () -> kernels().linear(four, projection, four, scratch),
        "a map of 3 to 4 values does not fit rows of 4 and 4");
    refused(
        () -> kernels().linear(three, projection, four.rows(0, 1), scratch),
        "2 rows differ from 1 rows");
    refused(
        () -> kernels().linearTwice(three, projection, projection, four, scratch),
        "a map to 4 values does not fit one of 3");
    refused(
        () -> kernels().pack(four, projection.weights(), 0),
        "weights of 4 inputs do not fit a map of 3");
    refused(
        () -> kernels().pack(three, projection.weights(), 3),
        "2 outputs from output 3 on do not fit a map of 4");
    refused(
        () -> kernels().addEmbeddings(three, new float[3], three.rows(0, 1), new int[] {0, 2}),
        "sequence 0 of 2 tokens exceeds the 1 positions");
    refused(
        () -> kernels().meanPool(three, new int[] {0, 2, 2}, three),
        "sequence 1 runs from token 2 to 2");
    refused(
        () -> kernels().maxPool(three, new int[] {0, 1}, three.rows(0, 1)),
        "cumulative lengths end at 1, not at the 2 tokens");
    Normalization normalization = new Normalization(new float[2], new float[2], 0);
    refused(
        () -> kernels().layerNorm(three, normalization, three, scratch),
        "a gain of 2 values does not fit rows of 3");
  }

  private static void refused(Runnable call, String message) {
    assertThatThrownBy(call::run).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }
}
