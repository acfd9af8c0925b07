package io.heed.train;

import io.heed.training.StepRecord;
import io.heed.training.TrainingListener;
import io.heed.training.TrainingState;
import java.util.concurrent.TimeUnit;

/**
 * Tells the driver how far a run is, by a small file of its state: a task that runs for days can
 * tell it nothing else that every store and every cluster manager carries.
 */
final class ProgressFile implements TrainingListener {
  static final long EVERY_MILLIS = 1000;

  private final TrainingState state;
  private final long steps;
  private final long startedNanos = System.nanoTime();
  private long toldNanos = System.nanoTime() - TimeUnit.MINUTES.toNanos(1);
  private long tokens;
  private long firstStep = -1;
  private double loss = Double.NaN;
  private double heldOut = Double.NaN;

  ProgressFile(TrainingState state, long steps) {
    this.state = state;
    this.steps = steps;
  }

  @Override
  public void step(StepRecord record) {
    if (firstStep < 0) {
      firstStep = record.step() - 1;
    }
    tokens += record.targets();
    if (record.hasLoss()) {
      // A mean over about the last ten steps.
      loss = Double.isNaN(loss) ? record.loss() : loss + (record.loss() - loss) / 10;
    }
    if (TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - toldNanos) >= EVERY_MILLIS) {
      toldNanos = System.nanoTime();
      double seconds = (toldNanos - startedNanos) / 1e9;
      double rate = (record.step() - firstStep) / seconds;
      state.tell(
          new ProgressText(
                  record.step(),
                  steps,
                  loss,
                  heldOut,
                  record.rate(),
                  tokens / seconds,
                  (steps - record.step()) / rate)
              .toString());
    }
  }

  @Override
  public void evaluated(StepRecord record) {
    heldOut = record.heldOut();
  }
}
