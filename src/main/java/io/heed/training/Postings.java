package io.heed.training;

import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * What the tasks of one JVM have for others, by task and key. Who asks before something is there
 * gets it when it is.
 */
public final class Postings {
  /** By key, in the order of keys, so that those of a prefix stand together. */
  private final ConcurrentMap<Integer, NavigableMap<String, CompletableFuture<Posting>>> byRank =
      new ConcurrentHashMap<>();

  private NavigableMap<String, CompletableFuture<Posting>> of(int rank) {
    return byRank.computeIfAbsent(rank, absent -> new ConcurrentSkipListMap<>());
  }

  /**
   * Puts something up.
   *
   * @throws IllegalStateException when there is something under that key
   */
  public void put(int rank, String key, Posting posting) {
    if (!of(rank, key).complete(posting)) {
      throw new IllegalStateException(key + " of task " + rank + " is there already");
    }
  }

  /** What a task of this JVM has, or will have. */
  public CompletableFuture<Posting> of(int rank, String key) {
    return of(rank).computeIfAbsent(key, absent -> new CompletableFuture<>());
  }

  /** What a task of this JVM has now. */
  public Optional<Posting> now(int rank, String key) {
    CompletableFuture<Posting> posting = of(rank).get(key);
    return posting == null ? Optional.empty() : Optional.ofNullable(posting.getNow(null));
  }

  /** Takes down what a task has under keys that begin with a prefix. */
  public void remove(int rank, String prefix) {
    of(rank).subMap(prefix, prefix + Character.MAX_VALUE).clear();
  }

  /** Fails for all who wait. */
  public void fail(Throwable cause) {
    byRank
        .values()
        .forEach(
            ofTask -> ofTask.values().forEach(posting -> posting.completeExceptionally(cause)));
  }

  /** How many keys there are. */
  int count() {
    return byRank.values().stream().mapToInt(Map::size).sum();
  }
}
