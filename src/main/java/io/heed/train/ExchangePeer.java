package io.heed.train;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.spark.network.client.RpcResponseCallback;
import org.apache.spark.network.client.TransportClient;
import org.apache.spark.network.client.TransportClientFactory;

/**
 * Another JVM, as the tasks of this one ask it. Any number of requests wait for what is not there
 * yet; of those that bring values a few are under way and the others queue, so that neither side
 * holds more than a few parts for the other. A connection that is lost is not made anew: what was
 * asked over it is lost with it, and the run goes on from its last checkpoint.
 */
final class ExchangePeer {
  /**
   * Of 256 kB each, under way to all JVMs together, so that any number of them asks no more of one:
   * 16 MB. With fewer, cores that have other work let the network wait.
   */
  private static final int MOST_READS = 64;

  private static final int LEAST_READS = 2;

  private final String address;
  private final TransportClientFactory clients;
  private final AtomicBoolean signUnderWay = new AtomicBoolean();
  private final Queue<Asked> queue = new ArrayDeque<>();
  private final int mostReads;
  private int reads;
  private TransportClient client;

  /** A request with who reads the answer. */
  private record Asked(
      TransportClient client,
      ExchangeRequest request,
      Consumer<ByteBuffer> reader,
      CompletableFuture<Void> done) {}

  /**
   * A JVM.
   *
   * @param address {@code host:port}
   * @param peers how many JVMs are asked, this one included
   */
  ExchangePeer(String address, TransportClientFactory clients, int peers) {
    this.address = address;
    this.clients = clients;
    this.mostReads = Math.max(LEAST_READS, MOST_READS / peers);
  }

  /**
   * Asks for something; the first to ask waits for the connection.
   *
   * @param reader gets the answer, in a thread of the network, and keeps nothing of it
   * @return fails with an {@link IOException} that names the task and the address
   */
  CompletableFuture<Void> ask(ExchangeRequest request, Consumer<ByteBuffer> reader) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    try {
      Asked asked = new Asked(connected(), request, reader, done);
      if (request.isForNone()) {
        send(asked);
      } else {
        sendOrQueue(asked);
      }
    } catch (IOException e) {
      done.completeExceptionally(failure(request, e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      done.completeExceptionally(failure(request, e));
    }
    return done;
  }

  private synchronized TransportClient connected() throws IOException, InterruptedException {
    if (client == null) {
      int colon = address.lastIndexOf(':');
      client =
          clients.createClient(
              address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
    }
    return client;
  }

  private void sendOrQueue(Asked asked) {
    boolean begins;
    synchronized (queue) {
      begins = reads < mostReads;
      if (begins) {
        reads++;
      } else {
        queue.add(asked);
      }
    }
    if (begins) {
      send(asked);
    } else if (!asked.client().isActive()) {
      // Lost since the answers of the others came, which would have sent it.
      forget(new IOException("the connection is lost"));
    }
  }

  private void send(Asked asked) {
    asked
        .client()
        .sendRpc(
            asked.request().bytes(),
            new RpcResponseCallback() {
              @Override
              public void onSuccess(ByteBuffer answer) {
                answered(asked, answer);
              }

              @Override
              public void onFailure(Throwable cause) {
                failed(asked, cause);
              }
            });
  }

  private void answered(Asked asked, ByteBuffer answer) {
    try {
      asked.reader().accept(answer.order(ByteOrder.LITTLE_ENDIAN));
    } catch (RuntimeException e) {
      failed(asked, e);
      return;
    }
    next(asked);
    asked.done().complete(null);
  }

  private void failed(Asked asked, Throwable cause) {
    if (asked.client().isActive()) {
      next(asked);
    } else {
      forget(cause);
    }
    asked.done().completeExceptionally(failure(asked.request(), cause));
  }

  private void next(Asked asked) {
    if (asked.request().isForNone()) {
      return;
    }
    Asked next;
    synchronized (queue) {
      next = queue.poll();
      if (next == null) {
        reads--;
        return;
      }
    }
    send(next);
  }

  /** Without a connection, none of those that queue is ever sent. */
  private void forget(Throwable cause) {
    while (true) {
      Asked queued;
      synchronized (queue) {
        queued = queue.poll();
      }
      if (queued == null) {
        return;
      }
      queued.done().completeExceptionally(failure(queued.request(), cause));
    }
  }

  /**
   * Shows that this side lives, and sees whether the other does: a connection over which nothing
   * comes is closed by Spark, which cannot know that a task takes its time. While one sign is not
   * answered, none is sent.
   */
  void showLife() {
    TransportClient open;
    synchronized (this) {
      open = client;
    }
    if (open == null || !open.isActive() || !signUnderWay.compareAndSet(false, true)) {
      return;
    }
    open.sendRpc(
        ByteBuffer.allocate(0),
        new RpcResponseCallback() {
          @Override
          public void onSuccess(ByteBuffer answer) {
            signUnderWay.set(false);
          }

          @Override
          public void onFailure(Throwable cause) {
            // What the tasks have asked for fails by itself.
          }
        });
  }

  private IOException failure(ExchangeRequest request, Throwable cause) {
    String reason = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    return new IOException(
        String.format(
            Locale.ROOT,
            "task %d at %s did not give %s: %s",
            request.rank(),
            address,
            request.key(),
            reason.lines().findFirst().orElse("")),
        cause);
  }
}
