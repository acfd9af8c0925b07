package io.heed.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.heed.tensor.Matrix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
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

  @ParameterizedTest
  @ValueSource(ints = {1, 17, 383, 384, 385, 1000})
  void linearGatedEqualsTwoMapsTheirProductAndAnother(int between) {
    for (int rows : new int[] {0, 1, 8, 13}) {
      for (int width : new int[] {1, 50, 400}) {
        checkLinearGated(rows, width, between, Activation.GELU, Activation.NONE);
        checkLinearGated(rows, width, between, Activation.NONE, Activation.SILU);
      }
    }
  }

  private void checkLinearGated(
      int rows, int width, int between, Activation gateThen, Activation innerThen) {
    Matrix input = Values.gaussian(random, rows, width, 1);
    Projection gate = randomProjection(between, width, gateThen);
    Projection inner = randomProjection(between, width, innerThen);
    Projection outer = randomProjection(width + 3, between, Activation.NONE);
    Matrix factors = Matrix.allocate(rows, between);
    Matrix wide = Matrix.allocate(rows, between);
    Matrix expected = Matrix.allocate(rows, width + 3);
    kernels().linear(input, gate, factors, scratch);
    kernels().linear(input, inner, wide, scratch);
    kernels().multiply(factors, wide);
    kernels().linear(wide, outer, expected, scratch);
    Matrix output = Values.guarded(rows, width + 3);
    kernels().linearGated(Values.guarded(input), gate, inner, outer, output, scratch);
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
    Matrix fromParts = Matrix.allocate(150, 40);
    kernels().gather(parts, IntStream.range(0, 150).toArray(), 150, fromParts);
    assertThat(fromParts.data()).isEqualTo(weights.data());
    Matrix input = Values.gaussian(random, 9, 40, 1);
    assertThat(linear(input, parts)).isEqualTo(linear(input, whole));
    assertThat(whole.bytes()).isGreaterThanOrEqualTo(150 * 40 * Float.BYTES);
  }

  private int[] linear(Matrix input, PackedMatrix weights) {
    Matrix output = Matrix.allocate(input.rows(), weights.outputs());
    Projection map = new Projection(weights, new float[weights.outputs()], Activation.NONE);
    kernels().linear(input, map, output, scratch);
    return Values.bits(output);
  }

  @Test
  void weightsPackedTransposedInPartsEqualTheOthers() {
    Matrix weights = Values.gaussian(random, 150, 40, 1);
    Matrix transposed = Values.guarded(40, 150);
    for (int i = 0; i < 150; i++) {
      for (int j = 0; j < 40; j++) {
        transposed.data()[transposed.index(j) + i] = weights.at(i, j);
      }
    }
    PackedMatrix packed = kernels().allocate(150, 40);
    kernels().packTransposed(transposed.columns(101, 150), packed, 101);
    kernels().packTransposed(transposed.columns(0, 50), packed, 0);
    kernels().packTransposed(transposed.columns(50, 101), packed, 50);
    Matrix rows = Matrix.allocate(150, 40);
    kernels().gather(packed, IntStream.range(0, 150).toArray(), 150, rows);
    assertThat(rows.data()).isEqualTo(weights.data());
  }

  @Test
  void valuesOfTokensAreDroppedByTheirPlace() {
    Dropout dropout = new Dropout(0.3, 4).ofSequences(5, 9, 2).fromHead(3);
    int[] starts = {0, 3, 3, 20};
    for (int columns : SIZES) {
      Matrix rows = Values.guarded(Values.gaussian(random, 20, columns, 1));
      float[] expected = rows.data().clone();
      for (int t = 0; t < 20; t++) {
        int sequence = t < 3 ? 0 : 2;
        int query = t - starts[sequence];
        dropout.apply(sequence, 0, query, expected, rows.index(t), columns);
      }
      kernels().drop(dropout, starts, rows);
      assertThat(rows.data()).containsExactly(expected);
      kernels().drop(Dropout.NONE, starts, rows);
      assertThat(rows.data()).containsExactly(expected);
    }
  }

  @Test
  void aCacheTakesNoMoreThanIsPlannedForIt() {
    for (int headWidth : new int[] {1, 5, 31, 32, 33, 64, 100}) {
      for (int heads : new int[] {1, 3}) {
        KeyValues cache = kernels().allocateKeyValues(heads, headWidth, 640);
        assertThat(cache.heads()).isEqualTo(heads);
        assertThat(cache.headWidth()).isEqualTo(headWidth);
        assertThat(cache.places()).isEqualTo(640);
        long beforeTheFirst = 2L * heads * Panels.ORIGIN * Float.BYTES;
        assertThat(cache.bytes())
            .isBetween(
                2L * heads * headWidth * 640 * Float.BYTES,
                640 * KeyValues.bytesPerToken(heads, headWidth) + beforeTheFirst);
      }
    }
  }

  @Test
  void whatOtherKernelsMadeIsRefusedAtTheEntrance() {
    PackedMatrix foreign = new ForeignMatrix(4, 3);
    Projection map = new Projection(foreign, new float[4], Activation.NONE);
    Projection back = new Projection(new ForeignMatrix(3, 4), new float[3], Activation.NONE);
    Matrix three = Matrix.allocate(2, 3);
    Matrix four = Matrix.allocate(2, 4);
    for (Runnable call :
        List.<Runnable>of(
            () -> kernels().pack(Matrix.allocate(4, 3), foreign, 0),
            () -> kernels().gather(foreign, new int[] {0, 1}, 2, three),
            () -> kernels().linear(three, map, four, scratch),
            () -> kernels().linearTwice(three, map, back, three, scratch))) {
      refused(
          call,
          "weights of the class io.heed.kernel.KernelsContract$ForeignMatrix come from other"
              + " kernels, these pack them in panels");
    }
    CachedInputs inputs =
        new CachedInputs(
            four,
            four,
            four,
            new int[] {0, 2},
            2,
            2,
            new ForeignKeyValues(2, 2, 32),
            0,
            new int[1],
            new int[1]);
    refused(
        () -> kernels().attentionCached(inputs, four, scratch),
        "keys of the class io.heed.kernel.KernelsContract$ForeignKeyValues come from other kernels,"
            + " these pack them in panels");
  }

  private record ForeignMatrix(int outputs, int inputs) implements PackedMatrix {
    @Override
    public long bytes() {
      return 0;
    }
  }

  private record ForeignKeyValues(int heads, int headWidth, int places) implements KeyValues {
    @Override
    public long bytes() {
      return 0;
    }
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

  @ParameterizedTest
  @CsvSource({"1, 2, 5", "2, 3, 32", "3, 4, 21", "1, 8, 64"})
  void sharedKeysAreThoseOfEachHeadThatSharesThem(int keyValueHeads, int sharing, int headWidth) {
    int heads = keyValueHeads * sharing;
    int valueWidth = headWidth + 2;
    int[] queryStarts = {0, 3, 3, 20};
    int[] keyStarts = {0, 40, 41, 58};
    Matrix queries = Values.guarded(Values.gaussian(random, 20, heads * headWidth, 1));
    Matrix keys = Values.guarded(Values.gaussian(random, 58, keyValueHeads * headWidth, 1));
    Matrix values = Values.guarded(Values.gaussian(random, 58, keyValueHeads * valueWidth, 1));
    AttentionInputs shared =
        new AttentionInputs(queries, keys, values, queryStarts, keyStarts, heads, keyValueHeads);
    AttentionInputs repeated =
        new AttentionInputs(
            queries,
            repeated(keys, headWidth, sharing),
            repeated(values, valueWidth, sharing),
            queryStarts,
            keyStarts,
            heads);
    RelativeBias bias = new RelativeBias(Values.gaussian(random, heads, 99, 1));
    AttentionRule rule =
        new AttentionRule(
                ScoreFunction.scaledDot(headWidth), AttentionMask.causal(), new Dropout(0.2, 3))
            .withBias(Optional.of(bias));
    Matrix context = Values.guarded(20, heads * valueWidth);
    Matrix expected = Values.guarded(20, heads * valueWidth);
    kernels().attention(shared, rule, AttentionOutputs.of(context), scratch);
    kernels().attention(repeated, rule, AttentionOutputs.of(expected), scratch);
    assertThat(Values.bits(context)).isEqualTo(Values.bits(expected));
    assertThat(Values.guardsStand(context)).isTrue();
  }

  /** Each head of {@code width} columns as often as it is shared. */
  private static Matrix repeated(Matrix heads, int width, int times) {
    Matrix repeated = Matrix.allocate(heads.rows(), heads.columns() * times);
    for (int i = 0; i < repeated.rows(); i++) {
      for (int j = 0; j < repeated.columns(); j++) {
        int column = j / width / times * width + j % width;
        repeated.data()[repeated.index(i) + j] = heads.at(i, column);
      }
    }
    return repeated;
  }

  @Test
  void headsThatCannotShareKeysAreTold() {
    Matrix six = Matrix.allocate(1, 6);
    Matrix four = Matrix.allocate(1, 4);
    int[] starts = {0, 1};
    refused(
        () -> new AttentionInputs(six, four, four, starts, starts, 3, 2),
        "3 heads of queries cannot share 2 of keys and values");
    refused(
        () -> new AttentionInputs(six, four, four, starts, starts, 6, 2),
        "queries of width 6 do not fit keys of width 4");
    refused(
        () -> new AttentionInputs(six, four, four, starts, starts, 2, 2),
        "queries of width 6 do not fit keys of width 4");
  }

  /** Masks [2, 4, 4] of zeros, of which -1e9 in every place makes weights of 1/4. */
  @Test
  void aMaskOfZerosGivesUniformWeightsWhereThatIsAskedFor() {
    AttentionMask zeros = AttentionMask.explicit(List.of(new int[4][4], new int[4][4]));
    Matrix values = Values.gaussian(random, 8, 6, 1);
    AttentionInputs inputs =
        AttentionInputs.within(
            Values.gaussian(random, 8, 6, 1),
            Values.gaussian(random, 8, 6, 1),
            values,
            new int[] {0, 4, 8},
            2);
    Matrix context = Matrix.allocate(8, 6);
    AttentionWeights weights =
        AttentionWeights.allocate(inputs.queryStarts(), inputs.keyStarts(), 2);
    AttentionOutputs outputs = new AttentionOutputs(context, Optional.of(weights));
    ScoreFunction score = ScoreFunction.scaledDot(3);
    kernels()
        .attention(
            inputs, AttentionRule.of(score, zeros.uniformWhereNoneIsSeen()), outputs, scratch);
    assertThat(weights.data()).hasSize(2 * 2 * 4 * 4).containsOnly(0.25f);
    for (int t = 0; t < 8; t++) {
      for (int i = 0; i < 6; i++) {
        float sum = 0;
        for (int key = t / 4 * 4; key < t / 4 * 4 + 4; key++) {
          sum += values.at(key, i);
        }
        assertThat(context.at(t, i)).isEqualTo(sum / 4);
      }
    }
    kernels().attention(inputs, AttentionRule.of(score, zeros), outputs, scratch);
    assertThat(weights.data()).containsOnly(0);
    assertThat(context.data()).containsOnly(0);
  }

  /** Across blocks along k, panels and lanes, with weights and without, and under dropout. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 15, 16, 64, 200, 383, 500})
  void aWindowHasTheBitsOfAMaskThatHidesTheSame(int reach) {
    int[] starts = {0, 1, 41, 426, 1226};
    int rows = starts[starts.length - 1];
    Matrix packed = Values.gaussian(random, rows, 3 * 2 * 20, 1);
    AttentionInputs inputs = attentionInputs(packed, 2, starts);
    RelativeBias bias = new RelativeBias(Values.gaussian(random, 2, 2 * 800 - 1, 1));
    List<int[][]> grids = new ArrayList<>();
    for (int s = 0; s < inputs.sequences(); s++) {
      int n = inputs.keyCount(s);
      int[][] grid = new int[n][n];
      for (int q = 0; q < n; q++) {
        Arrays.fill(grid[q], Math.max(0, q - reach), Math.min(n, q + reach + 1), 1);
      }
      grids.add(grid);
    }
    for (Dropout dropout : List.of(Dropout.NONE, new Dropout(0.3, 5))) {
      ScoreFunction score = ScoreFunction.scaledDot(20);
      AttentionRule window =
          new AttentionRule(score, AttentionMask.window(reach), dropout)
              .withBias(Optional.of(bias));
      AttentionRule masked =
          new AttentionRule(score, AttentionMask.explicit(grids), dropout)
              .withBias(Optional.of(bias));
      Matrix context = Values.guarded(rows, 40);
      Matrix expected = Matrix.allocate(rows, 40);
      AttentionWeights weights = AttentionWeights.allocate(starts, starts, 2);
      AttentionWeights all = AttentionWeights.allocate(starts, starts, 2);
      Arrays.fill(weights.data(), 7f);
      kernels()
          .attention(inputs, window, new AttentionOutputs(context, Optional.of(weights)), scratch);
      kernels()
          .attention(inputs, masked, new AttentionOutputs(expected, Optional.of(all)), scratch);
      assertThat(Values.bits(context)).isEqualTo(Values.bits(expected));
      assertThat(weights.data()).isEqualTo(all.data());
      assertThat(Values.guardsStand(context)).isTrue();
      kernels().attention(inputs, window, AttentionOutputs.of(context), scratch);
      assertThat(Values.bits(context)).isEqualTo(Values.bits(expected));
    }
  }

  @Test
  void aWindowThatReachesNowhereIsRefused() {
    refused(() -> AttentionMask.window(-1), "a window that reaches -1 keys to each side is none");
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
  @ValueSource(ints = {0, 1, 2, 7, 8, 15, 16, 17, 31, 32, 33, 65, 383, 384, 385, 769})
  void batchedProductsAreOneChainForEachElement(int depth) {
    for (int n : new int[] {1, 2, 3}) {
      for (int rows : new int[] {0, 1, 2, 7, 8, 9}) {
        for (int columns : new int[] {1, 6, 15, 16, 17, 31, 32, 33, 70}) {
          checkBatch(n, rows, depth, columns);
        }
      }
    }
  }

  /** The shapes of the textbook's example. */
  @Test
  void batchedProductsOfTwoPairs() {
    checkBatch(2, 1, 4, 6);
    checkBatch(0, 0, 4, 0);
    Matrix left = Matrix.of(new float[] {1, 2, 3, 4, -1, 0, 0.5f, 2}, 2, 4);
    Matrix right = Matrix.allocate(8, 6);
    for (int i = 0; i < 48; i++) {
      right.data()[i] = i;
    }
    Matrix output = Matrix.allocate(2, 6);
    kernels().multiplyBatch(left, right, 2, output, scratch);
    assertThat(output.data())
        .containsExactly(120, 130, 140, 150, 160, 170, 78, 79.5f, 81, 82.5f, 84, 85.5f);
  }

  private void checkBatch(int n, int rows, int depth, int columns) {
    Matrix left = Values.guarded(Values.gaussian(random, n * rows, depth, 2));
    Matrix right = Values.guarded(Values.gaussian(random, n * depth, columns, 1));
    Matrix output = Values.guarded(n * rows, columns);
    kernels().multiplyBatch(left, right, n, output, scratch);
    for (int i = 0; i < n; i++) {
      assertThat(Values.bits(output.rows(i * rows, (i + 1) * rows)))
          .as("product %d of %d of %d x %d x %d", i, n, rows, depth, columns)
          .isEqualTo(
              Values.bits(
                  ElementOracle.product(
                      left.rows(i * rows, (i + 1) * rows),
                      right.rows(i * depth, (i + 1) * depth))));
    }
    assertThat(Values.guardsStand(output)).isTrue();
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

  @ParameterizedTest
  @EnumSource
  void activationsOfEveryMagnitude(Activation activation) {
    Matrix values = Values.guarded(Values.ofEveryMagnitude(random, 300, 301));
    Matrix before = Values.guarded(values);
    kernels().activate(activation, values);
    for (int i = 0; i < values.rows(); i++) {
      for (int j = 0; j < values.columns(); j++) {
        assertThat(Float.floatToIntBits(values.at(i, j)))
            .isEqualTo(Float.floatToIntBits(ScalarMath.activate(activation, before.at(i, j))));
      }
    }
    assertThat(Values.guardsStand(values)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 16, 17, 300, 1025})
  void logSumExpIsCloseToFloat64AndToTheBitTheReference(int n) {
    for (float deviation : new float[] {1e-3f, 1, 30, 1000}) {
      Matrix scores = Values.guarded(Values.gaussian(random, 5, n, deviation));
      Matrix before = Values.guarded(scores);
      double[] sums = new double[5];
      kernels().logSumExp(scores, sums, scratch);
      double[] expected = new double[5];
      new ReferenceKernels().logSumExp(before, expected, new Scratch());
      assertThat(sums).containsExactly(expected);
      for (int i = 0; i < 5; i++) {
        float[] row = ElementOracle.row(scores, i);
        double max = IntStream.range(0, n).mapToDouble(j -> row[j]).max().orElseThrow();
        double sum = IntStream.range(0, n).mapToDouble(j -> Math.exp(row[j] - max)).sum();
        assertThat(sums[i]).isCloseTo(max + Math.log(sum), within(1e-6 * Math.max(1, max)));
      }
      assertThat(Values.bits(scores)).isEqualTo(Values.bits(before));
    }
  }

  @Test
  void logSumExpThatCannotBeRightIsNotANumber() {
    float[][] rows = {
      {0, Float.NaN}, {0, Float.POSITIVE_INFINITY}, {Float.NEGATIVE_INFINITY, -0f}, {1, 1}
    };
    double[] sums = new double[1];
    double[] results = new double[rows.length];
    for (int i = 0; i < rows.length; i++) {
      kernels().logSumExp(Matrix.of(rows[i], 1, 2), sums, scratch);
      results[i] = sums[0];
    }
    assertThat(results).containsExactly(Double.NaN, Double.NaN, 0, 1 + StrictMath.log(2));
  }

  @Test
  void gatherCopiesRowsOutOfPackedWeights() {
    Matrix weights = Values.gaussian(random, 150, 40, 1);
    PackedMatrix packed = kernels().allocate(150, 40);
    kernels().pack(weights, packed, 0);
    int[] rows = {149, 0, 64, 64, 7};
    Matrix output = Values.guarded(4, 40);
    kernels().gather(packed, rows, 4, output);
    for (int i = 0; i < 4; i++) {
      assertThat(ElementOracle.row(output, i)).containsExactly(ElementOracle.row(weights, rows[i]));
    }
    assertThat(Values.guardsStand(output)).isTrue();
    assertThatThrownBy(() -> kernels().gather(packed, new int[] {150}, 1, output.rows(0, 1)))
        .hasMessage("row 150 is not in a table of 150 rows");
  }

  @ParameterizedTest
  @MethodSource("cachedAttention")
  void cachedAttentionHasTheBitsOfAttentionOverTheWholeSequence(
      int headWidth, int keyValueHeads, int sharing, int length) {
    int heads = keyValueHeads * sharing;
    int width = heads * headWidth;
    int shared = keyValueHeads * headWidth;
    int sequences = 3;
    int run = (length / KeyValues.RUN_MULTIPLE + 1) * KeyValues.RUN_MULTIPLE;
    KeyValues cache = kernels().allocateKeyValues(keyValueHeads, headWidth, sequences * run);
    Matrix[] packed = new Matrix[sequences];
    Matrix[] expected = new Matrix[sequences];
    for (int s = 0; s < sequences; s++) {
      packed[s] = Values.guarded(Values.gaussian(random, length, width + 2 * shared, 1.5));
      expected[s] = Matrix.allocate(length, width);
      int[] starts = {0, length};
      AttentionInputs inputs =
          new AttentionInputs(
              packed[s].columns(0, width),
              packed[s].columns(width, width + shared),
              packed[s].columns(width + shared, width + 2 * shared),
              starts,
              starts,
              heads,
              keyValueHeads);
      AttentionRule rule =
          AttentionRule.of(ScoreFunction.scaledDot(headWidth), AttentionMask.causal());
      kernels().attention(inputs, rule, AttentionOutputs.of(expected[s]), scratch);
    }
    // Sequences of places that do not follow their order, in steps of unlike numbers of tokens.
    int[] runs = {2 * run, 0, run};
    int[] cached = new int[sequences];
    while (Arrays.stream(cached).sum() < sequences * length) {
      int[] starts = new int[sequences + 1];
      for (int s = 0; s < sequences; s++) {
        int most = 1 + random.nextInt(1 + length / 3);
        starts[s + 1] = starts[s] + Math.min(length - cached[s], random.nextInt(most + 1));
      }
      checkCachedStep(packed, expected, starts, sharing, cache, runs, cached);
      for (int s = 0; s < sequences; s++) {
        cached[s] += starts[s + 1] - starts[s];
      }
    }
  }

  static Stream<Arguments> cachedAttention() {
    return Stream.of(
        Arguments.of(32, 2, 1, 1),
        Arguments.of(5, 4, 1, 30),
        Arguments.of(5, 2, 3, 30),
        Arguments.of(64, 2, 1, 70),
        Arguments.of(64, 2, 4, 70),
        Arguments.of(20, 2, 1, 400),
        Arguments.of(20, 4, 2, 400),
        Arguments.of(32, 2, 1, 800));
  }

  /** The heads in two calls, as where their projections are computed apart. */
  private void checkCachedStep(
      Matrix[] packed,
      Matrix[] expected,
      int[] starts,
      int sharing,
      KeyValues cache,
      int[] runs,
      int[] cached) {
    int shared = cache.heads() * cache.headWidth();
    int width = shared * sharing;
    int tokens = starts[starts.length - 1];
    Matrix step = Matrix.allocate(tokens, width + 2 * shared);
    for (int s = 0; s < runs.length; s++) {
      for (int t = starts[s]; t < starts[s + 1]; t++) {
        float[] row = ElementOracle.row(packed[s], cached[s] + t - starts[s]);
        System.arraycopy(row, 0, step.data(), step.index(t), row.length);
      }
    }
    Matrix context = Values.guarded(tokens, width);
    int half = cache.heads() / 2;
    for (int from = 0; from < cache.heads(); from += half) {
      int at = from * cache.headWidth();
      int end = (from + half) * cache.headWidth();
      CachedInputs inputs =
          new CachedInputs(
              step.columns(at * sharing, end * sharing),
              step.columns(width + at, width + end),
              step.columns(width + shared + at, width + shared + end),
              starts,
              half * sharing,
              half,
              cache,
              from,
              runs,
              cached);
      kernels().attentionCached(inputs, context.columns(at * sharing, end * sharing), scratch);
    }
    for (int s = 0; s < runs.length; s++) {
      int end = cached[s] + starts[s + 1] - starts[s];
      assertThat(Values.bits(context.rows(starts[s], starts[s + 1])))
          .as("sequence %d, tokens %d to %d", s, cached[s], end)
          .isEqualTo(Values.bits(expected[s].rows(cached[s], end)));
    }
    assertThat(Values.guardsStand(context)).isTrue();
  }

  @Test
  void tokensWithoutPlacesAreTold() {
    KeyValues cache = kernels().allocateKeyValues(2, 8, 64);
    Matrix rows = Matrix.allocate(3, 16);
    int[] starts = {0, 3};
    assertThatThrownBy(
            () ->
                new CachedInputs(
                    rows, rows, rows, starts, 2, 2, cache, 0, new int[] {32}, new int[] {30}))
        .hasMessage("sequence 0: 30 cached and 3 new tokens from place 32 on do not fit 64 places");
    assertThatThrownBy(
            () ->
                new CachedInputs(
                    rows, rows, rows, starts, 2, 2, cache, 1, new int[] {0}, new int[] {0}))
        .hasMessage("2 heads of width 8 from head 1 on do not fit a cache of 2 heads of width 8");
    assertThatThrownBy(() -> kernels().allocateKeyValues(2, 8, 60))
        .hasMessage(
            "2 heads of width 8 and 60 places, not a multiple of 32, make no room for keys");
  }

  @ParameterizedTest
  @CsvSource({"1, 2", "3, 6", "7, 20", "16, 32", "17, 40", "32, 64", "50, 100"})
  void rotationTurnsThePairsOfEveryHead(int pairs, int headWidth) {
    Matrix heads = Values.guarded(Values.gaussian(random, 9, 3 * headWidth, 1));
    Matrix before = Values.guarded(heads);
    Rotation rotation =
        new Rotation(Values.gaussian(random, 20, pairs, 1), Values.gaussian(random, 20, pairs, 1));
    kernels().rotate(heads, headWidth, rotation, 11);
    for (int t = 0; t < 9; t++) {
      for (int j = 0; j < heads.columns(); j++) {
        int k = j % headWidth;
        float expected = before.at(t, j);
        if (k < 2 * pairs) {
          float cosine = rotation.cosines().at(11 + t, k % pairs);
          float sine = rotation.sines().at(11 + t, k % pairs);
          float other = before.at(t, k < pairs ? j + pairs : j - pairs) * sine;
          expected = Math.fma(expected, cosine, k < pairs ? -other : other);
        }
        assertThat(heads.at(t, j)).isEqualTo(expected);
      }
    }
    assertThat(Values.guardsStand(heads)).isTrue();
  }

  @Test
  void rotationsThatDoNotFitAreTold() {
    Matrix heads = Matrix.allocate(2, 12);
    Rotation rotation = new Rotation(Matrix.allocate(5, 3), Matrix.allocate(5, 3));
    refused(
        () -> kernels().rotate(heads, 5, rotation, 0),
        "a rotation of 3 pairs does not fit heads of width 5 in rows of 12");
    refused(
        () -> kernels().rotate(heads, 7, rotation, 0),
        "a rotation of 3 pairs does not fit heads of width 7 in rows of 12");
    refused(
        () -> kernels().rotate(heads, 6, rotation, 4),
        "2 tokens from position 4 on do not fit a rotation of 5");
    refused(
        () -> kernels().rotate(heads, 6, rotation, -1),
        "2 tokens from position -1 on do not fit a rotation of 5");
    refused(
        () -> new Rotation(Matrix.allocate(5, 3), Matrix.allocate(4, 3)),
        "5 x 3 differs from 4 x 3");
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

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 15, 16, 17, 100, 384, 1000})
  void rmsNormSumsInSixteenLanes(int n) {
    RmsNormalization normalization = new RmsNormalization(Values.gaussian(random, n, 1), 1e-6);
    Matrix input = Values.guarded(Values.gaussian(random, 3, n, 5));
    Matrix output = Values.guarded(3, n);
    kernels().rmsNorm(input, normalization, output, scratch);
    for (int i = 0; i < 3; i++) {
      float[] row = ElementOracle.row(input, i);
      float[] expected = ElementOracle.rmsNorm(row, normalization);
      assertThat(ElementOracle.row(output, i)).containsExactly(expected);
      double squares = IntStream.range(0, n).mapToDouble(j -> (double) row[j] * row[j]).sum();
      for (int j = 0; j < n; j++) {
        double exact = row[j] / Math.sqrt(squares / n + 1e-6) * normalization.gain()[j];
        assertThat((double) output.at(i, j)).isCloseTo(exact, within(1e-6 * (1 + Math.abs(exact))));
      }
    }
    assertThat(Values.guardsStand(output)).isTrue();
    kernels().rmsNorm(input, normalization, input, scratch);
    assertThat(Values.bits(input)).isEqualTo(Values.bits(output));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 15, 16, 17, 100})
  void multiplyTakesElementByElement(int n) {
    Matrix factors = Values.guarded(Values.gaussian(random, 3, n, 2));
    Matrix values = Values.guarded(Values.gaussian(random, 3, n, 2));
    Matrix before = Values.guarded(values);
    kernels().multiply(factors, values);
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < n; j++) {
        assertThat(values.at(i, j)).isEqualTo(factors.at(i, j) * before.at(i, j));
      }
    }
    assertThat(Values.guardsStand(values)).isTrue();
  }

  @Test
  void overflowIsNotHidden() {
    Matrix large = Matrix.of(new float[] {1e30f, 1f}, 1, 2);
    kernels().rmsNorm(large, new RmsNormalization(new float[] {1, 1}, 1e-6), large, scratch);
    assertThat(large.data()).containsOnly(Float.NaN);
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
  void addRows() {
    for (int width : new int[] {1, 5, 16, 35}) {
      Matrix words = Values.gaussian(random, 4, width, 1);
      Matrix table = Values.guarded(Values.gaussian(random, 3, width, 1));
      Matrix hidden = Values.guarded(words);
      int[] rows = {2, 0, 2, 1};
      kernels().addRows(table, rows, hidden);
      for (int t = 0; t < 4; t++) {
        for (int i = 0; i < width; i++) {
          assertThat(hidden.at(t, i)).isEqualTo(words.at(t, i) + table.at(rows[t], i));
        }
      }
      assertThat(Values.guardsStand(hidden)).isTrue();
    }
  }

  @Test
  void meansOfRowsAreThoseOfTheirCopies() {
    for (int width : new int[] {1, 15, 16, 83}) {
      Matrix table = Values.guarded(Values.gaussian(random, 7, width, 3));
      int[] rows = {6, 0, 6, 3, 1};
      Matrix copies = Matrix.allocate(rows.length, width);
      for (int t = 0; t < rows.length; t++) {
        System.arraycopy(table.data(), table.index(rows[t]), copies.data(), t * width, width);
      }
      Matrix expected = Matrix.allocate(2, width);
      kernels().meanPool(copies, new int[] {0, 1, 5}, expected);
      Matrix means = Values.guarded(3, width);
      kernels().meanRows(table, rows, new int[] {0, 1, 1, 5}, means);
      for (int i = 0; i < width; i++) {
        assertThat(means.at(0, i)).isEqualTo(expected.at(0, i));
        assertThat(means.at(1, i)).isZero();
        assertThat(means.at(2, i)).isEqualTo(expected.at(1, i));
      }
      assertThat(Values.guardsStand(means)).isTrue();
    }
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
        () -> kernels().multiplyBatch(four, three, 1, four, scratch),
        "1 products of 2 x 4 by 2 x 3 do not fit 2 x 4");
    refused(
        () -> kernels().multiplyBatch(three, three, 0, three, scratch),
        "0 products of 2 x 3 by 2 x 3 do not fit 2 x 3");
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
        () -> kernels().addRows(three, new int[] {1, 2}, three),
        "row 2 of token 1 is not in a table of 2");
    refused(
        () -> kernels().addRows(three, new int[] {-1, 0}, three),
        "row -1 of token 0 is not in a table of 2");
    refused(
        () -> kernels().addRows(three, new int[1], three), "1 numbers of rows do not fit 2 tokens");
    refused(
        () -> kernels().addRows(four, new int[2], three), "rows of 4 values do not fit rows of 3");
    refused(
        () -> kernels().meanPool(three, new int[] {0, 2, 2}, three),
        "sequence 1 runs from token 2 to 2");
    refused(
        () -> kernels().meanRows(three, new int[] {0, 2}, new int[] {0, 2}, three.rows(0, 1)),
        "row 2 of token 1 is not in a table of 2");
    refused(
        () -> kernels().meanRows(three, new int[2], new int[] {0, 2}, three),
        "1 sequences of width 3 do not fit 2 x 3");
    refused(
        () -> kernels().maxPool(three, new int[] {0, 1}, three.rows(0, 1)),
        "cumulative lengths end at 1, not at the 2 tokens");
    Normalization normalization = new Normalization(new float[2], new float[2], 0);
    refused(
        () -> kernels().rmsNorm(three, new RmsNormalization(new float[2], 0), three, scratch),
        "a gain of 2 values does not fit rows of 3");
    refused(() -> kernels().multiply(three, four), "2 x 3 differs from 2 x 4");
    refused(
        () -> kernels().layerNorm(three, normalization, three, scratch),
        "a gain of 2 values does not fit rows of 3");
  }

  private static void refused(Runnable call, String message) {
    assertThatThrownBy(call::run).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }
}
