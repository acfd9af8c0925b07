package io.heed.engine;

import io.heed.batch.PackedBatch;
import io.heed.engine.Continuation.FinishReason;
import io.heed.kernel.Scratch;
import io.heed.layer.KeyValueCache;
import io.heed.layer.KeyValueCache.Run;
import io.heed.row.Rejectable;
import io.heed.row.Rejectable.Rejected;
import io.heed.row.Rejection.Reason;
import io.heed.tensor.Matrix;
import io.heed.text.TokenizationException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * Continues prompts, many of them at once: every step takes one token of each sequence, or some
 * more of a prompt, through the model. A sequence that is finished leaves, and the next row takes
 * its place in the cache. Outcomes come in the order of the items, and do not depend on what else
 * is computed with them. Not thread-safe.
 *
 * @param <T> what a row is to the caller
 */
public final class GenerationStream<T> implements OutcomeStream<T, Continuation> {
  private final Iterator<T> items;
  private final Function<? super T, Rejectable<Prompt>> reader;
  private final ToLongFunction<? super T> bytes;
  private final GenerationEngine engine;
  private final int mostSequences;
  private final Predictor.Session session;
  private final TokenSampler sampler;
  private final ComputeTime computeTime = new ComputeTime();
  private KeyValueCache cache;

  /** All items that were read and not given back, in their order. */
  private final Deque<Entry> entries = new ArrayDeque<>();

  /** Those that are being continued. */
  private final List<Sequence> sequences = new ArrayList<>();

  /** The next one, for which there is no room yet. */
  private Sequence next;

  private long entryBytes;

  /** An item, and what became of it, or null. */
  private final class Entry {
    private final T item;
    private final long itemBytes;
    private Rejectable<Continuation> result;

    Entry(T item) {
      this.item = item;
      this.itemBytes = bytes.applyAsLong(item);
    }
  }

  /** A prompt and what follows it so far. */
  private final class Sequence {
    private final Entry entry;
    private final Prompt prompt;
    private final StopRule.Watch watch = engine.stop().watch();
    private final GrowingIds ids;
    private Run run;

    Sequence(Entry entry, Prompt prompt) {
      this.entry = entry;
      this.prompt = prompt;
      this.ids = new GrowingIds(prompt.ids());
    }

    /** Tokens that have to pass through the model before the next one can be chosen. */
    int missing() {
      return ids.length() - run.tokens();
    }

    int generated() {
      return ids.length() - prompt.ids().length;
    }

    int[] generatedIds() {
      return ids.copy(prompt.ids().length, ids.length());
    }
  }

  /**
   * A stream over {@code items}.
   *
   * @param reader the prompt of an item
   * @param bytes about how much memory an item holds
   */
  public GenerationStream(
      Iterator<T> items,
      Function<? super T, Rejectable<Prompt>> reader,
      ToLongFunction<? super T> bytes,
      GenerationEngine engine) {
    this.items = items;
    this.reader = reader;
    this.bytes = bytes;
    this.engine = engine;
    this.mostSequences = Math.min(Predictor.MOST_LOGITS, engine.batchTokens());
    this.session = engine.predictor().session();
    this.sampler = new TokenSampler(engine.sampling(), engine.kernels(), new Scratch());
  }

  @Override
  public ComputeTime computeTime() {
    return computeTime;
  }

  @Override
  public boolean hasNext() {
    while (!headIsFinished()) {
      // Asked for in every step, since a killed task ends here.
      boolean more = items.hasNext();
      admit(more);
      if (sequences.isEmpty()) {
        checkNoneWaits();
        return headIsFinished();
      }
      computeTime.run(this::step);
    }
    return true;
  }

