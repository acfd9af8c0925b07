package io.heed.job;

import io.heed.settings.Configuration;
import io.heed.settings.Setting;
import io.heed.settings.SettingException;
import io.heed.settings.Settings;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.util.ShutdownHookManager;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/** Runs a command from its arguments to its exit code. */
public final class JobRunner {
  /** Set by the launcher: the directory that holds {@code sample-data}. */
  static final String HOME_PROPERTY = "heed.home";

  private final Command command;
  private final PrintStream out;
  private final PrintStream err;
  private ClusterNews news = new ClusterNews();

  JobRunner(Command command, PrintStream out, PrintStream err) {
    this.command = command;
    this.out = out;
    this.err = err;
  }

  /** Runs the command and ends the JVM, which is its own, with its exit code. */
  public static void main(Command command, String... arguments) {
    PlainLocale.ofThisJvm();
    LoginUser.require();
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
    System.exit(new JobRunner(command, out, System.err).run(arguments).code());
  }

  /** Runs the command; errors are told on {@code err}. */
  ExitCode run(String... arguments) {
    Instant startedAt = Instant.now();
    boolean stackTrace = false;
    try {
      JobCommand line = new JobCommand(command);
      Optional<Map<Setting<?>, String>> given = line.parse(arguments);
      if (given.isEmpty()) {
        out.print(line.help());
        return ExitCode.DONE;
      }
      boolean sample = given.get().isEmpty() && command instanceof Job;
      Map<Setting<?>, String> effective = sample ? sample((Job) command) : given.get();
      Settings settings = new Settings(effective, new SparkConf(), Configuration.settings());
      stackTrace = settings.value(TableSettings.STACK_TRACE);
      command.check(settings);
      run(settings, startedAt, sample);
      return ExitCode.DONE;
    } catch (Exception | LinkageError | OutOfMemoryError | StackOverflowError | FSError e) {
      tell(e, stackTrace);
      return exit(e);
    }
  }

  private void run(Settings settings, Instant startedAt, boolean sample) {
    if (command instanceof Tool tool) {
      tool.run(settings, out);
      out.flush();
    } else {
      run((Job) command, settings, startedAt, sample);
    }
  }

  private void run(Job job, Settings settings, Instant startedAt, boolean sample) {
    boolean owned = SparkSession.getDefaultSession().isEmpty();
    SparkConf conf = new SparkConf().setAppName("heed " + job.name());
    if (owned) {
      LocalDirectories.requireWritable(conf);
    }
    PlainLocale.ofExecutors(conf);
    boolean ofProcess = err == System.err;
    try (ClusterWatch watch = ClusterWatch.begin(conf, () -> ofProcess ? System.err : err)) {
      news = watch.news();
      SparkSession spark = SparkSession.builder().config(conf).getOrCreate();
      watch.watch(spark.sparkContext());
      try {
        JobContext context = new JobContext(job, spark, settings, startedAt, out, err);
        job.run(context);
        if (sample) {
          showSample(job, context);
        }
      } finally {
        out.flush();
        spark.sparkContext().removeSparkListener(watch);
        if (owned) {
          spark.stop();
        }
      }
    }
  }

  /** The output stands by now, whatever can be shown of it. */
  private void showSample(Job job, JobContext context) {
    try {
      job.showSample(context);
    } catch (RuntimeException e) {
      err.println(
          "heed: warning: what the sample gave cannot be shown: "
              + Failures.harmless(Failures.summary(ExitCode.cause(e), news)));
    }
  }

  private ExitCode exit(Throwable error) {
    return Failures.isOfCluster(news) ? ExitCode.OTHER : ExitCode.of(error);
  }

  /** What a run without arguments is given. */
  private Map<Setting<?>, String> sample(Job job) {
    String home = System.getProperty(HOME_PROPERTY);
    if (home == null) {
      throw new SettingException(
          String.format(
              Locale.ROOT,
              "%s is required; the sample needs the launcher jobs/%s",
              TableSettings.INPUT.option(),
              job.name()));
    }
    return job.sample(Path.of(home), err);
  }

  /** Errors of Heed's own are sentences, unless the end of the cluster is behind them. */
  private boolean isToldByHeed(Throwable error) {
    return ExitCode.isHeeds(error) && !Failures.isOfCluster(news);
  }

  private void tell(Throwable error, boolean stackTrace) {
    if (ShutdownHookManager.get().isShutdownInProgress()) {
      err.println("heed: interrupted; " + command.afterInterruption());
      return;
    }
    Throwable known = ExitCode.cause(error);
    Optional<String> missing =
        MissingConnector.in(
            error, Optional.of(known).filter(ExitCode::isHeeds).map(Throwable::getMessage));
    if (missing.isPresent()) {
      err.println("heed: " + Failures.harmless(missing.get()));
    } else if (exit(error) == ExitCode.OTHER) {
      String why = isToldByHeed(known) ? known.getMessage() : Failures.summary(known, news);
      err.println("heed: the job failed: " + Failures.harmless(why));
      err.println("heed: --stack-trace prints where");
    } else {
      err.println("heed: " + Failures.harmless(known.getMessage()));
    }
    if (stackTrace) {
      error.printStackTrace(err);
    }
  }
}
