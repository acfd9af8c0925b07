package io.heed.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.heed.architecture.ModelCheckpoint;
import io.heed.checkpoint.GptCheckpointFixture;
import io.heed.checkpoint.GptCheckpointFixture.Form;
import io.heed.checkpoint.GptCheckpointFixture.Head;
import io.heed.engine.OutcomeStream.Outcome;
import io.heed.engine.ScoredRow.LikelyToken;
import io.heed.kernel.Kernels;
import io.heed.kernel.ReferenceKernels;
import io.heed.model.Decoder;
import io.heed.oracle.GptOracle;
import io.heed.row.Rejection;
import io.heed.row.Rejection.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScoringBatchesTest {
  private static final int POSITIONS = DecoderFixture.POSITIONS;
  private static final int STRIDE = 30;

  /** Largest difference of a log-probability from float64. */
  private static final double TOLERANCE = 2e-5;

  private static ScoringEngine engine(int stride, int batchTokens, int nextTokens) {
    return new ScoringEngine(
        DecoderFixture.predictor(), DecoderFixture.kernels(), stride, batchTokens, nextTokens);
  }

  private static List<Outcome<int[], ScoredRow>> outcomes(ScoringEngine engine, List<int[]> rows) {
    List<Outcome<int[], ScoredRow>> outcomes = new ArrayList<>();
    new BatchStream<int[], RowTokens, ScoredRow>(
            rows.iterator(),
            ids -> RowTokens.ofIds(ids, Integer.MAX_VALUE),
            ids -> 0,
            new ScoringBatches(engine))
        .forEachRemaining(outcomes::add);
    return outcomes;
  }

  private static ScoredRow score(ScoringEngine engine, int... ids) {
    return outcomes(engine, List.of(ids)).get(0).result().value();
  }

  /**
   * Windows in float64, one token at a time: a token is told by the first window with it, and what
   * follows the last one by the first window with that.
   */
  private record WindowedOracle(GptOracle oracle, int stride) {

    /** What follows the tokens before {@code end}, [V], normalised. */
    double[] next(int[] ids, int windowOf, int end) {
      int from = windowOf < POSITIONS ? 0 : (windowOf - POSITIONS + stride) / stride * stride;
      double[] logits = oracle.logits(Arrays.copyOfRange(ids, from, end))[end - from - 1];
      double max = Arrays.stream(logits).max().orElseThrow();
      double sum = Arrays.stream(logits).map(logit -> Math.exp(logit - max)).sum();
      return Arrays.stream(logits).map(logit -> logit - max - Math.log(sum)).toArray();
    }

    double[] logProbabilities(int... ids) {
      return IntStream.range(1, ids.length)
          .mapToDouble(token -> next(ids, token, token)[ids[token]])
          .toArray();
    }

    double[] following(int... ids) {
      return next(ids, ids.length - 1, ids.length);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 30", "47, 30", "48, 1", "49, 1", "49, 47", "95, 47", "96, 24", "150, 30"})
  void rows_agree_with_float64(int tokens, int stride, @TempDir Path directory) throws IOException {
    WindowedOracle oracle =
        new WindowedOracle(GptOracle.load(DecoderFixture.write(directory)), stride);
    int[] ids = DecoderFixture.ids(new Random(tokens), tokens);
    ScoredRow row = score(engine(stride, 64, 10), ids);

    assertThat(row.tokenCount()).isEqualTo(tokens);
    double[] expected = oracle.logProbabilities(ids);
    double[] told = new double[tokens - 1];
    Arrays.setAll(told, i -> row.logProbabilities()[i]);
    assertThat(told).containsExactly(expected, within(TOLERANCE));
    double sum = Arrays.stream(expected).sum();
    assertThat(row.logLikelihood()).isCloseTo(sum, within(TOLERANCE * tokens));
    if (tokens > 1) {
      assertThat(row.perplexity())
          .isCloseTo(Math.exp(-sum / (tokens - 1)), within(TOLERANCE * DecoderFixture.VOCABULARY));
    }
    checkNext(row.nextTokens(), oracle.following(ids));
  }

  private static void checkNext(List<LikelyToken> told, double... expected) {
    assertThat(told).hasSize(10);
    double[] sorted = Arrays.stream(expected).sorted().toArray();
    for (int i = 0; i < told.size(); i++) {
      LikelyToken token = told.get(i);
      double value = token.logProbability();
      assertThat(value).isCloseTo(expected[token.id()], within(TOLERANCE));
      assertThat(value).isCloseTo(sorted[sorted.length - 1 - i], within(TOLERANCE));
    }
    assertThat(told).extracting(LikelyToken::id).doesNotHaveDuplicates();
  }

  @Test
  void a_row_without_windows_is_what_the_oracle_says_of_the_whole(@TempDir Path directory)
      throws IOException {
    GptOracle oracle = GptOracle.load(DecoderFixture.write(directory));
    int[] ids = DecoderFixture.ids(new Random(1), POSITIONS);
    assertThat(score(engine(STRIDE, 10, 0), ids).logLikelihood())
        .isCloseTo(oracle.logLikelihood(ids), within(TOLERANCE * POSITIONS));
  }

  @Property(tries = 60)
  void every_row_has_one_outcome_which_its_batch_does_not_change(
      @ForAll("rows") @Size(max = 15) List<int[]> rows,
      @ForAll @IntRange(min = 1, max = 400) int batchTokens,
      @ForAll @IntRange(min = 1, max = 47) int stride,
      @ForAll @IntRange(max = 3) int nextTokens) {
    ScoringEngine engine = engine(stride, batchTokens, nextTokens);
    List<Outcome<int[], ScoredRow>> outcomes = outcomes(engine, rows);

    assertThat(outcomes).extracting(Outcome::item).containsExactlyElementsOf(rows);
    for (Outcome<int[], ScoredRow> outcome : outcomes) {
      Optional<Reason> expected = expected(outcome.item(), nextTokens);
      assertThat(outcome.result().rejection().map(Rejection::reason)).isEqualTo(expected);
      if (expected.isEmpty()) {
        checkSameBits(
            outcome.result().value(), score(engine(stride, 1, nextTokens), outcome.item()));
      }
    }
  }

  @Provide
  Arbitrary<List<int[]>> rows() {
    Arbitrary<Integer> mostlyValid =
        Arbitraries.frequencyOf(
            Tuple.of(2000, Arbitraries.integers().between(0, 99)),
            Tuple.of(3, Arbitraries.just(DecoderFixture.OVERFLOWING_TOKEN)),
            Tuple.of(1, Arbitraries.just(DecoderFixture.VOCABULARY)),
            Tuple.of(1, Arbitraries.just(-1)));
    return mostlyValid.array(int[].class).ofMinSize(0).ofMaxSize(150).injectNull(0.03).list();
  }

  /** The rule, written a second time: an overflow tells on what follows it. */
  private static Optional<Reason> expected(int[] ids, int nextTokens) {
    if (ids == null) {
      return Optional.of(Reason.NULL_TOKENS);
    }
    if (ids.length == 0) {
      return Optional.of(Reason.EMPTY_TOKENS);
    }
    if (IntStream.of(ids).anyMatch(id -> id < 0 || id >= DecoderFixture.VOCABULARY)) {
      return Optional.of(Reason.TOKEN_OUT_OF_VOCABULARY);
    }
    int read = nextTokens > 0 ? ids.length : ids.length - 1;
    boolean overflows =
        IntStream.range(0, read).anyMatch(i -> ids[i] == DecoderFixture.OVERFLOWING_TOKEN);
    return overflows ? Optional.of(Reason.NON_FINITE) : Optional.empty();
  }

  private static void checkSameBits(ScoredRow row, ScoredRow other) {
    assertThat(row.tokenCount()).isEqualTo(other.tokenCount());
    assertThat(Double.doubleToRawLongBits(row.logLikelihood()))
        .isEqualTo(Double.doubleToRawLongBits(other.logLikelihood()));
    assertThat(bits(row.logProbabilities())).isEqualTo(bits(other.logProbabilities()));
    assertThat(row.nextTokens()).isEqualTo(other.nextTokens());
  }

  private static int[] bits(float... values) {
    return IntStream.range(0, values.length).map(i -> Float.floatToRawIntBits(values[i])).toArray();
  }

  @Test
  void both_kernels_give_the_same_bits() {
    Kernels reference = new ReferenceKernels();
    ScoringEngine plain =
        new ScoringEngine(DecoderFixture.predictor(reference), reference, STRIDE, 64, 5);
    for (int tokens : new int[] {1, 2, 20, 100}) {
      int[] ids = DecoderFixture.ids(new Random(tokens), tokens);
      checkSameBits(score(plain, ids), score(engine(STRIDE, 64, 5), ids));
    }
  }

  @Test
  void equally_likely_tokens_come_by_their_ids(@TempDir Path directory) throws IOException {
    // A map to tokens of one value: every token is as likely as every other.
    ScoringEngine engine = equal(directory);
    ScoredRow row = score(engine, 3, 1, 4, 1, 5);
    assertThat(row.nextTokens()).extracting(LikelyToken::id).containsExactly(0, 1, 2, 3, 4, 5);
    float each = (float) -Math.log(16);
    assertThat(row.nextTokens())
        .allSatisfy(token -> assertThat(token.logProbability()).isCloseTo(each, within(1e-6f)));
    assertThat(row.perplexity()).isCloseTo(16, within(1e-5));
  }

  private static ScoringEngine equal(Path directory) throws IOException {
    GptCheckpointFixture.of(Form.GPT2, 1, 8, 2, 16, 1).withHead(Head.SEPARATE).write(directory);
    for (int token = 0; token < 16; token++) {
      EngineFixture.fill(
          directory.resolve("model.safetensors"), "lm_head.weight", token, new float[8]);
    }
    Kernels kernels = DecoderFixture.kernels();
    try (ModelCheckpoint checkpoint = ModelCheckpoint.open(directory)) {
      Decoder decoder = checkpoint.load(kernels).decoder().orElseThrow();
      return new ScoringEngine(new ModelPredictor(decoder, kernels), kernels, 7, 10, 6);
    }
  }

  @Test
  void as_many_next_tokens_as_there_are_and_none_when_none_are_asked_for() {
    int[] ids = DecoderFixture.ids(new Random(4), 60);
    assertThat(score(engine(STRIDE, 64, 0), ids).nextTokens()).isEmpty();
    List<LikelyToken> all = score(engine(STRIDE, 64, Integer.MAX_VALUE), ids).nextTokens();
    assertThat(all).hasSize(DecoderFixture.VOCABULARY);
    assertThat(all.stream().mapToDouble(token -> Math.exp(token.logProbability())).sum())
        .isCloseTo(1, within(1e-4));
    assertThat(score(engine(STRIDE, 64, 3), ids).nextTokens()).isEqualTo(all.subList(0, 3));
    assertThat(all)
        .isSortedAccordingTo(
            (one, other) -> Float.compare(other.logProbability(), one.logProbability()));
  }

  @Test
  void one_token_has_no_likelihood() {
    ScoredRow row = score(engine(STRIDE, 64, 2), 5);
    assertThat(row.tokenCount()).isEqualTo(1);
    assertThat(row.logLikelihood()).isZero();
    assertThat(row.logProbabilities()).isEmpty();
    assertThat(row.perplexity()).isNaN();
    assertThat(row.nextTokens()).hasSize(2);
  }

  @Test
  void a_row_that_overflows_leaves_its_neighbours_alone() {
    int[] good = DecoderFixture.ids(new Random(6), 100);
    int[] bad = good.clone();
    bad[70] = DecoderFixture.OVERFLOWING_TOKEN;
    ScoringEngine engine = engine(STRIDE, 1000, 2);
    List<Outcome<int[], ScoredRow>> outcomes = outcomes(engine, List.of(good, bad, good));
    assertThat(outcomes.get(1).result().rejection())
        .contains(
            new Rejection(
                Reason.NON_FINITE, "a log-probability by the model's logits is not finite"));
    ScoredRow alone = score(engine, good);
    checkSameBits(outcomes.get(0).result().value(), alone);
    checkSameBits(outcomes.get(2).result().value(), alone);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 9, 48, 49, 100})
  void a_last_token_that_overflows_tells_only_on_what_follows_it(int tokens) {
    int[] ids = DecoderFixture.ids(new Random(8), tokens);
    ScoredRow good = score(engine(STRIDE, 64, 0), ids);
    int[] others = ids.clone();
    ids[tokens - 1] = DecoderFixture.OVERFLOWING_TOKEN;
    Kernels reference = new ReferenceKernels();
    ScoringEngine plain =
        new ScoringEngine(DecoderFixture.predictor(reference), reference, STRIDE, 64, 0);
    ScoredRow row = score(engine(STRIDE, 64, 0), ids);
    checkSameBits(row, score(plain, ids));
    if (tokens > 1) {
      float[] before = Arrays.copyOf(good.logProbabilities(), tokens - 2);
      assertThat(bits(Arrays.copyOf(row.logProbabilities(), tokens - 2))).isEqualTo(bits(before));
    }
    List<Outcome<int[], ScoredRow>> told = outcomes(engine(STRIDE, 64, 1), List.of(ids, others));
    assertThat(told.get(0).result().rejection()).isPresent();
    assertThat(told.get(1).result().rejection()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 48, 50, 100, 140, 141, 200})
  void windows_of_one_row_stay_within_the_batch(int batchTokens) {
    WatchedKernels watched = new WatchedKernels(DecoderFixture.kernels());
    Predictor predictor = DecoderFixture.predictor(watched.kernels());
    ScoringEngine engine = new ScoringEngine(predictor, watched.kernels(), 7, batchTokens, 1);
    int[] ids = DecoderFixture.ids(new Random(7), 500);
    ScoredRow row = score(engine, ids);
    // A batch is at least one window; logits are of at most 64 tokens.
    int most = Math.max(batchTokens, POSITIONS);
    assertThat(Collections.max(watched.rows())).isBetween(most - POSITIONS + 1, Math.max(most, 64));
    checkSameBits(row, score(engine(7, 100_000, 1), ids));
  }

  @Test
  void the_cost_of_a_row_is_the_tokens_of_its_windows() {
    ScoringEngine engine = engine(30, 64, 0);
    assertThat(engine.cost(1)).isEqualTo(1);
    assertThat(engine.cost(48)).isEqualTo(48);
    assertThat(engine.cost(49)).isEqualTo(48 + 19);
    assertThat(engine.cost(78)).isEqualTo(48 + 48);
    assertThat(engine.cost(79)).isEqualTo(48 + 48 + 19);
    assertThat(engine(1, 64, 0).cost(Integer.MAX_VALUE)).isGreaterThan(1L << 36);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0  | 1 | 0  | a stride of 0 tokens is not at least 1 and below the 48 positions of the model
          48 | 1 | 0  | a stride of 48 tokens is not at least 1 and below the 48 positions of the model
          1  | 0 | 0  | a batch of 0 tokens is not possible
          1  | 1 | -1 | the -1 most likely next tokens cannot be told
          """)
  void numbers_out_of_their_range(int stride, int batchTokens, int nextTokens, String message) {
    assertThatThrownBy(() -> engine(stride, batchTokens, nextTokens))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }
}
