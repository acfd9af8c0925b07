package io.heed.job;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What becomes of a run's executors and of its application, as Spark tells it in passing: the
 * exceptions that follow say only that the context was stopped. Thread-safe.
 */
final class ClusterNews {
  private static final Pattern ADDED =
      Pattern.compile("Executor added: (\\S+)/(\\S+) on \\S+ \\((\\S+)\\) with .*");
  private static final Pattern UPDATED =
      Pattern.compile(
          "Executor updated: (\\S+)/(\\S+) is now (?:EXITED|FAILED|LOST)(?: \\((.*)\\))?");
  private static final Pattern APPLICATION_ENDED =
      Pattern.compile(
          "(?:Application has been killed\\. Reason: |Diagnostics message: )(.*)", Pattern.DOTALL);

  /** As many as a standalone master lets fail before they run. */
  private static final int MOST_ENDED = 10;

  private static final Pattern EXITED_WITH = Pattern.compile("(?s).*exited with code (\\d+).*");

  /** What an executor's exit code means, where it is no secret of the program. */
  private static final Map<Integer, String> EXIT_CODES =
      Map.of(
          1, "its JVM could not start, or failed",
          50, "an error that nothing caught",
          52, "out of heap: spark.executor.memory",
          53, "it could not make a local directory: spark.local.dir",
          56, "it did not reach the driver for long",
          134, "its JVM crashed",
          137, "killed, as the system does where memory runs out",
          143, "ended from outside");

  /** Of one executor. */
  private static final class Executor {
    private String place = "";
    private String log = "";
    private boolean started;
    private String end = "";
  }

  private final Map<String, Executor> executors = new LinkedHashMap<>();
  private boolean someStarted;
  private String firstEnded;
  private String applicationEnd;

  /** Takes a line of Spark's log. */
  synchronized void logged(String line) {
    Matcher added = ADDED.matcher(line);
    if (added.matches()) {
      Executor executor = executor(added.group(2));
      executor.place = added.group(3);
      executor.log =
          String.format(
              Locale.ROOT,
              "%s/%s/stderr below that worker's work directory",
              added.group(1),
              added.group(2));
      return;
    }
    Matcher updated = UPDATED.matcher(line);
    if (updated.matches()) {
      ended(updated.group(2), updated.group(3) == null ? "" : updated.group(3));
      return;
    }
    Matcher end = APPLICATION_ENDED.matcher(line);
    if (end.matches() && applicationEnd == null) {
      applicationEnd = "Spark gave up: " + end.group(1).strip();
    }
  }

  /** An executor has reached the driver. */
  synchronized void started(String id, String place, Optional<String> log) {
    Executor executor = executor(id);
    executor.started = true;
    executor.place = place;
    log.ifPresent(url -> executor.log = url);
  }

  /** Executors have reached the driver, whichever they were. */
  synchronized void someStarted() {
    someStarted = true;
  }

  /** An executor is gone. */
  synchronized void ended(String id, String reason) {
    Executor executor = executor(id);
    if (executor.end.isEmpty()) {
      executor.end = reason.isEmpty() ? "it is gone" : reason.strip();
      firstEnded = firstEnded == null ? id : firstEnded;
    }
  }

  /**
   * Whether as many executors have ended as a master lets fail, and none has ever reached the
   * driver. Some clusters start such ones again for ever. While one lives at a place where none has
   * ended, there is hope: a worker that is broken ends many before another starts its first.
   */
  synchronized boolean isHopeless() {
    return applicationEnd == null
        && !hasStarted()
        && ended() >= MOST_ENDED
        && executors.values().stream().noneMatch(this::isPromising);
  }

  private boolean isPromising(Executor living) {
    return living.end.isEmpty()
        && executors.values().stream()
            .noneMatch(other -> !other.end.isEmpty() && other.place.equals(living.place));
  }

  /** Heed ends the application. */
  synchronized void giveUp() {
    applicationEnd = "Heed gave up";
  }

  private long ended() {
    return executors.values().stream().filter(executor -> !executor.end.isEmpty()).count();
  }

  private Executor executor(String id) {
    return executors.computeIfAbsent(id, absent -> new Executor());
  }

  /** Whether any executor has reached the driver. */
  synchronized boolean hasStarted() {
    return someStarted || executors.values().stream().anyMatch(executor -> executor.started);
  }

  /** How the cluster has ended the application, with the first cause, or empty where it has not. */
  synchronized Optional<String> applicationEnd() {
    return Optional.ofNullable(applicationEnd)
        .map(reason -> executorEnd().map(why -> why + "; then " + reason).orElse(reason));
  }

  /** How the first of the executors that ended did, or empty. */
  synchronized Optional<String> executorEnd() {
    if (firstEnded == null) {
      return Optional.empty();
    }
    long ended = ended();
    String none = hasStarted() ? "" : "no executor could start; ";
    String first =
        ended == 1
            ? String.format(Locale.ROOT, "executor %s", firstEnded)
            : String.format(
                Locale.ROOT, "%d executors ended, the first of them %s", ended, firstEnded);
    return Optional.of(none + first + told(executors.get(firstEnded)));
  }

  /** How an executor ended, and where its log is, behind its id. */
  synchronized Optional<String> endOf(String id) {
    return Optional.ofNullable(executors.get(id))
        .filter(executor -> !executor.end.isEmpty() || !executor.log.isEmpty())
        .map(ClusterNews::told);
  }

  private static String told(Executor executor) {
    String place = executor.place.isEmpty() ? "" : " on " + executor.place;
    String end = executor.end.isEmpty() ? "" : ": " + withMeaning(executor.end);
    String log = executor.log.isEmpty() ? "" : "; its log is " + executor.log;
    return place + end + log;
  }

  /** A reason, and what the exit code in it means. */
  static String withMeaning(String reason) {
    Matcher code = EXITED_WITH.matcher(reason);
    if (!code.matches() || code.group(1).length() > 3) {
      return reason;
    }
    String meaning = EXIT_CODES.get(Integer.parseInt(code.group(1)));
    return meaning == null ? reason : String.format(Locale.ROOT, "%s (%s)", reason, meaning);
  }
}
