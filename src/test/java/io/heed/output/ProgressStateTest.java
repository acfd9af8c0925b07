package io.heed.output;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.output.ProgressState.Partition;
import io.heed.output.ProgressState.Work;
import org.junit.jupiter.api.Test;

class ProgressStateTest {
  private static final Partition ONE = new Partition(0, 1);
  private static final Partition TWO = new Partition(0, 2);

  private final ProgressState state = new ProgressState();

  private static Work work(long rows) {
    return new Work(rows, 10 * rows, 100 * rows);
  }

  @Test
  void addsFinishedAndRunningTasks() {
    state.started(1, ONE);
    state.started(2, TWO);
    state.advanced(1, work(3));
    state.advanced(2, work(4));
    state.succeeded(1, ONE, work(5));
    assertThat(state.work()).isEqualTo(work(9));
  }

  @Test
  void takesBackAFailedAttempt() {
    state.started(1, ONE);
    state.advanced(1, work(3));
    state.failed(1);
    assertThat(state.work()).isEqualTo(work(0));
    state.started(2, ONE);
    state.advanced(2, work(1));
    assertThat(state.work()).isEqualTo(work(1));
  }

  @Test
  void ofSpeculativeAttemptsTheFurthestCounts() {
    state.started(1, ONE);
    state.started(2, ONE);
    state.advanced(1, work(3));
    state.advanced(2, work(2));
    assertThat(state.work()).isEqualTo(work(3));
    state.succeeded(2, ONE, work(6));
    assertThat(state.work()).isEqualTo(work(6));
    state.succeeded(1, ONE, work(6));
    assertThat(state.work()).isEqualTo(work(6));
  }

  @Test
  void aHeartbeatAfterTheEndCountsNothing() {
    state.started(1, ONE);
    state.succeeded(1, ONE, work(6));
    state.advanced(1, work(6));
    assertThat(state.work()).isEqualTo(work(6));
  }

  @Test
  void partitionsOfTwoStagesAreTwo() {
    state.succeeded(1, ONE, work(1));
    state.succeeded(2, new Partition(1, 1), work(2));
    assertThat(state.work()).isEqualTo(work(3));
  }

  @Test
  void anOlderCountTakesNothingBack() {
    state.started(1, ONE);
    state.advanced(1, work(5));
    state.advanced(1, work(3));
    assertThat(state.work()).isEqualTo(work(5));
  }
}
