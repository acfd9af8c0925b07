package io.heed.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.engine.OutcomeStream.Outcome;
import io.heed.engine.VectorEnding.VectorNorm;
import io.heed.layer.Pooling;
import io.heed.layer.Poolings;
import io.heed.row.Rejectable;
import io.heed.row.Rejection;
import io.heed.row.Rejection.Reason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.ToLongFunction;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EmbeddingBatchesTest {
  private static final Function<int[], Rejectable<RowTokens>> AS_THEY_ARE =
      ids -> RowTokens.ofIds(ids, EngineFixture.POSITIONS);
  private static final ToLongFunction<int[]> NOTHING = ids -> 0;

  @Property(tries = 200)
  void every_item_has_one_outcome_in_its_place_which_its_batch_does_not_change(
      @ForAll("rows") @Size(max = 40) List<int[]> rows,
      @ForAll @IntRange(min = 1, max = 200) int batchTokens,
      @ForAll Pooling pooling,
      @ForAll VectorNorm norm,
      @ForAll("layers") List<Integer> layers) {
    EmbeddingEngine engine = EngineFixture.engine(pooling, norm);

    List<Outcome<int[], EmbeddedRow>> outcomes =
        drained(stream(rows, engine.withAttention(layers), batchTokens));

    assertThat(outcomes).extracting(Outcome::item).containsExactlyElementsOf(rows);
    for (Outcome<int[], EmbeddedRow> outcome : outcomes) {
      int[] ids = outcome.item();
      assertThat(outcome.result().rejection().map(Rejection::reason)).isEqualTo(expected(ids));
      if (outcome.result().rejection().isEmpty()) {
        EmbeddedRow row = outcome.result().value();
        int tokens = Math.min(ids.length, EngineFixture.POSITIONS);
        assertThat(row.tokens().truncated()).isEqualTo(ids.length > tokens);
        assertThat(row.tokens().ids()).isEqualTo(Arrays.copyOf(ids, tokens));
        assertThat(bits(outcome)).isEqualTo(bits(alone(ids, engine)));
        assertThat(row.attention()).extracting(LayerWeights::layer).isEqualTo(layers);
        assertThat(
                Arrays.deepEquals(
                    weights(outcome), weights(alone(ids, engine.withAttention(layers)))))
            .isTrue();
      }
    }
  }

  /** [layers][H][T][T] */
  private static float[][][][] weights(Outcome<int[], EmbeddedRow> outcome) {
    return outcome.result().value().attention().stream()
        .map(LayerWeights::toArrays)
        .toArray(float[][][][]::new);
  }

  @Provide
  Arbitrary<List<Integer>> layers() {
    return Arbitraries.of(List.of(), List.of(0), List.of(1), List.of(0, 1));
  }

  @Provide
  Arbitrary<List<int[]>> rows() {
    Arbitrary<Integer> mostlyValid =
        Arbitraries.frequencyOf(
            Tuple.of(97, Arbitraries.integers().between(0, 28)),
            Tuple.of(1, Arbitraries.just(EngineFixture.OVERFLOWING_TOKEN)),
            Tuple.of(1, Arbitraries.just(EngineFixture.VOCABULARY)),
            Tuple.of(1, Arbitraries.just(-1)));
    Arbitrary<int[]> row =
        mostlyValid.array(int[].class).ofMinSize(0).ofMaxSize(EngineFixture.POSITIONS + 3);
    return row.injectNull(0.02).list();
  }

  /** The rule, written a second time. */
  private static Optional<Reason> expected(int[] ids) {
    if (ids == null) {
      return Optional.of(Reason.NULL_TOKENS);
    }
    int[] kept = Arrays.copyOf(ids, Math.min(ids.length, EngineFixture.POSITIONS));
    if (kept.length == 0) {
      return Optional.of(Reason.EMPTY_TOKENS);
    }
    if (IntStream.of(kept).anyMatch(id -> id < 0 || id >= EngineFixture.VOCABULARY)) {
      return Optional.of(Reason.TOKEN_OUT_OF_VOCABULARY);
    }
    return IntStream.of(kept).anyMatch(id -> id == EngineFixture.OVERFLOWING_TOKEN)
        ? Optional.of(Reason.NON_FINITE)
        : Optional.empty();
  }

  @ParameterizedTest
  @EnumSource(Pooling.class)
  void a_row_that_overflows_leaves_its_neighbours_alone(Pooling pooling) {
    EmbeddingEngine engine = EngineFixture.engine(pooling, VectorNorm.NONE);
    int[] good = {1, 2, 3};
    int[] bad = {4, EngineFixture.OVERFLOWING_TOKEN, 5};
    List<Outcome<int[], EmbeddedRow>> outcomes =
        drained(stream(List.of(good, bad, good), engine, 100));

    assertThat(outcomes.get(1).result().rejection().orElseThrow().reason())
        .isEqualTo(Reason.NON_FINITE);
    assertThat(bits(outcomes.get(0))).isEqualTo(bits(alone(good, engine)));
    assertThat(bits(outcomes.get(2))).isEqualTo(bits(alone(good, engine)));
    assertThat(outcomes.get(0).result().value().vectors())
        .hasDimensions(Poolings.of(pooling).vectors(3), EngineFixture.WIDTH);
  }

  @Test
  void rejections_say_what_and_where() {
    List<Outcome<int[], EmbeddedRow>> outcomes =
        drained(
            stream(
                Arrays.asList(null, new int[0], new int[] {3, 30}, new int[] {-7}),
                EngineFixture.engine(),
                8));
    assertThat(outcomes)
        .extracting(outcome -> outcome.result().rejection().orElseThrow().message())
        .containsExactly(
            "the token ids are null",
            "the row has no tokens",
            "token id 30 at position 1 is not in 0 to 29",
            "token id -7 at position 0 is not in 0 to 29");
  }

  @Test
  void more_tokens_than_positions_are_rejected() {
    BatchStream<int[], RowTokens, EmbeddedRow> stream =
        new BatchStream<>(
            List.of(new int[41]).iterator(),
            ids -> Rejectable.of(new RowTokens(ids, false)),
            NOTHING,
            new EmbeddingBatches(EngineFixture.engine(), 8));
    assertThat(stream.next().result().rejection())
        .hasValue(new Rejection(Reason.TOO_LONG, "41 tokens exceed the 40 positions of the model"));
  }

  @Test
  void reads_no_further_than_the_batch_needs() {
    AtomicInteger read = new AtomicInteger();
    BatchStream<int[], RowTokens, EmbeddedRow> stream =
        stream(counted(endless(new int[] {1, 2}), read), 10);
    for (int row = 1; row <= 50; row++) {
      stream.next();
      assertThat(read.get() - row).as("rows held after row %d", row).isBetween(0, 5);
    }
  }

  @Test
  void a_rejected_row_waits_for_no_batch() {
    AtomicInteger read = new AtomicInteger();
    BatchStream<int[], RowTokens, EmbeddedRow> stream =
        stream(counted(endless(new int[0]), read), 1000);
    for (int row = 1; row <= 50; row++) {
      stream.next();
      assertThat(read.get()).isEqualTo(row);
    }
  }

  @Test
  void few_large_rows_wait_whether_rejected_or_not() {
    AtomicInteger read = new AtomicInteger();
    int[] good = {1};
    Iterator<int[]> rows =
        IntStream.range(0, 10_000).mapToObj(i -> i % 3 == 0 ? good : new int[0]).iterator();
    BatchStream<int[], RowTokens, EmbeddedRow> stream =
        new BatchStream<>(
            counted(rows, read),
            AS_THEY_ARE,
            ids -> 1 << 20,
            new EmbeddingBatches(EngineFixture.engine(), 1 << 20));
    for (int row = 1; row <= 50; row++) {
      stream.next();
      assertThat(read.get() - row).as("rows held after row %d", row).isBetween(0, 5);
    }
    assertThat(drained(stream)).hasSize(9_950);
  }

  @Test
  void what_has_left_counts_no_more() {
    AtomicInteger read = new AtomicInteger();
    BatchStream<int[], RowTokens, EmbeddedRow> stream =
        new BatchStream<>(
            counted(endless(new int[] {1}), read),
            AS_THEY_ARE,
            ids -> 1 << 20,
            new EmbeddingBatches(EngineFixture.engine(), 4));
    for (int row = 1; row <= 50; row++) {
      stream.next();
      int held = read.get() - row;
      assertThat(held).as("rows held after row %d", row).isEqualTo(4 - (row - 1) % 4);
    }
  }

  @Test
  void short_rows_do_not_pile_up_under_a_large_budget() {
    AtomicInteger read = new AtomicInteger();
    BatchStream<int[], RowTokens, EmbeddedRow> stream =
        stream(counted(endless(new int[] {1}), read), 1 << 20);
    stream.next();
    assertThat(read.get()).isLessThanOrEqualTo(4096);
  }

  @Test
  void attention_weights_close_a_batch() {
    AtomicInteger read = new AtomicInteger();
    int[] longest = new int[EngineFixture.POSITIONS];
    BatchStream<int[], RowTokens, EmbeddedRow> stream =
        new BatchStream<>(
            counted(endless(longest), read),
            AS_THEY_ARE,
            NOTHING,
            new EmbeddingBatches(EngineFixture.engine().withAttention(List.of(0, 1)), 1 << 20));
    Outcome<int[], EmbeddedRow> first = stream.next();
    assertThat(first.result().value().attention()).hasSize(2);
    // Two layers of three heads; the row that did not fit is read as well.
    long bytesOfRow = 2L * 3 * longest.length * longest.length * Float.BYTES;
    assertThat((long) read.get()).isEqualTo((8 << 20) / bytesOfRow + 1);
  }

  @Test
  void attention_of_a_layer_that_is_not_there() {
    assertThatThrownBy(() -> EngineFixture.engine().withAttention(List.of(2)))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void tells_the_time_spent_in_the_encoder() {
    BatchStream<int[], RowTokens, EmbeddedRow> stream =
        stream(List.of(new int[] {1}).iterator(), 10);
    assertThat(stream.computeTime().wallNanos()).isZero();
    stream.next();
    long nanos = stream.computeTime().wallNanos();
    assertThat(nanos).isPositive();
    assertThat(stream.hasNext()).isFalse();
    assertThat(stream.computeTime().wallNanos()).isEqualTo(nanos);
    assertThatThrownBy(stream::next).isInstanceOf(NoSuchElementException.class);
  }

  private static Outcome<int[], EmbeddedRow> alone(int[] ids, EmbeddingEngine engine) {
    return stream(List.of(ids), engine, 1).next();
  }

  private static BatchStream<int[], RowTokens, EmbeddedRow> stream(
      List<int[]> rows, EmbeddingEngine engine, int batchTokens) {
    return new BatchStream<>(
        rows.iterator(), AS_THEY_ARE, NOTHING, new EmbeddingBatches(engine, batchTokens));
  }

  private static BatchStream<int[], RowTokens, EmbeddedRow> stream(
      Iterator<int[]> rows, int batchTokens) {
    return new BatchStream<>(
        rows, AS_THEY_ARE, NOTHING, new EmbeddingBatches(EngineFixture.engine(), batchTokens));
  }

  private static Iterator<int[]> endless(int[] row) {
    return IntStream.generate(() -> 0).mapToObj(i -> row).iterator();
  }

  private static Iterator<int[]> counted(Iterator<int[]> rows, AtomicInteger read) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return rows.hasNext();
      }

      @Override
      public int[] next() {
        read.incrementAndGet();
        return rows.next();
      }
    };
  }

  private static List<Outcome<int[], EmbeddedRow>> drained(
      BatchStream<int[], RowTokens, EmbeddedRow> stream) {
    List<Outcome<int[], EmbeddedRow>> outcomes = new ArrayList<>();
    stream.forEachRemaining(outcomes::add);
    return outcomes;
  }

  private static int[][] bits(Outcome<int[], EmbeddedRow> outcome) {
    return Arrays.stream(outcome.result().value().vectors())
        .map(v -> IntStream.range(0, v.length).map(i -> Float.floatToRawIntBits(v[i])).toArray())
        .toArray(int[][]::new);
  }
}
