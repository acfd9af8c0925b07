package io.heed.training;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * What one task gives the others of its run and gets from them: it puts numbers up under a key, and
 * others fetch them. Tasks of one JVM read each other's memory; between JVMs a subclass carries
 * bytes. One thread uses it.
 */
public abstract class Exchange {
  /** How long a wait is before the task asks whether it still has to go on. */
  private static final long LOOK_MILLIS = 200;

  /** Values that are asked for at once: 256 kB of floats, of which many are on their way. */
  private static final int PART = 1 << 16;

  /** Most values of one message between JVMs. */
  public static final int MOST_VALUES = 1 << 20;

  private final int rank;
  private final Ranks ranks;
  private final Postings postings;
  private final List<String> retired = new ArrayList<>();

  /**
   * The exchange of a task.
   *
   * @param postings of all tasks in this JVM
   */
  protected Exchange(int rank, Ranks ranks, Postings postings) {
    this.rank = rank;
    this.ranks = ranks;
    this.postings = postings;
  }

  /** An exchange of tasks that share this JVM. */
  public static Exchange within(int rank, int tasks, Postings postings) {
    return new Exchange(rank, Ranks.together(tasks), postings) {
      @Override
      protected CompletableFuture<Void> whenThere(int other, String key) {
        throw new IllegalStateException("all tasks are in one JVM");
      }

      @Override
      protected CompletableFuture<Void> read(
          int other, String key, int from, int n, Consumer<ByteBuffer> reader) {
        throw new IllegalStateException("all tasks are in one JVM");
      }

      @Override
      protected void checkGoesOn() {}
    };
  }

  public final int rank() {
    return rank;
  }

  public final Ranks ranks() {
    return ranks;
  }

  public final int tasks() {
    return ranks.tasks();
  }

  /** Is done when a task of another JVM has put something up under the key. */
  protected abstract CompletableFuture<Void> whenThere(int other, String key);

  /**
   * Reads what is up under a key of a task of another JVM; many reads may be under way.
   *
   * @param from the first value
   * @param n values, at most {@link #MOST_VALUES}, or negative for all, which are no more
   * @param reader gets them, little-endian, and keeps nothing of the buffer, in any thread
   */
  protected abstract CompletableFuture<Void> read(
      int other, String key, int from, int n, Consumer<ByteBuffer> reader);

  /**
   * Whether the task has to go on; called while it waits.
   *
   * @throws CancellationException when it has not
   */
  protected abstract void checkGoesOn();

  /** Puts values up; they must stay as they are until all who fetch them have. */
  public final void put(String key, float[] values, int at, int n) {
    postings.put(rank, key, new Posting.Floats(values, at, n));
  }

  /**
   * Takes down what is up under keys that begin so, at the end of the next gathering: then all
   * tasks have read what they asked for before it.
   */
  public final void remove(String prefix) {
    retired.add(prefix);
  }

  /** Fetches values into {@code target}, once they are there. */
  public final CompletableFuture<Void> fetch(
      int other, String key, int from, float[] target, int at, int n) {
    Objects.checkFromIndexSize(at, n, target.length);
    if (ranks.together(rank, other)) {
      return postings
          .of(other, key)
          .thenAccept(
              posting -> {
                Posting.Floats floats = (Posting.Floats) posting;
                Objects.checkFromIndexSize(from, n, floats.size());
                System.arraycopy(floats.values(), floats.at() + from, target, at, n);
              });
    }
    return whenThere(other, key).thenCompose(there -> readFloats(other, key, from, target, at, n));
  }

  private CompletableFuture<Void> readFloats(
      int other, String key, int from, float[] target, int at, int n) {
    List<CompletableFuture<Void>> parts = new ArrayList<>();
    for (int done = 0; done < n; done += PART) {
      int first = done;
      int count = Math.min(PART, n - first);
      parts.add(
          read(
              other,
              key,
              from + first,
              count,
              bytes -> {
                requireBytes(bytes, (long) count * Float.BYTES, other, key);
                bytes.asFloatBuffer().get(target, at + first, count);
              }));
    }
    return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new));
  }

  private static void requireBytes(ByteBuffer bytes, long expected, int other, String key) {
    if (bytes.remaining() != expected) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "task %d gave %d bytes of %s, not %d",
              other,
              bytes.remaining(),
              key,
              expected));
    }
  }

  /** Waits for all of them. */
  public final void await(List<CompletableFuture<Void>> fetches) {
    for (CompletableFuture<Void> fetch : fetches) {
      await(fetch);
    }
  }

  /** The numbers that every task gives under this key, by rank. All tasks have to call it. */
  public final double[][] gather(String key, double... own) {
    int leader = ranks.leader(rank);
    postings.put(rank, key + "/own", new Posting.Doubles(own));
    if (rank == leader) {
      postings.put(rank, key + "/all", new Posting.Doubles(gatherAsLeader(key)));
    }
    double[] all = doubles(await(postings.of(leader, key + "/all")));
    double[][] byRank = new double[tasks()][];
    int at = 0;
    while (at < all.length) {
      double[] values = new double[(int) all[at + 1]];
      System.arraycopy(all, at + 2, values, 0, values.length);
      byRank[(int) all[at]] = values;
      at += 2 + values.length;
    }
    retired.forEach(prefix -> postings.remove(rank, prefix));
    retired.clear();
    return byRank;
  }

  /** Leaders give each other what the tasks of their JVMs have: so few messages are sent. */
  private double[] gatherAsLeader(String key) {
    List<double[]> parts = new ArrayList<>();
    for (int companion : ranks.companions(rank)) {
      double[] values = doubles(await(postings.of(companion, key + "/own")));
      parts.add(new double[] {companion, values.length});
      parts.add(values);
    }
    double[] ours = joined(parts);
    postings.put(rank, key + "/here", new Posting.Doubles(ours));
    List<CompletableFuture<double[]>> there = new ArrayList<>();
    for (int other : ranks.leaders()) {
      if (other != rank) {
        there.add(fetchDoubles(other, key + "/here"));
      }
    }
    List<double[]> all = new ArrayList<>(List.of(ours));
    there.forEach(part -> all.add(await(part)));
    return joined(all);
  }

  private CompletableFuture<double[]> fetchDoubles(int other, String key) {
    AtomicReference<double[]> values = new AtomicReference<>();
    return whenThere(other, key)
        .thenCompose(there -> read(other, key, 0, -1, bytes -> values.set(doubles(bytes))))
        .thenApply(read -> values.get());
  }

  private static double[] joined(List<double[]> parts) {
    double[] all = new double[parts.stream().mapToInt(part -> part.length).sum()];
    int at = 0;
    for (double[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }

  private static double[] doubles(Posting posting) {
    return ((Posting.Doubles) posting).values();
  }

  private static double[] doubles(ByteBuffer bytes) {
    double[] values = new double[bytes.remaining() / Double.BYTES];
    bytes.asDoubleBuffer().get(values);
    return values;
  }

  private <T> T await(CompletableFuture<T> future) {
    while (true) {
      try {
        return future.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        checkGoesOn();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw (CancellationException)
            new CancellationException("interrupted while waiting for another task").initCause(e);
      } catch (ExecutionException e) {
        throw new ExchangeException(
            String.format(Locale.ROOT, "another task gave nothing: %s", e.getCause().getMessage()),
            e.getCause());
      }
    }
  }
}
