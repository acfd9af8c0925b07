package io.heed.kernel;

import io.heed.tensor.Matrix;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * A small computation that meets every operation of which the SIMD kernels have a loop of their
 * own: odd sizes, more than one block along k, panels and rows that are not full.
 */
final class SelfCheck {
  private static final int[] CUMULATIVE_LENGTHS = {0, 1, 10, 67};
  private static final int TOKENS = 67;
  private static final int HEADS = 3;
  private static final int WIDTH = 60;
  private static final int HIDDEN = 403;

  /** Their maximum is found in another way than that of the few in attention. */
  private static final int MANY_SCORES = 141;

  private final Kernels kernels;
  private final Scratch scratch = new Scratch();
  private final SplittableRandom random = new SplittableRandom(1);
  private final Map<String, double[]> results = new LinkedHashMap<>();

  private SelfCheck(Kernels kernels) {
    this.kernels = kernels;
  }

  /** What {@code kernels} computes, by operation, in order. */
  static Map<String, double[]> run(Kernels kernels) {
    SelfCheck check = new SelfCheck(kernels);
    check.run();
    return check.results;
  }

  /** The name of the first operation whose bits differ, or the empty string. */
  static String firstDifference(Map<String, double[]> expected, Map<String, double[]> actual) {
    return expected.keySet().stream()
        .filter(operation -> !sameBits(expected.get(operation), actual.get(operation)))
        .findFirst()
        .orElse("");
  }

  private static boolean sameBits(double[] expected, double[] actual) {
    return Arrays.equals(expected, actual);
  }

  private void run() {
    Matrix hidden = keep("input", values(TOKENS, WIDTH, 4f));
    Matrix packed = Matrix.allocate(TOKENS, 3 * WIDTH);
    kernels.linear(hidden, projection(3 * WIDTH, WIDTH, Activation.NONE), packed, scratch);
    keep("linear", packed);
    Matrix context = Matrix.allocate(TOKENS, WIDTH);
    AttentionRule rule = AttentionRule.scaledDot(WIDTH / HEADS);
    kernels.attention(attentionInputs(packed), rule, AttentionOutputs.of(context), scratch);
    keep("attention", context);
    kernels.addLayerNorm(context, normalization(), hidden, scratch);
    keep("addLayerNorm", hidden);
    Projection inner = projection(HIDDEN, WIDTH, Activation.GELU);
    Projection outer = projection(WIDTH, HIDDEN, Activation.NONE);
    kernels.linearTwice(hidden, inner, outer, context, scratch);
    keep("linearTwice", context);
    kernels.linearGated(
        hidden, inner, projection(HIDDEN, WIDTH, Activation.NONE), outer, context, scratch);
    keep("linearGated", context);
    kernels.layerNorm(context, normalization(), hidden, scratch);
    keep("layerNorm", hidden);
    Matrix scaled = Matrix.allocate(TOKENS, WIDTH);
    kernels.rmsNorm(
        hidden, new RmsNormalization(values(1, WIDTH, 2f).data(), 1e-6), scaled, scratch);
    keep("rmsNorm", scaled);
    kernels.normalizeRows(hidden, scratch);
    keep("normalizeRows", hidden);
    Matrix scores = values(40, MANY_SCORES, 30f);
    kernels.softmax(scores, 0.5f, scratch);
    keep("softmax", scores);
    double[] sums = new double[scores.rows()];
    kernels.logSumExp(values(scores.rows(), MANY_SCORES, 30f), sums, scratch);
    results.put("logSumExp", sums);
    Matrix means = Matrix.allocate(2, WIDTH);
    kernels.meanRows(values(9, WIDTH, 4f), new int[] {8, 0, 8, 3}, new int[] {0, 1, 4}, means);
    keep("meanRows", means);
    for (Activation activation : Activation.values()) {
      Matrix all = values(64, 63, 12f);
      kernels.activate(activation, all);
      keep(activation.name(), all);
    }
    Matrix turned = values(TOKENS, WIDTH, 4f);
    int pairs = WIDTH / HEADS / 2;
    kernels.rotate(
        turned,
        WIDTH / HEADS,
        new Rotation(values(TOKENS, pairs, 2f), values(TOKENS, pairs, 2f)),
        0);
    keep("rotate", turned);
    Matrix dropped = values(TOKENS, WIDTH, 4f);
    kernels.drop(new Dropout(0.3, 2), CUMULATIVE_LENGTHS, dropped);
    keep("drop", dropped);
    keep("attentionCached", attendCached());
    List<ScoreFunction> functions =
        List.of(
            ScoreFunction.scaledDot(WIDTH / HEADS),
            ScoreFunction.gaussian(),
            ScoreFunction.additive(values(1, WIDTH, 2f).data()));
    for (ScoreFunction function : functions) {
      keep("attention of hidden keys, " + function.form(), attendHidden(function));
    }
    AttentionRule plain = AttentionRule.scaledDot(WIDTH / HEADS);
    RelativeBias bias = new RelativeBias(values(HEADS, 2 * TOKENS - 1, 4f));
    keep("attention with a bias", attend(plain.withBias(Optional.of(bias))));
    keep("attention with terms", attend(plain.withTerms(Optional.of(terms()))));
    keep("attention in a window", attend(AttentionRule.of(plain.score(), AttentionMask.window(5))));
    keep("attention with shared keys", attendShared());
    Matrix products = Matrix.allocate(2 * 9, WIDTH + 1);
    Matrix right = values(2 * HIDDEN, WIDTH + 1, 0.5f);
    kernels.multiplyBatch(values(2 * 9, HIDDEN, 2f), right, 2, products, scratch);
    keep("multiplyBatch", products);
  }

