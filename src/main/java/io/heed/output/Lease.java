package io.heed.output;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right of one run to write one OUTPUT.
 *
 * <p>A run writes its {@code claim}, then looks at the other claims, then writes its first {@code
 * beat}: from there on it holds the lease and rewrites the beat every {@link #BEAT}. It gives up if
 * another run holds the lease, or claims it with an earlier name; it waits for claims with later
 * names until they are gone or hold. So exactly one of several runs that start together goes on, on
 * any store whose listings are consistent.
 *
 * <p>A run is <b>dead</b> if its process is gone, where this machine can tell, and otherwise if
 * neither claim nor beat was written for {@link #SILENCE}. Times are compared on the store's clock.
 */
final class Lease implements AutoCloseable {
  static final Duration BEAT = Duration.ofSeconds(30);
  static final Duration SILENCE = Duration.ofMinutes(10);

  private static final Duration POLL = Duration.ofMillis(50);
  private static final Logger LOG = LoggerFactory.getLogger(Lease.class);

  /** Runs of this JVM; one that is not here but names this process was abandoned. */
  private static final Set<String> OPEN = ConcurrentHashMap.newKeySet();

  private final FileSystem files;
  private final Staging staging;
  private long claimedAt;
  private long claimedNanos;
  private ScheduledExecutorService beats;

  private Lease(FileSystem files, Staging staging) {
    this.files = files;
    this.staging = staging;
  }

  /**
   * Creates {@code staging} and acquires the lease.
   *
   * @param what the output is, for messages
   * @throws OutputException another run is writing OUTPUT
   */
  static Lease acquire(FileSystem files, String what, Path output, Staging staging)
      throws IOException {
    Lease lease = new Lease(files, staging);
    OPEN.add(staging.run());
    try {
      lease.claim();
      lease.awaitOthers(what, output);
      lease.beat();
      lease.startBeating();
      return lease;
    } catch (IOException | RuntimeException e) {
      lease.close();
      throw e;
    }
  }

  private void claim() throws IOException {
    SmallFiles.write(files, staging.claim(), Owner.thisProcess().toJson());
    claimedAt = files.getFileStatus(staging.claim()).getModificationTime();
    claimedNanos = System.nanoTime();
  }

  private void awaitOthers(String what, Path output) throws IOException {
    while (true) {
      boolean laterClaims = false;
      for (Staging other : Staging.allBeside(files, output)) {
        if (other.equals(staging) || isDead(other)) {
          continue;
        }
        if (files.exists(other.beat()) || other.run().compareTo(staging.run()) < 0) {
          throw new OutputException(
              String.format(
                  Locale.ROOT,
                  "another run is writing %s %s: %s",
                  what,
                  output,
                  describe(files, other)));
        }
        laterClaims = true;
      }
      if (!laterClaims) {
        return;
      }
      pause(output);
    }
  }

  private static void pause(Path output) {
    try {
      Thread.sleep(POLL.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new OutputException("interrupted while waiting to write " + output, e);
    }
  }

  /** Whether the run of {@code other}, which is not this one, is dead. */
  boolean isDead(Staging other) throws IOException {
    if (files.exists(other.removed())) {
      return true;
    }
    Optional<Owner> owner = owner(files, other);
    if (owner.isPresent() && owner.get().isOnThisMachine()) {
      return owner.get().isThisProcess() ? !OPEN.contains(other.run()) : !owner.get().isRunning();
    }
    long lastSign = 0;
    for (Path sign : new Path[] {other.root(), other.claim(), other.beat()}) {
      lastSign = Math.max(lastSign, modificationTime(files, sign));
    }
    long now = claimedAt + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - claimedNanos);
    return now - lastSign > SILENCE.toMillis();
  }

  private static long modificationTime(FileSystem files, Path path) throws IOException {
    try {
      return files.getFileStatus(path).getModificationTime();
    } catch (FileNotFoundException e) {
      return 0;
    }
  }

  private static Optional<Owner> owner(FileSystem files, Staging staging) throws IOException {
    try {
      return Owner.parse(SmallFiles.read(files, staging.claim()));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  private static String describe(FileSystem files, Staging staging) throws IOException {
    String who =
        owner(files, staging)
            .map(
                o ->
                    String.format(
                        Locale.ROOT,
                        "process %d on %s, since %s",
                        o.pid(),
                        o.host(),
                        o.claimedAt()))
            .orElse("of an unknown process");
    return String.format(
        Locale.ROOT,
        "%s (staging %s; it counts as dead when its process is gone, or silent for %d minutes)",
        who,
        staging.root(),
        SILENCE.toMinutes());
  }

  private void startBeating() {
    beats =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "heed-lease");
              thread.setDaemon(true);
              return thread;
            });
    beats.scheduleWithFixedDelay(
        () -> {
          try {
            beat();
          } catch (IOException | RuntimeException e) {
            LOG.warn("cannot renew the lease {}", staging.beat(), e);
          }
        },
        BEAT.toMillis(),
        BEAT.toMillis(),
        TimeUnit.MILLISECONDS);
  }

  /** A removed staging must not come back by a beat: its claim is looked for first. */
  private void beat() throws IOException {
    if (files.exists(staging.claim())) {
      SmallFiles.write(files, staging.beat(), Instant.now().toString());
    }
  }

  Staging staging() {
    return staging;
  }

  /** Whether no other run took this one for dead. */
  boolean isHeld() throws IOException {
    return files.exists(staging.claim());
  }

  /**
   * Requires that no other run took this one for dead.
   *
   * @throws OutputException the staging was removed
   */
  void requireHeld() throws IOException {
    if (!isHeld()) {
      throw new OutputException(
          String.format(
              Locale.ROOT,
              "the staging directory %s was removed while the run wrote into it, by hand or by another run after %d silent minutes",
              staging.root(),
              SILENCE.toMinutes()));
    }
  }

  /** Stops the beats; the staging counts as dead from now on. */
  @Override
  public void close() {
    if (beats != null) {
      beats.shutdownNow();
    }
    OPEN.remove(staging.run());
  }
}
