package io.heed.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.batch.PackedBatch;
import io.heed.engine.Continuation.FinishReason;
import io.heed.engine.OutcomeStream.Outcome;
import io.heed.kernel.Kernels;
import io.heed.kernel.ReferenceKernels;
import io.heed.layer.Workspace;
import io.heed.row.Rejectable;
import io.heed.row.Rejection;
import io.heed.row.Rejection.Reason;
import io.heed.tensor.Matrix;
import io.heed.text.TextTokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GenerationStreamTest {
  private static final int POSITIONS = DecoderFixture.POSITIONS;
  private static final int OVERFLOWING = DecoderFixture.OVERFLOWING_TOKEN;
  private static final TextTokenizer TOKENIZER = DecoderFixture.tokenizer();
  private static final StopRule NOTHING = stop(Set.of(), Set.of());

  /** An item; one without ids cannot be read. */
  private record Row(int[] ids, long key) {
    static Rejectable<Prompt> read(Row row) {
      return row.ids == null
          ? Rejectable.rejected(Reason.NULL_TOKENS, "unreadable")
          : Rejectable.of(new Prompt(row.ids, row.key));
    }

    @Override
    public String toString() {
      return key + ": " + Arrays.toString(ids);
    }
  }

  /** What a row became, compared by value. */
  private record Became(Reason reason, List<Integer> ids, String text, FinishReason finish) {
    static Became rejected(Reason reason) {
      return new Became(reason, null, null, null);
    }

    static Became of(Rejectable<Continuation> result) {
      if (result.rejection().isPresent()) {
        return rejected(result.rejection().get().reason());
      }
      Continuation continuation = result.value();
      return new Became(
          null,
          Arrays.stream(continuation.ids()).boxed().toList(),
          continuation.text(),
          continuation.finishReason());
    }
  }

  private static StopRule stop(Set<Integer> endOfText, Set<Integer> tokens, String... texts) {
    return new StopRule(endOfText, tokens, List.of(texts), Optional.of(TOKENIZER));
  }

  private static GenerationEngine engine(
      Sampling sampling, StopRule stop, int maxNewTokens, int cachePlaces, int batchTokens) {
    return new GenerationEngine(
        DecoderFixture.predictor(),
        DecoderFixture.kernels(),
        sampling,
        stop,
        maxNewTokens,
        cachePlaces,
        batchTokens);
  }

  private static GenerationEngine greedy(StopRule stop, int maxNewTokens) {
    return engine(Sampling.GREEDY, stop, maxNewTokens, 640, 100);
  }

  private static GenerationStream<Row> stream(GenerationEngine engine, Iterator<Row> rows) {
    return new GenerationStream<>(rows, Row::read, row -> 0, engine);
  }

  private static List<Outcome<Row, Continuation>> outcomes(
      GenerationEngine engine, List<Row> rows) {
    List<Outcome<Row, Continuation>> outcomes = new ArrayList<>();
    stream(engine, rows.iterator()).forEachRemaining(outcomes::add);
    return outcomes;
  }

  private static Rejectable<Continuation> result(GenerationEngine engine, int... ids) {
    return outcomes(engine, List.of(new Row(ids, 0))).get(0).result();
  }

  /** The rule, written a second time: one row, without a cache, each token from the beginning. */
  private static Became plain(GenerationEngine engine, Row row) {
    int[] ids = row.ids;
    if (ids == null) {
      return Became.rejected(Reason.NULL_TOKENS);
    }
    if (ids.length == 0) {
      return Became.rejected(Reason.EMPTY_TOKENS);
    }
    if (IntStream.of(ids).anyMatch(id -> id < 0 || id >= DecoderFixture.VOCABULARY)) {
      return Became.rejected(Reason.TOKEN_OUT_OF_VOCABULARY);
    }
    int longest = Math.min(POSITIONS, ids.length + engine.maxNewTokens());
    if (ids.length >= POSITIONS || longest - 1 > engine.cachePlaces()) {
      return Became.rejected(Reason.TOO_LONG);
    }
    Workspace workspace = new Workspace();
    for (int length = ids.length; ; length++) {
      OptionalInt next = next(engine, ids, row.key, length - row.ids.length, workspace);
      if (next.isEmpty()) {
        return Became.rejected(Reason.NON_FINITE);
      }
      ids = Arrays.copyOf(ids, length + 1);
      ids[length] = next.getAsInt();
      Optional<FinishReason> finish = finish(engine, ids, row.ids.length);
      if (finish.isPresent()) {
        return became(engine.stop(), Arrays.copyOfRange(ids, row.ids.length, length + 1), finish);
      }
    }
  }

  private static OptionalInt next(
      GenerationEngine engine, int[] ids, long key, int step, Workspace workspace) {
    Predictor.Session session = engine.predictor().session();
    session.read(PackedBatch.of(List.of(ids)));
    Matrix logits = session.logits(new int[] {ids.length - 1});
    return new TokenSampler(engine.sampling(), engine.kernels(), workspace.scratch())
        .choose(logits, 0, key, step);
  }

  private static Optional<FinishReason> finish(GenerationEngine engine, int[] ids, int prompt) {
    int last = ids[ids.length - 1];
    String text = TOKENIZER.decode(Arrays.copyOfRange(ids, prompt, ids.length));
    if (engine.stop().endOfText().contains(last)) {
      return Optional.of(FinishReason.END_OF_TEXT);
    }
    if (engine.stop().tokens().contains(last)
        || engine.stop().texts().stream().anyMatch(text::contains)) {
      return Optional.of(FinishReason.STOP);
    }
    if (ids.length - prompt == engine.maxNewTokens()) {
      return Optional.of(FinishReason.LENGTH);
    }
    return ids.length == POSITIONS ? Optional.of(FinishReason.POSITIONS) : Optional.empty();
  }

  private static Became became(StopRule stop, int[] generated, Optional<FinishReason> finish) {
    boolean ended = finish.equals(Optional.of(FinishReason.END_OF_TEXT));
    int[] kept = Arrays.copyOf(generated, generated.length - (ended ? 1 : 0));
    String text = TOKENIZER.decode(kept);
    for (String end : stop.texts()) {
      text = text.contains(end) ? text.substring(0, text.indexOf(end)) : text;
    }
    return new Became(null, Arrays.stream(kept).boxed().toList(), text, finish.orElseThrow());
  }

  @Property(tries = 100)
  void every_row_becomes_what_it_is_alone_and_without_a_cache(
      @ForAll("rows") @Size(max = 14) List<Row> rows, @ForAll("engines") GenerationEngine engine) {
    List<Outcome<Row, Continuation>> outcomes = outcomes(engine, rows);

    assertThat(outcomes).extracting(Outcome::item).containsExactlyElementsOf(rows);
    for (Outcome<Row, Continuation> outcome : outcomes) {
      assertThat(Became.of(outcome.result())).isEqualTo(plain(engine, outcome.item()));
      outcome
          .result()
          .then(
              continuation -> {
                assertThat(continuation.promptTokens()).isEqualTo(outcome.item().ids().length);
                return Rejectable.of(continuation);
              });
    }
  }

  @Provide
  Arbitrary<List<Row>> rows() {
    Arbitrary<Integer> mostlyValid =
        Arbitraries.frequencyOf(
            Tuple.of(500, Arbitraries.integers().between(0, OVERFLOWING - 1)),
            Tuple.of(3, Arbitraries.just(OVERFLOWING)),
            Tuple.of(1, Arbitraries.just(DecoderFixture.VOCABULARY)),
            Tuple.of(1, Arbitraries.just(-1)));
    Arbitrary<int[]> ids =
        Arbitraries.integers()
            .between(0, POSITIONS + 2)
            .flatMap(count -> mostlyValid.array(int[].class).ofSize(count))
            .injectNull(0.03);
    return Combinators.combine(ids, Arbitraries.longs().between(-3, 3)).as(Row::new).list();
  }

  @Provide
  Arbitrary<GenerationEngine> engines() {
    Arbitrary<Sampling> samplings =
        Arbitraries.of(
            Sampling.GREEDY,
            new Sampling(1, 0, 1, 1),
            new Sampling(0.3, 20, 1, 2),
            new Sampling(0.3, 0, 0.8, 3));
    Arbitrary<StopRule> stops =
        Arbitraries.of(
            NOTHING,
            stop(Set.of(DecoderFixture.TOKENIZER_FILES.endOfText(), 3, 4, 5, 6), Set.of()),
            stop(Set.of(), Set.of(10, 11, 12, 13, 14, 15)),
            stop(Set.of(7), Set.of(8), "e", "t", " a", "\uFFFD\uFFFDx"));
    return Combinators.combine(
            samplings,
            stops,
            Arbitraries.integers().between(1, 60),
            Arbitraries.of(0, 31, 32, 33, 64, 96, 200, 2000),
            Arbitraries.oneOf(
                Arbitraries.integers().between(1, 8), Arbitraries.integers().between(1, 300)))
        .as(GenerationStreamTest::engine);
  }

  @Property(tries = 30)
  void the_order_of_rows_changes_none(
      @ForAll("rows") @Size(max = 14) List<Row> rows,
      @ForAll("engines") GenerationEngine engine,
      @ForAll Random random) {
    List<Row> shuffled = new ArrayList<>(rows);
    Collections.shuffle(shuffled, random);
    List<Outcome<Row, Continuation>> before = outcomes(engine, rows);
    for (Outcome<Row, Continuation> after : outcomes(engine, shuffled)) {
      Outcome<Row, Continuation> same =
          before.stream().filter(o -> o.item() == after.item()).findFirst().orElseThrow();
      assertThat(Became.of(after.result())).isEqualTo(Became.of(same.result()));
    }
  }

  @Test
  void many_rows_through_a_cache_with_room_for_one_or_two() {
    GenerationEngine engine = engine(new Sampling(0.5, 0, 1, 9), NOTHING, 9, 64, 10);
    Random random = new Random(1);
    List<Row> rows = new ArrayList<>();
    for (int key = 0; key < 150; key++) {
      int[] ids = DecoderFixture.ids(random, 1 + random.nextInt(POSITIONS));
      if (key % 10 == 5) {
        ids[ids.length / 2] = OVERFLOWING;
      }
      rows.add(new Row(ids, key));
    }
    List<Outcome<Row, Continuation>> outcomes = outcomes(engine, rows);
    assertThat(outcomes).extracting(Outcome::item).isEqualTo(rows);
    for (Outcome<Row, Continuation> outcome : outcomes) {
      assertThat(Became.of(outcome.result())).isEqualTo(plain(engine, outcome.item()));
    }
  }

  @Test
  void what_overflows_leaves_nothing_in_its_places() {
    for (Kernels kernels : List.of(DecoderFixture.kernels(), new ReferenceKernels())) {
      GenerationEngine engine =
          new GenerationEngine(
              DecoderFixture.predictor(kernels), kernels, Sampling.GREEDY, NOTHING, 15, 32, 64);
      int[] bad = new int[18];
      Arrays.fill(bad, OVERFLOWING);
      Row good = new Row(DecoderFixture.ids(new Random(3), 3), 0);
      List<Outcome<Row, Continuation>> outcomes =
          outcomes(engine, List.of(new Row(bad, 0), good, new Row(bad, 0), good));
      assertThat(outcomes.get(0).result().rejection())
          .contains(
              new Rejection(
                  Reason.NON_FINITE,
                  "the logits of what follows token 18 are not finite, or too large for a"
                      + " softmax"));
      assertThat(Became.of(outcomes.get(1).result())).isEqualTo(plain(engine, good));
      assertThat(Became.of(outcomes.get(3).result())).isEqualTo(plain(engine, good));
    }
  }

  /** A prompt whose third and fourth tokens to come are letters that did not come before. */
  private record Found(int[] prompt, List<Integer> follows) {
    String letters() {
      return TOKENIZER.decode(follows.get(2), follows.get(3));
    }

    static Found first() {
      Random random = new Random(4);
      while (true) {
        int[] prompt = DecoderFixture.ids(random, 5);
        Became became = plain(greedy(NOTHING, 8), new Row(prompt, 0));
        if (became.ids() != null) {
          Found found = new Found(prompt, became.ids());
          if (found.letters().matches("[!-~]{2}")
              && became.text().indexOf(found.letters()) == found.text(2).length()
              && Set.copyOf(found.follows).size() == 8) {
            return found;
          }
        }
      }
    }

    String text(int count) {
      return TOKENIZER.decode(follows.stream().limit(count).mapToInt(i -> i).toArray());
    }
  }

  @Test
  void finish_reasons() {
    Found found = Found.first();
    List<Integer> follows = found.follows();
    int[] prompt = found.prompt();
    Set<Integer> none = Set.of();

    assertThat(Became.of(result(greedy(NOTHING, 8), prompt)))
        .isEqualTo(new Became(null, follows, found.text(8), FinishReason.LENGTH));
    assertThat(Became.of(result(greedy(NOTHING, 1), prompt)))
        .isEqualTo(new Became(null, follows.subList(0, 1), found.text(1), FinishReason.LENGTH));
    // A text over two tokens: both were generated, and neither is in the text.
    assertThat(Became.of(result(greedy(stop(none, none, "no", found.letters()), 8), prompt)))
        .isEqualTo(new Became(null, follows.subList(0, 4), found.text(2), FinishReason.STOP));
    assertThat(Became.of(result(greedy(stop(none, Set.of(follows.get(4))), 8), prompt)))
        .isEqualTo(new Became(null, follows.subList(0, 5), found.text(5), FinishReason.STOP));
    assertThat(Became.of(result(greedy(stop(Set.of(follows.get(4)), none), 8), prompt)))
        .isEqualTo(
            new Became(null, follows.subList(0, 4), found.text(4), FinishReason.END_OF_TEXT));
    // An end at the last token that is wanted is an end.
    assertThat(Became.of(result(greedy(stop(Set.of(follows.get(0)), none), 1), prompt)))
        .isEqualTo(new Became(null, List.of(), "", FinishReason.END_OF_TEXT));
    assertThat(result(greedy(NOTHING, 8), prompt).value().promptTokens()).isEqualTo(5);
  }

  @Test
  void a_sequence_ends_where_the_positions_do() {
    int[] prompt = DecoderFixture.ids(new Random(21), POSITIONS - 1);
    Continuation one = result(greedy(NOTHING, 10), prompt).value();
    assertThat(one.ids()).hasSize(1);
    assertThat(one.finishReason()).isEqualTo(FinishReason.POSITIONS);
    assertThat(result(greedy(NOTHING, 1), prompt).value().finishReason())
        .isEqualTo(FinishReason.LENGTH);
    int[] shorter = Arrays.copyOf(prompt, POSITIONS - 10);
    Became became = plain(greedy(NOTHING, Integer.MAX_VALUE), new Row(shorter, 0));
    assertThat(became.finish()).isEqualTo(FinishReason.POSITIONS);
    assertThat(became.ids()).hasSize(10);
    assertThat(Became.of(result(greedy(NOTHING, Integer.MAX_VALUE), shorter))).isEqualTo(became);
  }

  @Test
  void without_a_tokenizer_there_is_no_text() {
    StopRule ids = new StopRule(Set.of(), Set.of(), List.of(), Optional.empty());
    assertThat(result(greedy(ids, 3), 1, 2).value().text()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0  | EMPTY_TOKENS | the row has no tokens
          48 | TOO_LONG     | a prompt of 48 tokens leaves no room for another among the 48 positions of the model
          49 | TOO_LONG     | a prompt of 49 tokens leaves no room for another among the 48 positions of the model
          30 | TOO_LONG     | a prompt of 30 tokens and its continuation take 34 places of the key/value cache, which has 33
          """)
  void rows_that_cannot_be_continued_say_why(int tokens, Reason reason, String message) {
    GenerationEngine engine = engine(Sampling.GREEDY, NOTHING, 5, 33, 100);
    Row good = new Row(DecoderFixture.ids(new Random(5), 29), 0);
    List<Outcome<Row, Continuation>> outcomes =
        outcomes(engine, List.of(good, new Row(new int[tokens], 0), good));
    assertThat(outcomes.get(1).result().rejection()).contains(new Rejection(reason, message));
    assertThat(outcomes.get(0).result().value().ids()).hasSize(5);
    assertThat(outcomes.get(2).result().value().ids()).hasSize(5);
  }

  @Test
  void draws_depend_on_the_key_of_the_row() {
    GenerationEngine engine = engine(new Sampling(1, 0, 1, 77), NOTHING, 12, 640, 100);
    int[] prompt = {1, 2, 3};
    List<Row> rows =
        List.of(new Row(prompt, 5), new Row(prompt, 6), new Row(prompt, 5), new Row(prompt, 7));
    List<int[]> ids =
        outcomes(engine, rows).stream().map(outcome -> outcome.result().value().ids()).toList();
    assertThat(ids.get(2)).isEqualTo(ids.get(0));
    assertThat(ids.get(1)).isNotEqualTo(ids.get(0));
    assertThat(ids.get(3)).isNotEqualTo(ids.get(0)).isNotEqualTo(ids.get(1));
    GenerationEngine other = engine(new Sampling(1, 0, 1, 78), NOTHING, 12, 640, 100);
    assertThat(result(other, prompt).value().ids())
        .isNotEqualTo(result(engine, prompt).value().ids());
    assertThat(prompt).containsExactly(1, 2, 3);
  }

  private static int mostRows(int batchTokens, IntUnaryOperator promptTokens) {
    WatchedKernels watched = new WatchedKernels(DecoderFixture.kernels());
    GenerationEngine engine =
        new GenerationEngine(
            DecoderFixture.predictor(watched.kernels()),
            watched.kernels(),
            Sampling.GREEDY,
            NOTHING,
            3,
            64 * 200,
            batchTokens);
    Random random = new Random(6);
    List<Row> rows =
        IntStream.range(0, 150)
            .map(promptTokens)
            .mapToObj(tokens -> new Row(DecoderFixture.ids(random, tokens), 0))
            .toList();
    assertThat(outcomes(engine, rows)).hasSize(150);
    return Collections.max(watched.rows());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 20, 63, 200})
  void steps_stay_within_the_batch_and_use_it(int batchTokens) {
    assertThat(mostRows(batchTokens, row -> 1 + row % 40)).isEqualTo(batchTokens);
    // Logits are of at most 64 tokens, so that no more sequences go on together.
    assertThat(mostRows(batchTokens, row -> 1)).isEqualTo(Math.min(64, batchTokens));
  }

  @Test
  void a_long_prompt_holds_nobody_up() {
    Iterator<Row> rows =
        List.of(
                new Row(new int[40], 0),
                new Row(new int[] {1}, 1),
                new Row(new int[] {2}, 2),
                new Row(new int[] {3}, 3))
            .iterator();
    AtomicInteger asked = new AtomicInteger();
    List<Integer> begun = new ArrayList<>();
    Iterator<Row> watched =
        new Iterator<>() {
          @Override
          public boolean hasNext() {
            asked.incrementAndGet();
            return rows.hasNext();
          }

          @Override
          public Row next() {
            begun.add(asked.get());
            return rows.next();
          }
        };
    // Two go on together, and two tokens pass through in a step: one of the prompt, one of others.
    stream(engine(Sampling.GREEDY, NOTHING, 5, 640, 2), watched).forEachRemaining(ignored -> {});
    assertThat(begun).hasSize(4);
    assertThat(begun.get(3)).isLessThan(20);
  }

  private static Iterator<Row> counted(Row row, AtomicInteger read) {
    return IntStream.generate(read::incrementAndGet).mapToObj(i -> row).iterator();
  }

  @Test
  void reads_no_further_than_there_is_room() {
    AtomicInteger read = new AtomicInteger();
    GenerationEngine oneAtATime = engine(Sampling.GREEDY, NOTHING, 2, 32, 100);
    GenerationStream<Row> stream = stream(oneAtATime, counted(new Row(new int[20], 0), read));
    assertThat(read.get()).isZero();
    for (int row = 1; row <= 50; row++) {
      stream.next();
      // The next one waits for its places; the iterator may have made one more.
      assertThat(read.get() - row).isBetween(0, 2);
    }

    read.set(0);
    GenerationEngine three = engine(Sampling.GREEDY, NOTHING, 2, 640, 3);
    GenerationStream<Row> together = stream(three, counted(new Row(new int[] {1}, 0), read));
    for (int row = 1; row <= 50; row++) {
      together.next();
      assertThat(read.get() - row).isBetween(0, 4);
    }
  }

  @Test
  void a_rejected_row_waits_for_nothing() {
    AtomicInteger read = new AtomicInteger();
    GenerationStream<Row> stream = stream(greedy(NOTHING, 5), counted(new Row(null, 0), read));
    for (int row = 1; row <= 50; row++) {
      assertThat(stream.next().result().rejection()).isPresent();
      assertThat(read.get() - row).isBetween(0, 1);
    }
    assertThat(stream.computeTime().wallNanos()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"0, 4096", "1048576, 6", "10000000, 1"})
  void no_more_rows_wait_than_the_limits_of_number_and_bytes(int bytes, int most) {
    AtomicInteger read = new AtomicInteger();
    Row good = new Row(new int[] {1}, 0);
    Row rejected = new Row(new int[0], 0);
    Iterator<Row> items =
        IntStream.generate(read::getAndIncrement)
            .mapToObj(i -> i % 10_000 == 0 ? good : rejected)
            .iterator();
    GenerationStream<Row> stream =
        new GenerationStream<>(items, Row::read, row -> bytes, greedy(NOTHING, 10));
    assertThat(stream.hasNext()).isTrue();
    assertThat(read.get()).isBetween(most, most + 1);
    for (int row = 0; row < most; row++) {
      assertThat(stream.next().result().rejection().isPresent()).isEqualTo(row > 0);
    }
    // What has left counts no more.
    stream.next();
    assertThat(read.get()).isBetween(most + 1, most + 2);
  }

  @Test
  void a_task_that_is_killed_ends_between_two_steps() {
    AtomicInteger asked = new AtomicInteger();
    Iterator<Row> killed =
        new Iterator<>() {
          @Override
          public boolean hasNext() {
            if (asked.incrementAndGet() == 10) {
              throw new IllegalStateException("killed");
            }
            return asked.get() <= 2;
          }

          @Override
          public Row next() {
            return new Row(new int[] {1}, 0);
          }
        };
    // No other row could begin: the items are asked though none is needed.
    GenerationStream<Row> stream = stream(engine(Sampling.GREEDY, NOTHING, 40, 64, 1), killed);
    assertThatThrownBy(stream::hasNext)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("killed");
    // Forty steps would have asked more often.
    assertThat(asked.get()).isEqualTo(10);
  }

  @Test
  void a_row_that_was_read_in_part_is_not_passed_over() {
    GenerationStream<Row> stream =
        new GenerationStream<>(
            List.of(new Row(new int[] {1}, 0), new Row(new int[] {2}, 0)).iterator(),
            row -> {
              if (row.ids()[0] == 1) {
                throw new UnsupportedOperationException("unreadable");
              }
              return Row.read(row);
            },
            row -> 0,
            engine(Sampling.GREEDY, NOTHING, 1, 0, 10));
    assertThatThrownBy(stream::hasNext).isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(stream::hasNext)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("2 rows wait, but none is being continued");
  }

  @Test
  void tells_the_time_of_the_computation_only() {
    GenerationStream<Row> stream =
        stream(greedy(NOTHING, 2), List.of(new Row(null, 0), new Row(new int[] {1}, 0)).iterator());
    stream.next();
    assertThat(stream.computeTime().wallNanos()).isZero();
    stream.next();
    long nanos = stream.computeTime().wallNanos();
    assertThat(nanos).isPositive();
    assertThat(stream.hasNext()).isFalse();
    assertThat(stream.computeTime().wallNanos()).isEqualTo(nanos);
    assertThatThrownBy(stream::next).isInstanceOf(NoSuchElementException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0 | 1  | 1 | a continuation of 0 tokens is not possible
          1 | -1 | 1 | a key/value cache of -1 places is not possible
          1 | 1  | 0 | a batch of 0 tokens is not possible
          """)
  void numbers_out_of_their_range(int maxNewTokens, int places, int batchTokens, String message) {
    assertThatThrownBy(() -> engine(Sampling.GREEDY, NOTHING, maxNewTokens, places, batchTokens))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }
}