  /** Sequences of which one is padding as a whole, with weights that are dropped. */
  private Matrix attendHidden(ScoreFunction score) {
    Matrix context = Matrix.allocate(TOKENS, WIDTH);
    AttentionMask mask = AttentionMask.padding(0, 5, 57).uniformWhereNoneIsSeen();
    AttentionRule rule = new AttentionRule(score, mask, new Dropout(0.2, 1));
    AttentionInputs inputs = attentionInputs(values(TOKENS, 3 * WIDTH, 4f));
    kernels.attention(inputs, rule, AttentionOutputs.of(context), scratch);
    return context;
  }

  private RelativeTerms terms() {
    int[] rows = new int[2 * TOKENS - 1];
    Arrays.setAll(rows, i -> i / 2);
    return RelativeTerms.of(
        Optional.of(values(TOKENS, WIDTH, 1f)), Optional.of(values(TOKENS, WIDTH, 1f)), rows);
  }

  private Matrix attend(AttentionRule rule) {
    Matrix context = Matrix.allocate(TOKENS, WIDTH);
    AttentionInputs inputs = attentionInputs(values(TOKENS, 3 * WIDTH, 4f));
    kernels.attention(inputs, rule, AttentionOutputs.of(context), scratch);
    return context;
  }

  /** Three heads of queries that share one of keys and values. */
  private Matrix attendShared() {
    Matrix context = Matrix.allocate(TOKENS, WIDTH);
    int headWidth = WIDTH / HEADS;
    Matrix queries = values(TOKENS, WIDTH, 4f);
    Matrix shared = values(TOKENS, 2 * headWidth, 4f);
    AttentionInputs inputs =
        new AttentionInputs(
            queries,
            shared.columns(0, headWidth),
            shared.columns(headWidth, 2 * headWidth),
            CUMULATIVE_LENGTHS,
            CUMULATIVE_LENGTHS,
            HEADS,
            1);
    AttentionRule rule = AttentionRule.scaledDot(headWidth);
    kernels.attention(inputs, rule, AttentionOutputs.of(context), scratch);
    return context;
  }

  /** Two sequences that go on behind cached keys of more than one panel. */
  private Matrix attendCached() {
    int headWidth = WIDTH / HEADS;
    KeyValues cache = kernels.allocateKeyValues(HEADS, headWidth, 3 * KeyValues.RUN_MULTIPLE);
    int[] runs = {0, 2 * KeyValues.RUN_MULTIPLE};
    Matrix context = Matrix.allocate(2, WIDTH);
    int[] cached = {0, 0};
    for (int tokens : new int[] {57, 1}) {
      int[] starts = {0, tokens, tokens + 1};
      Matrix packed = values(tokens + 1, 3 * WIDTH, 4f);
      context = Matrix.allocate(tokens + 1, WIDTH);
      CachedInputs inputs =
          new CachedInputs(
              packed.columns(0, WIDTH),
              packed.columns(WIDTH, 2 * WIDTH),
              packed.columns(2 * WIDTH, 3 * WIDTH),
              starts,
              HEADS,
              HEADS,
              cache,
              0,
              runs,
              cached);
      kernels.attentionCached(inputs, context, scratch);
      cached = new int[] {tokens, 1};
    }
    return context;
  }

  private static AttentionInputs attentionInputs(Matrix packed) {
    return AttentionInputs.within(
        packed.columns(0, WIDTH),
        packed.columns(WIDTH, 2 * WIDTH),
        packed.columns(2 * WIDTH, 3 * WIDTH),
        CUMULATIVE_LENGTHS,
        HEADS);
  }

  private Matrix keep(String operation, Matrix result) {
    double[] values = new double[result.data().length];
    Arrays.setAll(values, i -> result.data()[i]);
    results.put(operation, values);
    return result;
  }

  private Projection projection(int outputs, int inputs, Activation activation) {
    PackedMatrix weights = kernels.allocate(outputs, inputs);
    kernels.pack(values(outputs, inputs, 0.5f), weights, 0);
    return new Projection(weights, values(1, outputs, 1f).data(), activation);
  }

  private Normalization normalization() {
    return new Normalization(values(1, WIDTH, 2f).data(), values(1, WIDTH, 1f).data(), 1e-12);
  }

  /** Evenly spread from {@code -range/2} to {@code range/2}. */
  private Matrix values(int rows, int columns, float range) {
    Matrix matrix = Matrix.allocate(rows, columns);
    for (int i = 0; i < matrix.data().length; i++) {
      matrix.data()[i] = (float) ((random.nextDouble() - 0.5) * range);
    }
    return matrix;
  }
}
