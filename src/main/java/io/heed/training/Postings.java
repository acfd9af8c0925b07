package io.heed.training;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * What the tasks of one JVM have for others, by task and key. Who asks before something is there
 * gets it when it is.
 */
public final class Postings {
  private final ConcurrentMap<String, CompletableFuture<Posting>> byName =
      new ConcurrentHashMap<>();

  private static String name(int rank, String key) {
    return rank + "/" + key;
  }

  /**
   * Puts something up.
   *
   * @throws IllegalStateException when there is something under that key
   */
  public void put(int rank, String key, Posting posting) {
    if (!of(rank, key).complete(posting)) {
      throw new IllegalStateException(name(rank, key) + " is there already");
    }
  }

  /** What a task of this JVM has, or will have. */
  public CompletableFuture<Posting> of(int rank, String key) {
    return byName.computeIfAbsent(name(rank, key), absent -> new CompletableFuture<>());
  }

  /** What a task of this JVM has now. */
  public Optional<Posting> now(int rank, String key) {
    CompletableFuture<Posting> posting = byName.get(name(rank, key));
    return posting == null ? Optional.empty() : Optional.ofNullable(posting.getNow(null));
  }

  /** Takes down what a task has under keys that begin with a prefix. */
  public void remove(int rank, String prefix) {
    String begin = name(rank, prefix);
    byName.keySet().removeIf(name -> name.startsWith(begin));
  }

  /** Fails for all who wait. */
  public void fail(Throwable cause) {
    byName.values().forEach(posting -> posting.completeExceptionally(cause));
  }
}