  @Override
  public Outcome<T, Continuation> next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    Entry entry = entries.remove();
    entryBytes -= entry.itemBytes;
    return new Outcome<>(entry.item, entry.result);
  }

  private boolean headIsFinished() {
    return !entries.isEmpty() && entries.peek().result != null;
  }

  /** A row without an outcome, of which nothing is being continued, would be lost. */
  private void checkNoneWaits() {
    if (!entries.isEmpty() && !headIsFinished()) {
      throw new IllegalStateException(
          String.format(Locale.ROOT, "%d rows wait, but none is being continued", entries.size()));
    }
  }

  /** Lets rows begin, in their order, until there is no room for the next. */
  private void admit(boolean more) {
    while (sequences.size() < mostSequences && (next != null || more && readNext())) {
      if (cache == null) {
        cache = engine.newCache(session, mostSequences);
      }
      Optional<Run> run = cache.reserve(engine.cached(next.prompt.ids().length));
      if (run.isEmpty()) {
        break;
      }
      next.run = run.get();
      sequences.add(next);
      next = null;
    }
  }

  /** Reads items until one can be continued. */
  private boolean readNext() {
    while (items.hasNext()
        && !headIsFinished()
        && entries.size() < BatchStream.MOST_WAITING
        && entryBytes < BatchStream.MOST_WAITING_BYTES) {
      Entry entry = new Entry(items.next());
      entries.add(entry);
      entryBytes += entry.itemBytes;
      Rejectable<Prompt> prompt =
          reader.apply(entry.item).then(read -> Rejectable.of(read, engine.check(read)));
      if (prompt instanceof Rejected<Prompt> rejected) {
        entry.result = new Rejected<>(rejected.why());
      } else {
        next = new Sequence(entry, prompt.value());
        return true;
      }
    }
    return false;
  }

  /**
   * Passes tokens through the model: one of each sequence, or as much of a prompt as there is room
   * for.
   */
  private void step() {
    List<Sequence> stepped = new ArrayList<>();
    List<int[]> tokens = new ArrayList<>();
    int room = engine.batchTokens();
    for (Sequence sequence : sequences) {
      // Room is kept for one token of each of the others, so that a long prompt holds nobody up.
      int others = sequences.size() - stepped.size() - 1;
      int count = Math.min(sequence.missing(), room - others);
      int from = sequence.run.tokens();
      stepped.add(sequence);
      tokens.add(sequence.ids.copy(from, from + count));
      room -= count;
    }
    PackedBatch batch = PackedBatch.of(tokens);
    List<Run> runs = stepped.stream().map(sequence -> sequence.run).toList();
    session.read(batch, cache, runs);
    choose(batch, stepped);
  }

  /** Lets each sequence whose tokens have all passed through go on by one. */
  private void choose(PackedBatch batch, List<Sequence> stepped) {
    List<Sequence> ready = new ArrayList<>();
    List<Integer> last = new ArrayList<>();
    for (int s = 0; s < stepped.size(); s++) {
      if (stepped.get(s).missing() == 0) {
        ready.add(stepped.get(s));
        last.add(batch.cumulativeLengths()[s + 1] - 1);
      }
    }
    if (ready.isEmpty()) {
      return;
    }
    int[] rows = last.stream().mapToInt(Integer::intValue).toArray();
    Matrix logits = session.logits(rows);
    for (int i = 0; i < ready.size(); i++) {
      Sequence sequence = ready.get(i);
      AllowedTokens.Range allowed = engine.allowed().at(sequence.generated());
      OptionalInt id =
          sampler.choose(
              logits.columns(allowed.from(), allowed.to()),
              i,
              sequence.prompt.key(),
              sequence.generated());
      if (id.isPresent()) {
        int token = allowed.from() + id.getAsInt();
        sequence.ids.append(token);
        finishIfEnded(sequence, token);
      } else {
        String message =
            String.format(
                Locale.ROOT,
                "the logits of what follows token %d are not finite, or too large for a softmax",
                sequence.ids.length());
        finish(sequence, Rejectable.rejected(Reason.NON_FINITE, message));
      }
    }
  }

  private void finishIfEnded(Sequence sequence, int last) {
    try {
      finishReason(sequence, last)
          .map(reason -> continuation(sequence, reason))
          .ifPresent(continuation -> finish(sequence, Rejectable.of(continuation)));
    } catch (TokenizationException e) {
      finish(sequence, Rejectable.rejected(Reason.NOT_TOKENIZABLE, e.getMessage()));
    }
  }

  private Continuation continuation(Sequence sequence, FinishReason reason) {
    return engine
        .stop()
        .continuation(sequence.prompt.ids().length, sequence.generatedIds(), reason);
  }

  private Optional<FinishReason> finishReason(Sequence sequence, int last) {
    Optional<FinishReason> stopped = sequence.watch.reason(last);
    if (stopped.isPresent()) {
      return stopped;
    }
    if (sequence.generated() == engine.maxNewTokens()) {
      return Optional.of(FinishReason.LENGTH);
    }
    return sequence.ids.length() == engine.predictor().spec().positions()
        ? Optional.of(FinishReason.POSITIONS)
        : Optional.empty();
  }

  private void finish(Sequence sequence, Rejectable<Continuation> result) {
    sequence.entry.result = result;
    cache.release(sequence.run);
    sequences.remove(sequence);
  }
}
