package io.heed.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.tensor.Matrix;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/**
 * Queries of some sequences that attend to keys of others, by one rule.
 *
 * @param rule by which they attend
 */
record AttentionCase(AttentionRule rule) {
  private static final int HEADS = 3;
  private static final int HEAD_WIDTH = 21;
  private static final int VALUE_WIDTH = 37;
  private static final int[] QUERIES = {0, 1, 10, 10, 27, 60, 61};
  private static final int[] KEYS = {0, 1, 18, 20, 20, 71, 471};
  private static final int SEQUENCES = QUERIES.length - 1;

  static Stream<Arguments> all() {
    Random random = new Random(11);
    List<Arguments> cases = new ArrayList<>();
    float[] vector = Values.gaussian(random, HEADS * HEAD_WIDTH, 1);
    List<ScoreFunction> scores =
        List.of(
            ScoreFunction.scaledDot(HEAD_WIDTH),
            ScoreFunction.dot(),
            ScoreFunction.gaussian(),
            ScoreFunction.additive(vector));
    AttentionMask explicit = AttentionMask.explicit(grids(random));
    AttentionMask padding = AttentionMask.padding(1, 16, 0, 0, 33, 399);
    List<AttentionMask> masks =
        List.of(
            AttentionMask.none(),
            AttentionMask.causal(),
            AttentionMask.window(0),
            AttentionMask.window(5),
            AttentionMask.window(Integer.MAX_VALUE),
            AttentionMask.window(2).and(AttentionMask.causal()).and(padding),
            AttentionMask.window(4).and(padding).uniformWhereNoneIsSeen(),
            padding,
            explicit,
            AttentionMask.causal().and(padding),
            padding.and(explicit).and(AttentionMask.causal()),
            padding.uniformWhereNoneIsSeen(),
            explicit.uniformWhereNoneIsSeen(),
            padding.and(explicit).uniformWhereNoneIsSeen().and(AttentionMask.causal()));
    for (ScoreFunction score : scores) {
      for (AttentionMask mask : masks) {
        for (Dropout dropout : List.of(Dropout.NONE, new Dropout(0.3, 5))) {
          AttentionRule rule = new AttentionRule(score, mask, dropout);
          String name =
              "%s %s %s %s"
                  .formatted(
                      score.form(),
                      mask.getClass().getSimpleName(),
                      mask.noVisibleKey(),
                      dropout.rate());
          cases.add(Arguments.of(name, new AttentionCase(rule)));
        }
      }
    }
    for (ScoreFunction score : scores) {
      for (AttentionMask mask : masks) {
        AttentionRule rule = AttentionRule.of(score, mask).withBias(Optional.of(bias(random)));
        String name =
            "%s %s %s with a bias"
                .formatted(score.form(), mask.getClass().getSimpleName(), mask.noVisibleKey());
        cases.add(Arguments.of(name, new AttentionCase(rule)));
      }
    }
    for (AttentionMask mask : masks) {
      AttentionRule plain = AttentionRule.of(ScoreFunction.scaledDot(HEAD_WIDTH), mask);
      String name = "terms " + mask.getClass().getSimpleName();
      cases.add(Arguments.of(name, new AttentionCase(plain.withTerms(terms(random, true, true)))));
    }
    AttentionRule plain = AttentionRule.of(ScoreFunction.scaledDot(HEAD_WIDTH), masks.get(0));
    cases.add(
        Arguments.of(
            "terms of queries", new AttentionCase(plain.withTerms(terms(random, true, false)))));
    cases.add(
        Arguments.of(
            "terms of keys, with a bias",
            new AttentionCase(
                plain.withTerms(terms(random, false, true)).withBias(Optional.of(bias(random))))));
    return cases.stream();
  }

  /** Vectors that several large distances share. */
  private static Optional<RelativeTerms> terms(Random random, boolean keys, boolean queries) {
    int reach = 450;
    int[] rows = new int[2 * reach + 1];
    for (int d = -reach; d <= reach; d++) {
      int size = Math.abs(d) < 20 ? Math.abs(d) : 20 + (Math.abs(d) - 20) / 7;
      rows[reach + d] = 100 + Integer.signum(d) * size;
    }
    int width = HEADS * HEAD_WIDTH;
    return Optional.of(
        RelativeTerms.of(
            keys ? Optional.of(Values.gaussian(random, 200, width, 0.5)) : Optional.empty(),
            queries ? Optional.of(Values.gaussian(random, 200, width, 0.5)) : Optional.empty(),
            rows));
  }

