package io.heed.job;

import io.heed.output.Progress;
import io.heed.spark.HeedConf;
import io.heed.spark.Setting;
import io.heed.spark.SettingException;
import io.heed.spark.Settings;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.util.ShutdownHookManager;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/** Runs a job from its arguments to its exit code. */
final class JobRunner {
  /** Set by the launcher: the directory that holds {@code sample-data}. */
  static final String HOME_PROPERTY = "heed.home";

  private static final String STACK_IN_MESSAGE = "\n\tat ";
  private static final String DRIVER_STACK = "\n\nDriver stacktrace:";

  private final Job job;
  private final PrintStream out;
  private final PrintStream err;

  JobRunner(Job job, PrintStream out, PrintStream err) {
    this.job = job;
    this.out = out;
    this.err = err;
  }

  /** Runs the job and ends the JVM with its exit code. */
  static void main(Job job, String... arguments) {
    System.exit(new JobRunner(job, System.out, System.err).run(arguments).code());
  }

  /** Runs the job; errors are told on {@code err}. */
  ExitCode run(String... arguments) {
    Instant startedAt = Instant.now();
    boolean stackTrace = false;
    try {
      JobCommand command =
          new JobCommand(job.name(), job.description(), job.settings(), job.required());
      Optional<Map<Setting<?>, String>> given = command.parse(arguments);
      if (given.isEmpty()) {
        out.print(command.help());
        return ExitCode.DONE;
      }
      Map<Setting<?>, String> effective = given.get().isEmpty() ? sample() : given.get();
      Settings settings = new Settings(effective, new SparkConf());
      stackTrace = settings.value(HeedConf.STACK_TRACE);
      job.check(settings);
      run(settings, startedAt);
      return ExitCode.DONE;
    } catch (Exception | LinkageError | OutOfMemoryError | FSError e) {
      tell(e, stackTrace);
      return ExitCode.of(e);
    }
  }

  private void run(Settings settings, Instant startedAt) {
    boolean owned = SparkSession.getDefaultSession().isEmpty();
    SparkConf conf = new SparkConf().setAppName("heed " + job.name());
    Progress.shortenLocalHeartbeat(conf);
    if (owned) {
      LocalDirectories.requireWritable(conf);
    }
    SparkSession spark = SparkSession.builder().config(conf).getOrCreate();
    try {
      job.run(new JobContext(job, spark, settings, startedAt, out, err));
    } finally {
      out.flush();
      if (owned) {
        spark.stop();
      }
    }
  }

  private Map<Setting<?>, String> sample() {
    String home = System.getProperty(HOME_PROPERTY);
    if (home == null) {
      throw new SettingException(
          "%s is required; the sample needs the launcher jobs/%s"
              .formatted(HeedConf.INPUT.option(), job.name()));
    }
    return job.sample(Path.of(home));
  }

  private void tell(Throwable error, boolean stackTrace) {
    if (ShutdownHookManager.get().isShutdownInProgress()) {
      err.println("heed: interrupted; the output is as it was");
      return;
    }
    Throwable known = ExitCode.cause(error);
    if (ExitCode.of(error) == ExitCode.OTHER) {
      err.println("heed: the job failed: " + summary(known));
      err.println("heed: --stack-trace prints where");
    } else {
      err.println("heed: " + known.getMessage());
    }
    if (stackTrace) {
      error.printStackTrace(err);
    }
  }

  /** An error of Spark carries stack traces in its message; they are left out. */
  private static String summary(Throwable error) {
    String message = String.valueOf(error.getMessage());
    for (String end : new String[] {DRIVER_STACK, STACK_IN_MESSAGE}) {
      int at = message.indexOf(end);
      message = at < 0 ? message : message.substring(0, at);
    }
    return "%s: %s".formatted(error.getClass().getSimpleName(), message);
  }
}
