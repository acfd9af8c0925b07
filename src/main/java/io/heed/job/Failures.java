package io.heed.job;

import io.heed.output.DisplayText;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Puts what ended a job into one sentence for a person. */
final class Failures {
  private static final String ABORTED = "Job aborted due to stage failure: ";

  private static final Pattern TASK_FAILED =
      Pattern.compile(
          "Task \\d+ in stage [\\d.]+ failed (\\d+) times, most recent failure: Lost task [\\d.]+ in"
              + " stage [\\d.]+ \\(TID \\d+\\) \\((\\S+) executor ([^)]+)\\): (.*)",
          Pattern.DOTALL);
  private static final Pattern EXECUTOR_LOST =
      Pattern.compile("ExecutorLostFailure \\(.*?\\) Reason: (.*)", Pattern.DOTALL);

  /** What is said when a context is used that Spark itself has stopped. */
  private static final Pattern CONTEXT_STOPPED =
      Pattern.compile(
          "(?s).*(stopped SparkContext|SparkContext was shut down|SparkContext has been shutdown"
              + "|running MetricsSystem).*");

  private Failures() {}

  /** Whether the cluster, not the job, has failed: whatever is thrown then is a consequence. */
  static boolean isOfCluster(ClusterNews news) {
    return news.applicationEnd().isPresent();
  }

  /** Why a job failed whose error is none of Heed's own. */
  static String summary(Throwable error, ClusterNews news) {
    Optional<String> end = news.applicationEnd();
    if (end.isPresent()) {
      return end.get();
    }
    String message = String.valueOf(error.getMessage());
    if (CONTEXT_STOPPED.matcher(message).matches()) {
      return news.executorEnd()
          .filter(ended -> !news.hasStarted())
          .orElse("Spark was stopped while the job ran, from outside or by a failure in its log");
    }
    Optional<String> linkage = FirstCause.ofLinkage(error);
    if (linkage.isPresent()) {
      return linkage.get();
    }
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      Optional<String> task = taskFailure(FirstCause.withoutStack(cause.getMessage()), news);
      if (task.isPresent()) {
        return task.get();
      }
    }
    return FirstCause.of(error);
  }

  private static Optional<String> taskFailure(String message, ClusterNews news) {
    int start = message.indexOf(ABORTED);
    Matcher task =
        TASK_FAILED.matcher(start < 0 ? "" : message.substring(start + ABORTED.length()));
    if (!task.matches()) {
      return Optional.empty();
    }
    String executor = task.group(3);
    boolean isDriver = executor.equals("driver");
    String times =
        task.group(1).equals("1") ? "" : String.format(Locale.ROOT, " %s times", task.group(1));
    Matcher lost = EXECUTOR_LOST.matcher(task.group(4));
    if (lost.matches()) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "a task was lost with its executor%s, at last with executor %s%s",
              times,
              executor,
              news.endOf(executor)
                  .orElse(
                      String.format(
                          Locale.ROOT,
                          " on %s: %s",
                          task.group(2),
                          ClusterNews.withMeaning(lost.group(1))))));
    }
    String place =
        isDriver ? "" : String.format(Locale.ROOT, " (executor %s on %s)", executor, task.group(2));
    return Optional.of(
        String.format(Locale.ROOT, "a task failed%s%s: %s", times, place, task.group(4).strip()));
  }

  /** Of whatever data a message tells, no terminal takes a command from it. */
  static String harmless(String message) {
    return DisplayText.inLines(String.valueOf(message));
  }
}
