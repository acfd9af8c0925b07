package io.heed.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkException;
import org.junit.jupiter.api.Test;

/** One sentence with the first cause, for what Spark throws and what it has said before. */
class FailuresTest {
  private static final String STOPPED =
      "Cannot call methods on a stopped SparkContext.\nThis stopped SparkContext was created"
          + " at:\n\norg.apache.spark.sql.SparkSession$Builder.getOrCreate";

  private final ClusterNews news = new ClusterNews();

  private String summary(Throwable error) {
    return Failures.summary(error, news);
  }

  private static SparkException aborted(String why) {
    return new SparkException(
        "Job aborted due to stage failure: " + why + "\n\nDriver stacktrace:\n\tat x.Y");
  }

  @Test
  void executorsThatCannotStartAreTheFirstCause() {
    for (int id = 0; id < 10; id++) {
      news.logged(
          String.format(
              Locale.ROOT,
              "Executor added: app-1/%d on worker-9-node7-33415 (node7:33415) with 2 core(s)",
              id));
      news.logged(String.format(Locale.ROOT, "Executor updated: app-1/%d is now RUNNING", id));
      news.logged(
          String.format(
              Locale.ROOT,
              "Executor updated: app-1/%d is now EXITED (Command exited with code 1)",
              id));
    }
    news.logged("Application has been killed. Reason: Master removed our application: FAILED");

    String told =
        "no executor could start; 10 executors ended, the first of them 0 on node7:33415: Command"
            + " exited with code 1 (its JVM could not start, or failed); its log is app-1/0/stderr"
            + " below that worker's work directory; then Spark gave up: Master removed our"
            + " application: FAILED";
    assertThat(summary(new IllegalStateException(STOPPED))).isEqualTo(told);
    assertThat(summary(aborted("Master removed our application: FAILED"))).isEqualTo(told);
    assertThat(Failures.isOfCluster(news)).isTrue();
  }

  @Test
  void executorsThatAreStartedAgainForEver() {
    for (int id = 0; id < 10; id++) {
      assertThat(news.isHopeless()).isFalse();
      news.logged(
          String.format(
              Locale.ROOT,
              "Executor updated: app-1/%d is now EXITED (Command exited with code 1)",
              id));
    }
    assertThat(news.isHopeless()).isTrue();
    news.giveUp();
    assertThat(news.isHopeless()).isFalse();
    assertThat(summary(new IllegalStateException(STOPPED)))
        .startsWith("no executor could start; 10 executors ended, the first of them 0: ")
        .endsWith("; then Heed gave up");
  }

  @Test
  void executorsThatEndAfterOthersStartedAreReplaced() {
    news.started("0", "node7", Optional.empty());
    for (int id = 0; id < 99; id++) {
      news.ended(String.valueOf(id), "Command exited with code 137");
    }
    assertThat(news.isHopeless()).isFalse();
  }

  @Test
  void aMasterThatDoesNotAnswer() {
    news.logged("Application has been killed. Reason: All masters are unresponsive! Giving up.");
    assertThat(
            summary(
                new IllegalArgumentException(
                    "requirement failed: Can only call getServletHandlers on a running"
                        + " MetricsSystem")))
        .isEqualTo("Spark gave up: All masters are unresponsive! Giving up.");
  }

  @Test
  void aContextThatIsStoppedWithoutAWord() {
    assertThat(Failures.isOfCluster(news)).isFalse();
    String told = "Spark was stopped while the job ran, from outside or by a failure in its log";
    assertThat(summary(new IllegalStateException(STOPPED))).isEqualTo(told);
    assertThat(summary(new SparkException("Job 0 cancelled because SparkContext was shut down")))
        .isEqualTo(told);
    news.ended("0", "");
    assertThat(summary(new IllegalStateException(STOPPED)))
        .isEqualTo("no executor could start; executor 0: it is gone");
  }

  @Test
  void aTaskThatFails() {
    String task = "Task 0 in stage 1.0 failed 4 times, most recent failure: Lost task 0.3 in stage";
    assertThat(
            summary(
                aborted(
                    task
                        + " 1.0 (TID 7) (node7 executor 3): java.lang.OutOfMemoryError: Java heap"
                        + " space\n\tat x.Y.z(Y.java:1)")))
        .isEqualTo(
            "a task failed 4 times (executor 3 on node7): java.lang.OutOfMemoryError: Java heap"
                + " space");
    String once = task.replace("4 times", "1 times");
    assertThat(
            summary(
                new SparkException(
                    "Writing job failed.",
                    aborted(
                        once + " 1.0 (TID 7) (localhost executor driver): x.Wrong: two\nlines"))))
        .isEqualTo("a task failed: x.Wrong: two\nlines");
  }

  @Test
  void anExecutorThatIsLostUnderATask() {
    String lost =
        "Task 2 in stage 1.0 failed 4 times, most recent failure: Lost task 2.3 in stage 1.0 (TID"
            + " 9) (node7 executor 3): ExecutorLostFailure (executor 3 exited caused by one of the"
            + " running tasks) Reason: Command exited with code 137";
    assertThat(summary(aborted(lost)))
        .isEqualTo(
            "a task was lost with its executor 4 times, at last with executor 3 on node7: Command"
                + " exited with code 137 (killed, as the system does where memory runs out)");
    news.started("3", "node7", Optional.of("http://node7:8081/logPage/?logType=stderr"));
    news.ended("3", "Command exited with code 137");
    assertThat(summary(aborted(lost)))
        .endsWith("; its log is http://node7:8081/logPage/?logType=stderr");
    assertThat(Failures.isOfCluster(news)).isFalse();
  }

  @Test
  void anyOtherErrorIsItself() {
    assertThat(summary(new IllegalStateException("x\n\tat a.B")))
        .isEqualTo("IllegalStateException: x");
    assertThat(summary(new NullPointerException())).isEqualTo("NullPointerException: null");
  }

  @Test
  void waitingSaysForWhat() {
    SparkConf conf =
        new SparkConf(false)
            .setMaster("spark://node1:7077")
            .set("spark.executor.memory", "64g")
            .set("spark.executor.cores", "2");
    assertThat(ClusterWatch.waiting(conf, news, 30))
        .isEqualTo(
            "heed: waiting for executors, none in 30 s: the job asks spark://node1:7077 for"
                + " executors of 64g (spark.executor.memory) and 2 cores (spark.executor.cores),"
                + " and has none until a worker has so much to spare");
    news.logged("Executor updated: app-1/0 is now FAILED (no disk)");
    assertThat(ClusterWatch.waiting(conf, news, 330))
        .startsWith("heed: waiting for executors, none in 330 s: ")
        .endsWith("; no executor could start; executor 0: no disk");
  }

  @Test
  void noTerminalTakesACommandFromAMessage() {
    assertThat(Failures.harmless("there is no column \u001b[2J:\n\tthe first lines have a"))
        .isEqualTo("there is no column \\u001b[2J:\n\tthe first lines have a");
  }
}