  private static RelativeBias bias(Random random) {
    int longest = 0;
    for (int s = 0; s < SEQUENCES; s++) {
      int queries = QUERIES[s + 1] - QUERIES[s];
      longest = Math.max(longest, Math.max(queries, KEYS[s + 1] - KEYS[s]));
    }
    return new RelativeBias(Values.guarded(Values.gaussian(random, HEADS, 2 * longest - 1, 1)));
  }

  /** Masks of 0 and 1 at random, whose first row hides all. */
  private static List<int[][]> grids(Random random) {
    List<int[][]> grids = new ArrayList<>();
    for (int s = 0; s < SEQUENCES; s++) {
      int[][] grid = new int[QUERIES[s + 1] - QUERIES[s]][KEYS[s + 1] - KEYS[s]];
      for (int q = 1; q < grid.length; q++) {
        for (int k = 0; k < grid[q].length; k++) {
          grid[q][k] = random.nextInt(2);
        }
      }
      grids.add(grid);
    }
    return grids;
  }

  /** Compares context and weights, to the bit, with one chain for each element. */
  void check(Kernels kernels, Scratch scratch) {
    Random random = new Random(3);
    int queries = QUERIES[SEQUENCES];
    int keys = KEYS[SEQUENCES];
    AttentionInputs inputs =
        new AttentionInputs(
            Values.guarded(Values.gaussian(random, queries, HEADS * HEAD_WIDTH, 0.7)),
            Values.guarded(Values.gaussian(random, keys, HEADS * HEAD_WIDTH, 0.7)),
            Values.guarded(Values.gaussian(random, keys, HEADS * VALUE_WIDTH, 1)),
            QUERIES,
            KEYS,
            HEADS);
    Matrix context = Values.guarded(queries, HEADS * VALUE_WIDTH);
    AttentionWeights weights = AttentionWeights.allocate(QUERIES, KEYS, HEADS);
    kernels.attention(inputs, rule, new AttentionOutputs(context, Optional.of(weights)), scratch);
    for (int s = 0; s < SEQUENCES; s++) {
      for (int head = 0; head < HEADS; head++) {
        checkHead(inputs, context, weights, s, head);
      }
    }
    assertThat(Values.guardsStand(context)).isTrue();
  }

  private void checkHead(
      AttentionInputs inputs, Matrix context, AttentionWeights weights, int s, int head) {
    float[][] expectedWeights = new float[QUERIES[s + 1] - QUERIES[s]][];
    Matrix expected =
        ElementOracle.attention(
            part(inputs.queries(), QUERIES, s, head, HEAD_WIDTH),
            part(inputs.keys(), KEYS, s, head, HEAD_WIDTH),
            part(inputs.values(), KEYS, s, head, VALUE_WIDTH),
            rule,
            vector(head),
            s,
            head,
            expectedWeights);
    assertThat(Values.bits(part(context, QUERIES, s, head, VALUE_WIDTH)))
        .as("sequence %d, head %d", s, head)
        .isEqualTo(Values.bits(expected));
    for (int q = 0; q < expectedWeights.length; q++) {
      float[] actual = new float[KEYS[s + 1] - KEYS[s]];
      System.arraycopy(weights.data(), weights.index(s, head, q), actual, 0, actual.length);
      assertThat(actual)
          .as("weights of sequence %d, head %d, query %d", s, head, q)
          .containsExactly(expectedWeights[q]);
    }
  }

  private static Matrix part(Matrix matrix, int[] starts, int s, int head, int width) {
    return matrix.rows(starts[s], starts[s + 1]).columns(head * width, (head + 1) * width);
  }

  private float[] vector(int head) {
    float[] vector = new float[HEAD_WIDTH];
    float[] all = rule.score().vector();
    if (all.length > 0) {
      System.arraycopy(all, head * HEAD_WIDTH, vector, 0, HEAD_WIDTH);
    }
    return vector;
  }
}
