package io.heed.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.output.OutputException;
import io.heed.training.ExchangeException;
import io.heed.training.TrainingException;
import org.apache.spark.SparkException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TaskFailureTest {
  private static SparkException ofTask(String told) {
    return new SparkException(
        "Job aborted due to stage failure: Could not recover from a failed barrier ResultStage."
            + " Most recent failure reason: Stage failed because barrier task ResultTask(3, 1)"
            + " finished unsuccessfully.\n"
            + told
            + "\n\tat io.heed.train.TrainingStage.call(TrainingStage.java:80)\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ExecutorLostFailure (executor 1 exited caused by one of the running tasks) Reason: -",
        "TaskKilled (Stage cancelled)",
        "FetchFailed(null, shuffleId=0, mapIndex=-1, mapId=-1, reduceId=0, message=",
        "TaskResultLost (result lost from block manager)",
        "Resubmitted (resubmitted due to lost executor)",
        "io.heed.training.ExchangeException: task 1 did not answer",
        "java.util.concurrent.CancellationException: interrupted while waiting for another task"
      })
  void isOfALostExecutor(String told) {
    assertThat(TaskFailure.isLoss(ofTask(told))).isTrue();
  }

  /** Names of files are the user's, and may say anything. */
  @Test
  void isOfTheTaskItself() {
    SparkException error =
        ofTask("io.heed.output.OutputException: the training state /executor 1 lost/x fails: full");
    assertThat(TaskFailure.isLoss(error)).isFalse();
    assertThatThrownBy(() -> TaskFailure.rethrow(error))
        .isInstanceOf(OutputException.class)
        .hasMessage("the training state /executor 1 lost/x fails: full");
    assertThat(TaskFailure.isLoss(new TrainingException("executor 1 lost", null))).isFalse();
  }

  @Test
  void isToldByNoTask() {
    assertThat(TaskFailure.isLoss(new ExchangeException("task 1 is gone", null))).isTrue();
    assertThat(TaskFailure.isLoss(new SparkException("Task 0 failed: ExecutorLostFailure (1)")))
        .isTrue();
    assertThat(TaskFailure.isLoss(new SparkException("a column is missing"))).isFalse();
  }
}
