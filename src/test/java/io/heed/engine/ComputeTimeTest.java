package io.heed.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class ComputeTimeTest {
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  @Test
  void aThreadWithoutACoreSpendsTimeOnTheWallOnly() {
    ComputeTime time = new ComputeTime();
    time.run(ComputeTimeTest::pause);
    assertThat(time.wallNanos()).isGreaterThanOrEqualTo(PAUSE_NANOS);
    assertThat(time.cpuNanos()).isBetween(0L, time.wallNanos() - PAUSE_NANOS / 2);
  }

  @Test
  void workIsTimeOnTheCore() {
    ComputeTime time = new ComputeTime();
    long before = time.cpuNanos();
    int sum = time.measure(() -> add(1_000_000));
    assertThat(sum).isEqualTo(1_783_293_664);
    assertThat(before).isZero();
    assertThat(time.cpuNanos()).isPositive();
    long first = time.cpuNanos();
    time.run(() -> add(1_000_000));
    assertThat(time.cpuNanos()).isGreaterThan(first);
  }

  private static int add(int terms) {
    int sum = 0;
    for (int i = 0; i < terms; i++) {
      sum += i;
    }
    return sum;
  }

  private static void pause() {
    long end = System.nanoTime() + PAUSE_NANOS;
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(end - System.nanoTime());
    }
  }
}
