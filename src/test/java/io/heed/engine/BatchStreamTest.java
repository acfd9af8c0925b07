package io.heed.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.engine.OutcomeStream.Outcome;
import io.heed.row.Rejectable;
import io.heed.row.Rejection;
import io.heed.row.Rejection.Reason;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Items are numbers that cost what they are; some of them are rejected at each step. */
class BatchStreamTest {
  private static final int UNREADABLE = 0;
  private static final int REFUSED = 13;
  private static final int WITHOUT_RESULT = 17;

  /** Halves of numbers, in batches that add up to no more than a budget. */
  private static final class Halves implements BatchComputation<Integer, Double> {
    private final BatchLimits<Integer> limits;
    private final List<List<Integer>> batches = new ArrayList<>();

    Halves(BatchLimits<Integer> limits) {
      this.limits = limits;
    }

    Halves(int budget) {
      this(BatchLimits.of(Integer::intValue, budget));
    }

    @Override
    public BatchLimits<Integer> limits() {
      return limits;
    }

    @Override
    public Optional<Rejection> check(Integer input) {
      return input == REFUSED
          ? Optional.of(new Rejection(Reason.WRONG_SIZE, "refused"))
          : Optional.empty();
    }

    @Override
    public List<Rejectable<Double>> compute(List<Integer> inputs) {
      batches.add(List.copyOf(inputs));
      return inputs.stream()
          .map(
              input ->
                  input == WITHOUT_RESULT
                      ? Rejectable.<Double>rejected(Reason.NON_FINITE, "no result")
                      : Rejectable.of(input / 2.0))
          .toList();
    }
  }

  private static Rejectable<Integer> read(Integer item) {
    return item == UNREADABLE
        ? Rejectable.rejected(Reason.NULL_FEATURES, "unreadable")
        : Rejectable.of(item);
  }

  private static BatchStream<Integer, Integer, Double> stream(
      Iterator<Integer> items, ToLongFunction<Integer> bytes, Halves computation) {
    return new BatchStream<>(items, BatchStreamTest::read, bytes, computation);
  }

  private static List<Outcome<Integer, Double>> outcomes(List<Integer> items, Halves computation) {
    List<Outcome<Integer, Double>> outcomes = new ArrayList<>();
    stream(items.iterator(), item -> 1, computation).forEachRemaining(outcomes::add);
    return outcomes;
  }

  /** The rule, written a second time. */
  private static Object expected(int item) {
    return switch (item) {
      case UNREADABLE -> Reason.NULL_FEATURES;
      case REFUSED -> Reason.WRONG_SIZE;
      case WITHOUT_RESULT -> Reason.NON_FINITE;
      default -> item / 2.0;
    };
  }

  private static Object became(Outcome<Integer, Double> outcome) {
    Rejectable<Double> result = outcome.result();
    return result.rejection().<Object>map(Rejection::reason).orElseGet(result::value);
  }

  @Property
  void every_item_has_one_outcome_in_its_place(
      @ForAll @Size(max = 60) List<@IntRange(min = 0, max = 20) Integer> items,
      @ForAll @IntRange(min = 1, max = 50) int budget) {
    List<Outcome<Integer, Double>> outcomes = outcomes(items, new Halves(budget));

    assertThat(outcomes).extracting(Outcome::item).containsExactlyElementsOf(items);
    assertThat(outcomes).allSatisfy(o -> assertThat(became(o)).isEqualTo(expected(o.item())));
  }

  @Property
  void a_batch_holds_what_its_budget_allows_and_no_less(
      @ForAll @Size(max = 60) List<@IntRange(min = 1, max = 80) Integer> items,
      @ForAll @IntRange(min = 1, max = 50) int budget) {
    Halves computation = new Halves(budget);
    outcomes(items, computation);

    List<List<Integer>> batches = computation.batches;
    assertThat(batches.stream().flatMap(List::stream))
        .containsExactlyElementsOf(items.stream().filter(item -> item != REFUSED).toList());
    assertThat(batches)
        .allSatisfy(batch -> assertThat(batch.size() == 1 || sum(batch) <= budget).isTrue());
    // Each was closed by the first item of the next.
    for (int i = 1; i < batches.size(); i++) {
      assertThat(sum(batches.get(i - 1)) + batches.get(i).get(0)).isGreaterThan(budget);
    }
  }

