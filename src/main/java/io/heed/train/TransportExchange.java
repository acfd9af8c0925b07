package io.heed.train;

import io.heed.training.Exchange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.spark.BarrierTaskContext;

/**
 * The exchange of a task of a barrier stage, whose numbers go from JVM to JVM over Spark's own
 * transport.
 *
 * <pre>{@code
 * try (TransportExchange exchange = TransportExchange.join(context, runId, attempt)) {
 *   ...
 *   exchange.finish();
 * }
 * }</pre>
 */
public final class TransportExchange extends Exchange implements AutoCloseable {
  /** In which Spark hears of a task's end. */
  private static final long LATER_MILLIS = 3000;

  private final BarrierTaskContext context;
  private final ExchangeServer server;
  private final BarrierRanks ranks;
  private final int peers;
  private boolean leavesLater;
  private boolean closed;

  private TransportExchange(BarrierTaskContext context, ExchangeServer server, BarrierRanks ranks) {
    super(context.partitionId(), ranks.ranks(), server.postings());
    this.context = context;
    this.server = server;
    this.ranks = ranks;
    this.peers = ranks.ranks().leaders().length - 1;
  }

  /**
   * Joins the other tasks of the stage, each of which has to call this once.
   *
   * @param runId of the run, among all of the application
   * @param attempt how often the stage of the run was started before
   */
  public static TransportExchange join(BarrierTaskContext context, String runId, int attempt) {
    String name =
        String.format(
            Locale.ROOT, "run %s, attempt %d.%d", runId, attempt, context.stageAttemptNumber());
    ExchangeServer server = opened(name, context.numPartitions());
    boolean hasJoined = false;
    try {
      BarrierRanks ranks = BarrierRanks.of(context, server.address());
      TransportExchange exchange = new TransportExchange(context, server, ranks);
      hasJoined = true;
      return exchange;
    } finally {
      if (!hasJoined) {
        server.leave();
      }
    }
  }

  private static ExchangeServer opened(String name, int tasks) {
    try {
      return ExchangeServer.join(name, tasks);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where a task's JVM is asked, {@code host:port}. */
  public String address(int other) {
    return ranks.addresses().get(other);
  }

  @Override
  protected CompletableFuture<Void> whenThere(int other, String key) {
    return ask(ExchangeRequest.whenThere(other, key), bytes -> {});
  }

  @Override
  protected CompletableFuture<Void> read(
      int other, String key, int from, int n, Consumer<ByteBuffer> reader) {
    return ask(new ExchangeRequest(other, key, from, n), reader);
  }

  private CompletableFuture<Void> ask(ExchangeRequest request, Consumer<ByteBuffer> reader) {
    return server.peer(address(request.rank()), peers).ask(request, reader);
  }

  @Override
  protected void checkGoesOn() {
    if (context.isInterrupted()) {
      throw new CancellationException("the task was killed while it waited for another");
    }
  }

  /**
   * Waits until all tasks have come so far, so that none leaves with what another still reads; the
   * end of a run that did not fail. Takes about a second.
   */
  public void finish() {
    context.barrier();
  }

  /**
   * After a failure of this task alone: lets the others wait until Spark ends them, so that theirs,
   * a lost connection, is not the first that Spark hears of.
   */
  public void leaveLater() {
    leavesLater = true;
  }

  /** Leaves; with the last task of this JVM, what its tasks have put up is gone. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      if (leavesLater) {
        CompletableFuture.delayedExecutor(LATER_MILLIS, TimeUnit.MILLISECONDS)
            .execute(server::leave);
      } else {
        server.leave();
      }
    }
  }
}
