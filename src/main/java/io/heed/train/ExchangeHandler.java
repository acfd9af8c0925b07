package io.heed.train;

import io.heed.training.Exchange;
import io.heed.training.Posting;
import io.heed.training.Postings;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.network.client.RpcResponseCallback;
import org.apache.spark.network.client.TransportClient;
import org.apache.spark.network.server.OneForOneStreamManager;
import org.apache.spark.network.server.RpcHandler;
import org.apache.spark.network.server.StreamManager;

/**
 * Answers what other JVMs ask. Who asks is known only where Spark authenticates, so nothing is
 * allocated or kept for a request beyond fixed bounds.
 */
final class ExchangeHandler extends RpcHandler {
  /** More than tasks of a run ask of one JVM in a step. */
  private static final int MOST_WAITING = 1 << 17;

  private final Postings postings;
  private final int tasks;
  private final AtomicInteger waiting = new AtomicInteger();
  private final StreamManager noStreams = new OneForOneStreamManager();

  /**
   * What answers for the tasks of this JVM.
   *
   * @param tasks of the run, in all JVMs
   */
  ExchangeHandler(Postings postings, int tasks) {
    this.postings = postings;
    this.tasks = tasks;
  }

  /** An empty message is a sign of life, and is answered by one. */
  @Override
  public void receive(TransportClient client, ByteBuffer message, RpcResponseCallback answer) {
    if (!message.hasRemaining()) {
      answer.onSuccess(ByteBuffer.allocate(0));
      return;
    }
    try {
      ExchangeRequest request = ExchangeRequest.of(message);
      if (request.rank() >= tasks) {
        throw new IllegalArgumentException(
            String.format(Locale.ROOT, "there is no task %d of %d", request.rank(), tasks));
      }
      if (request.isForNone()) {
        answerWhenThere(request, answer);
      } else {
        answer.onSuccess(values(request));
      }
    } catch (IllegalArgumentException | IllegalStateException | IndexOutOfBoundsException e) {
      answer.onFailure(e);
    }
  }

  private void answerWhenThere(ExchangeRequest request, RpcResponseCallback answer) {
    if (waiting.incrementAndGet() > MOST_WAITING) {
      waiting.decrementAndGet();
      throw new IllegalStateException("too many requests wait");
    }
    postings
        .of(request.rank(), request.key())
        .whenComplete(
            (posting, failure) -> {
              waiting.decrementAndGet();
              if (failure == null) {
                answer.onSuccess(ByteBuffer.allocate(0));
              } else {
                answer.onFailure(failure);
              }
            });
  }

  private ByteBuffer values(ExchangeRequest request) {
    Posting posting =
        postings
            .now(request.rank(), request.key())
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        String.format(
                            Locale.ROOT,
                            "task %d has nothing under %s",
                            request.rank(),
                            request.key())));
    if (!request.isForAll()) {
      return posting.bytes(request.from(), request.n());
    }
    if (posting.size() > Exchange.MOST_VALUES) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s has %d values, and at most %d can be had at once",
              request.key(),
              posting.size(),
              Exchange.MOST_VALUES));
    }
    return posting.bytes(0, posting.size());
  }

  @Override
  public StreamManager getStreamManager() {
    return noStreams;
  }
}
