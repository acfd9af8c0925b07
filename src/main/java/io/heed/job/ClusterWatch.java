package io.heed.job;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorAdded;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import scala.Option;

/** Listens, while a job runs on a cluster, for what becomes of its executors, until closed. */
final class ClusterWatch extends SparkListener implements AutoCloseable {
  private static final Duration FIRST_WORD = Duration.ofSeconds(30);
  private static final Duration NEXT_WORD = Duration.ofMinutes(5);
  private static final Duration LONGEST_STOP = Duration.ofSeconds(30);

  private final ClusterNews news = new ClusterNews();
  private final SchedulerLog log;
  private final ScheduledExecutorService timer;
  private final SparkConf conf;
  private final Supplier<PrintStream> err;
  private final long startNanos = System.nanoTime();
  private SparkContext spark;

  private ClusterWatch(SparkConf conf, Supplier<PrintStream> err) {
    this.conf = conf;
    this.err = err;
    this.log = SchedulerLog.listen(this::logged);
    this.timer =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "heed-cluster-watch");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Begins to listen, before Spark starts: it may fail before it has.
   *
   * @param err where to say that no executor starts
   */
  static ClusterWatch begin(SparkConf conf, Supplier<PrintStream> err) {
    // The first use of a log by Spark sets logging up, and takes away whatever listened before.
    conf.log();
    return new ClusterWatch(conf, err);
  }

  /** Listens to a context, too, where it is one of a cluster. */
  synchronized void watch(SparkContext context) {
    spark = context;
    spark.addSparkListener(this);
    if (!spark.isLocal()) {
      countThoseBefore();
      giveUpIfHopeless();
      timer.scheduleWithFixedDelay(
          this::tellWhereNoneStarts,
          FIRST_WORD.toSeconds(),
          NEXT_WORD.toSeconds(),
          TimeUnit.SECONDS);
    }
  }

  /** Spark waits for executors while it starts, when nobody listens yet. */
  private void countThoseBefore() {
    boolean besideTheDriver = spark.getExecutorMemoryStatus().size() > 1;
    if (besideTheDriver) {
      news.someStarted();
    }
  }

  private synchronized void logged(String line) {
    news.logged(line);
    giveUpIfHopeless();
  }

  /** By another thread, since this one is Spark's. */
  private synchronized void giveUpIfHopeless() {
    if (spark == null || timer.isShutdown() || !news.isHopeless()) {
      return;
    }
    countThoseBefore();
    if (news.isHopeless()) {
      news.giveUp();
      timer.execute(spark::stop);
    }
  }

  /** What has been heard. */
  ClusterNews news() {
    return news;
  }

  @Override
  public void onExecutorAdded(SparkListenerExecutorAdded event) {
    Option<String> url = event.executorInfo().logUrlMap().get("stderr");
    news.started(
        event.executorId(),
        event.executorInfo().executorHost(),
        url.isDefined() ? Optional.of(url.get()) : Optional.empty());
  }

  @Override
  public void onExecutorRemoved(SparkListenerExecutorRemoved event) {
    news.ended(event.executorId(), event.reason());
  }

  private void tellWhereNoneStarts() {
    countThoseBefore();
    if (news.hasStarted()) {
      timer.shutdown();
    } else {
      long seconds = Duration.ofNanos(System.nanoTime() - startNanos).toSeconds();
      err.get().println(waiting(conf, news, seconds));
    }
  }

  /** That nothing is computed, and what may be the cause. */
  static String waiting(SparkConf conf, ClusterNews news, long seconds) {
    String asked =
        String.format(
                Locale.ROOT,
                "heed: waiting for executors, none in %d s: the job asks %s for executors of %s",
                seconds,
                conf.get("spark.master", "the cluster"),
                conf.get("spark.executor.memory", "1g"))
            + String.format(
                Locale.ROOT,
                " (spark.executor.memory) and %s cores (spark.executor.cores)",
                conf.get("spark.executor.cores", "all"));
    return news.executorEnd()
        .map(end -> asked + "; " + end)
        .orElse(asked + ", and has none until a worker has so much to spare");
  }

  /** Waits for what gives up: a Spark that is stopped by half would be taken for a running one. */
  @Override
  public void close() {
    log.close();
    timer.shutdown();
    try {
      timer.awaitTermination(LONGEST_STOP.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
