package io.heed.engine;

import static io.heed.engine.AttentionFixture.NO_MAPS;
import static io.heed.engine.AttentionFixture.attending;
import static io.heed.engine.AttentionFixture.bits;
import static io.heed.engine.AttentionFixture.engine;
import static io.heed.engine.AttentionFixture.masked;
import static io.heed.engine.AttentionFixture.random;
import static io.heed.engine.AttentionFixture.vectors;
import static org.assertj.core.api.Assertions.assertThat;

import io.heed.engine.AttentionEngine.Result;
import io.heed.engine.AttentionOptions.Order;
import io.heed.engine.OutcomeStream.Outcome;
import io.heed.layer.MultiHeadAttention.WeightsOut;
import io.heed.row.Rejectable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class AttentionBatchesTest {
  private static BatchStream<AttentionRow, AttentionRow, Result> stream(
      Iterator<AttentionRow> rows, ToLongFunction<AttentionRow> bytes, AttentionBatches batches) {
    return new BatchStream<>(rows, Rejectable::of, bytes, batches);
  }

  private static List<Outcome<AttentionRow, Result>> outcomes(
      List<AttentionRow> rows, AttentionEngine engine, int batchVectors) {
    List<Outcome<AttentionRow, Result>> outcomes = new ArrayList<>();
    stream(rows.iterator(), row -> 0, new AttentionBatches(engine, batchVectors))
        .forEachRemaining(outcomes::add);
    return outcomes;
  }

  /** Rows of every kind of trouble between good ones of two widths. */
  private static AttentionRow row(Random random) {
    int width = random.nextBoolean() ? 4 : 6;
    int queries = 1 + random.nextInt(5);
    return switch (random.nextInt(8)) {
      case 0 -> attending(vectors(0, width));
      case 1 -> attending(new float[][] {{1, 2}, {1, 2, 3, 4}});
      case 2 -> attending(vectors(queries, 5));
      case 3 -> attending(new float[][] {{Float.MAX_VALUE, 1}, {-Float.MAX_VALUE, 1}});
      case 4 -> attending(random(random, queries, width));
      default ->
          attending(random(random, queries, width), random(random, 1 + random.nextInt(9), width));
    };
  }

  @Property(tries = 200)
  void every_row_has_one_outcome_in_its_place_which_its_batch_does_not_change(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 100) int batchVectors,
      @ForAll Order order,
      @ForAll WeightsOut weights) {
    Random random = new Random(seed);
    List<AttentionRow> rows = Stream.generate(() -> row(random)).limit(30).toList();
    AttentionEngine engine = engine(NO_MAPS, order, weights);

    List<Outcome<AttentionRow, Result>> outcomes = outcomes(rows, engine, batchVectors);

    assertThat(outcomes).extracting(Outcome::item).containsExactlyElementsOf(rows);
    for (Outcome<AttentionRow, Result> outcome : outcomes) {
      Rejectable<Result> alone = outcomes(List.of(outcome.item()), engine, 1).get(0).result();
      assertThat(outcome.result().rejection()).isEqualTo(alone.rejection());
      if (alone.rejection().isEmpty()) {
        Result result = outcome.result().value();
        assertThat(bits(result.context())).isEqualTo(bits(alone.value().context()));
        assertThat(result.weights().isPresent()).isEqualTo(weights == WeightsOut.GIVEN);
        assertThat(result.weights().map(AttentionFixture::headBits))
            .isEqualTo(alone.value().weights().map(AttentionFixture::headBits));
      }
    }
  }

  /** How many rows are read until the first has an outcome. */
  private static int readForTheFirst(AttentionRow row, AttentionBatches batches, long bytesOfRow) {
    AtomicInteger read = new AtomicInteger();
    Iterator<AttentionRow> rows =
        Stream.generate(() -> row).peek(ignored -> read.incrementAndGet()).iterator();
    stream(rows, ignored -> bytesOfRow, batches).next();
    return read.get();
  }

  @Test
  void vectors_close_a_batch() {
    AttentionRow row = attending(vectors(2, 4), vectors(3, 4));
    AttentionEngine engine = engine(WeightsOut.DROPPED);
    assertThat(readForTheFirst(row, new AttentionBatches(engine, 20), 0)).isEqualTo(5);
    assertThat(readForTheFirst(row, new AttentionBatches(engine, 19), 0)).isEqualTo(4);
    assertThat(readForTheFirst(row, new AttentionBatches(engine, 1), 0)).isEqualTo(2);
  }

  @Test
  void floats_of_vectors_and_of_weights_close_a_batch() {
    AttentionRow wide = attending(vectors(1, 1 << 16), vectors(3, 1 << 16));
    assertThat(readForTheFirst(wide, new AttentionBatches(engine(WeightsOut.DROPPED), 1 << 20), 0))
        .isEqualTo((1 << 20) / (4 << 16) + 1);

    AttentionRow square = attending(vectors(100, 2));
    long floats = 2 * 100 * 2 + 2 * 100 * 100;
    assertThat(readForTheFirst(square, new AttentionBatches(engine(WeightsOut.GIVEN), 1 << 20), 0))
        .isEqualTo((int) ((1 << 20) / floats) + 1);
  }

  @Test
  void few_large_rows_wait() {
    AttentionRow row = attending(vectors(1, 2));
    AttentionBatches batches = new AttentionBatches(engine(WeightsOut.DROPPED), 1 << 20);
    assertThat(readForTheFirst(row, batches, 1 << 20)).isEqualTo(6);
  }

  @Test
  void rows_of_other_widths_or_without_masks_close_a_batch() {
    AttentionRow narrow = attending(vectors(1, 4));
    AttentionRow wide = attending(vectors(1, 6));
    AttentionRow masked = masked(vectors(1, 4), vectors(1, 4), new int[] {1});
    List<AttentionRow> rows = List.of(narrow, narrow, wide, narrow, masked, masked, narrow);
    List<Integer> batches = new ArrayList<>();
    AttentionBatches computation = new AttentionBatches(engine(WeightsOut.DROPPED), 1000);
    BatchComputation<AttentionRow, Result> counted =
        new BatchComputation<>() {
          @Override
          public BatchLimits<AttentionRow> limits() {
            return computation.limits();
          }

          @Override
          public List<Rejectable<Result>> compute(List<AttentionRow> batch) {
            batches.add(batch.size());
            return computation.compute(batch);
          }
        };
    BatchStream<AttentionRow, AttentionRow, Result> stream =
        new BatchStream<>(rows.iterator(), Rejectable::of, row -> 0, counted);
    assertThat(Stream.generate(stream::next).limit(rows.size()).map(Outcome::item))
        .containsExactlyElementsOf(rows);
    assertThat(batches).containsExactly(2, 1, 1, 2, 1);
  }
}