  private static int sum(List<Integer> batch) {
    return batch.stream().mapToInt(Integer::intValue).sum();
  }

  @Test
  void each_budget_closes_a_batch_and_so_does_an_item_that_is_not_alike() {
    Halves computation =
        new Halves(
            BatchLimits.<Integer>of(item -> 1, 3)
                .and(Integer::longValue, 100)
                .whereAlike((one, other) -> one % 2 == other % 2));
    outcomes(List.of(1, 3, 5, 7, 99, 9, 2, 4, 500, 500, 6), computation);
    assertThat(computation.batches)
        .containsExactly(
            List.of(1, 3, 5),
            List.of(7),
            List.of(99),
            List.of(9),
            List.of(2, 4),
            List.of(500),
            List.of(500),
            List.of(6));
  }

  @Test
  void rejected_items_stand_between_the_others_and_close_no_batch() {
    Halves computation = new Halves(10);
    List<Integer> items = List.of(0, 4, 0, 13, 6, 17, 0, 2);
    assertThat(outcomes(items, computation)).extracting(Outcome::item).isEqualTo(items);
    assertThat(computation.batches).containsExactly(List.of(4, 6), List.of(17), List.of(2));
  }

  @Test
  void reads_no_further_than_the_batch_needs() {
    AtomicInteger read = new AtomicInteger();
    BatchStream<Integer, Integer, Double> stream =
        stream(counted(2, read), item -> 0, new Halves(10));
    assertThat(read.get()).isZero();
    for (int row = 1; row <= 50; row++) {
      stream.next();
      // Five fit; the sixth, which closes their batch, is held as well.
      assertThat(read.get()).isEqualTo(6 + (row - 1) / 5 * 5);
    }
  }

  @Test
  void a_rejected_item_waits_for_no_batch() {
    AtomicInteger read = new AtomicInteger();
    BatchStream<Integer, Integer, Double> stream =
        stream(counted(REFUSED, read), item -> 0, new Halves(1000));
    for (int row = 1; row <= 50; row++) {
      stream.next();
      assertThat(read.get()).isEqualTo(row);
    }
  }

  @Test
  void no_more_items_wait_than_the_limits_of_number_and_bytes() {
    AtomicInteger read = new AtomicInteger();
    stream(counted(1, read), item -> 0, new Halves(Integer.MAX_VALUE)).next();
    assertThat(read.get()).isEqualTo(4096);

    read.set(0);
    BatchStream<Integer, Integer, Double> large =
        stream(counted(1, read), item -> 1 << 20, new Halves(Integer.MAX_VALUE));
    for (int row = 1; row <= 50; row++) {
      large.next();
      assertThat(read.get()).isEqualTo(6 + (row - 1) / 6 * 6);
    }
  }

  @Test
  void tells_the_time_of_the_computation_only() {
    BatchStream<Integer, Integer, Double> stream =
        stream(List.of(0, 13, 4).iterator(), item -> 0, new Halves(10));
    stream.next();
    stream.next();
    assertThat(stream.computeTime().wallNanos()).isZero();
    stream.next();
    long nanos = stream.computeTime().wallNanos();
    assertThat(nanos).isPositive();
    assertThat(stream.hasNext()).isFalse();
    assertThat(stream.computeTime().wallNanos()).isEqualTo(nanos);
    assertThatThrownBy(stream::next).isInstanceOf(NoSuchElementException.class);
  }

  @Test
  void a_computation_that_loses_a_row_is_found_out() {
    BatchComputation<Integer, Double> loses =
        new BatchComputation<>() {
          @Override
          public BatchLimits<Integer> limits() {
            return BatchLimits.of(item -> 1, 10);
          }

          @Override
          public List<Rejectable<Double>> compute(List<Integer> inputs) {
            return List.of(Rejectable.of(1.0));
          }
        };
    BatchStream<Integer, Integer, Double> stream =
        new BatchStream<>(List.of(1, 2).iterator(), Rejectable::of, item -> 0, loses);
    assertThatThrownBy(stream::hasNext)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("a batch of 2 rows has 1 results");
  }

  @Test
  void a_budget_below_one_is_refused() {
    assertThatThrownBy(() -> new Halves(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the budget of a batch, 0, is not at least 1");
  }

  private static Iterator<Integer> counted(int item, AtomicInteger read) {
    return IntStream.generate(() -> item).peek(ignored -> read.incrementAndGet()).iterator();
  }
}
