package io.heed.spark.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ExecutorCacheTest {
  private final ExecutorCache<String, Object> cache = new ExecutorCache<>();
  private final AtomicInteger loads = new AtomicInteger();

  private Object load() {
    loads.incrementAndGet();
    return new Object();
  }

  @Test
  void tasksThatComeTogetherShareOneLoad() throws Exception {
    int tasks = 8;
    CountDownLatch start = new CountDownLatch(tasks);
    ExecutorService threads = Executors.newFixedThreadPool(tasks);
    try {
      Callable<Object> task =
          () -> {
            start.countDown();
            start.await();
            return cache.get("a", this::load);
          };
      List<Future<Object>> values =
          IntStream.range(0, tasks).mapToObj(i -> threads.submit(task)).toList();
      Object first = values.get(0).get();
      for (Future<Object> value : values) {
        assertThat(value.get()).isSameAs(first);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(loads).hasValue(1);
  }

  @Test
  void aLoadThatFailsIsTriedAgain() {
    assertThatThrownBy(
            () ->
                cache.get(
                    "a",
                    () -> {
                      throw new IllegalStateException("gone");
                    }))
        .hasMessage("gone");
    Object value = cache.get("a", this::load);
    assertThat(cache.get("a", this::load)).isSameAs(value);
    assertThat(loads).hasValue(1);
  }

  /** A load may ask for another value, and does not hold up those of other keys. */
  @Test
  void keysDoNotWaitForEachOther() {
    Object outer =
        cache.get(
            "a",
            () -> {
              assertThat(cache.get("b", this::load)).isNotNull();
              return load();
            });
    assertThat(cache.get("b", this::load)).isNotSameAs(outer);
    assertThat(loads).hasValue(2);
  }
}
