package io.heed.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.LocalSpark;
import io.heed.training.Exchange;
import io.heed.training.ExchangeException;
import io.heed.training.Posting;
import io.heed.training.Ranks;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.spark.SparkConf;
import org.apache.spark.network.TransportContext;
import org.apache.spark.network.client.TransportClient;
import org.apache.spark.network.client.TransportClientFactory;
import org.apache.spark.network.netty.SparkTransportConf;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import scala.Option;

/** Two servers of one JVM, as if each were of a JVM of its own. */
@Timeout(60)
class ExchangeServerTest {
  private static final int TIMEOUT_SECONDS = 2;

  private static SparkSession spark;

  private ExchangeServer one;
  private ExchangeServer other;

  @BeforeAll
  static void start() {
    spark =
        LocalSpark.with(
            "local[1]", Map.of("spark.heed.exchange.io.connectionTimeout", TIMEOUT_SECONDS + "s"));
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @BeforeEach
  void open() throws IOException {
    one = ExchangeServer.join("one", 2);
    other = ExchangeServer.join("other", 2);
  }

  @AfterEach
  void close() {
    one.leave();
    other.leave();
    assertThat(ExchangeServer.open()).isZero();
  }

  private static Exchange exchange(int rank, ExchangeServer own, String otherAddress) {
    return new Exchange(rank, new Ranks(0, 1), own.postings()) {
      @Override
      protected CompletableFuture<Void> whenThere(int task, String key) {
        return own.peer(otherAddress, 1).ask(ExchangeRequest.whenThere(task, key), bytes -> {});
      }

      @Override
      protected CompletableFuture<Void> read(
          int task, String key, int from, int n, Consumer<ByteBuffer> reader) {
        return own.peer(otherAddress, 1).ask(new ExchangeRequest(task, key, from, n), reader);
      }

      @Override
      protected void checkGoesOn() {}
    };
  }

  @Test
  void anyPartOfWhatIsUpIsFetched() {
    Exchange asking = exchange(0, one, other.address());
    Exchange asked = exchange(1, other, one.address());
    float[] values = ExchangeSteps.values(0, 0, 3_000_000);
    float[][] targets = new float[9][];
    int[] lengths = {0, 1, 65_535, 65_536, 65_537, 131_072, 200_000, 2_000_000, 2_900_000};
    List<CompletableFuture<Void>> fetches = new ArrayList<>();
    for (int i = 0; i < targets.length; i++) {
      targets[i] = new float[lengths[i] + 2];
      fetches.add(asking.fetch(1, "values", 7 * i, targets[i], 1, lengths[i]));
    }
    asked.put("values", values, 5, 2_999_990);
    asking.await(fetches);
    for (int i = 0; i < targets.length; i++) {
      float[] expected = new float[lengths[i] + 2];
      System.arraycopy(values, 5 + 7 * i, expected, 1, lengths[i]);
      assertThat(targets[i]).isEqualTo(expected);
    }
  }

  @Test
  void aTaskThatTakesItsTimeIsNotTakenForDead() throws InterruptedException {
    CompletableFuture<Void> fetch =
        exchange(0, one, other.address()).fetch(1, "late", 0, new float[1], 0, 1);
    Thread.sleep(TimeUnit.SECONDS.toMillis(3 * TIMEOUT_SECONDS));
    assertThat(fetch).isNotDone();
    exchange(1, other, one.address()).put("late", new float[1], 0, 1);
    assertThat(fetch).succeedsWithin(TIMEOUT_SECONDS, TimeUnit.SECONDS);
  }

  @Test
  void aMachineThatIsSilentIsTakenForDead() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String address = "127.0.0.1:" + silent.getLocalPort();
      CompletableFuture<Void> fetch =
          exchange(0, one, address).fetch(1, "never", 0, new float[1], 0, 1);
      assertFails(fetch, "task 1 at " + address + " did not give never: ");
    }
  }

  @Test
  void aServerThatClosesFailsAllThatIsAskedOfIt() throws IOException {
    ExchangeServer closing = ExchangeServer.join("closing", 2);
    Exchange asking = exchange(0, one, closing.address());
    Exchange asked = exchange(1, closing, one.address());
    asked.put("first", new float[] {3}, 0, 1);
    asking.await(List.of(asking.fetch(1, "first", 0, new float[1], 0, 1)));
    CompletableFuture<Void> waits = asking.fetch(1, "never", 0, new float[1], 0, 1);
    closing.leave();
    assertFails(waits, "task 1 at " + closing.address() + " did not give never: ");
    // None of these waits for one that is never answered.
    for (int i = 0; i < 20; i++) {
      assertThat(asking.fetch(1, "later", 0, new float[1], 0, 1))
          .failsWithin(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      assertThat(one.peer(closing.address(), 1).ask(new ExchangeRequest(1, "later", 0, 1), b -> {}))
          .failsWithin(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }
  }

  @Test
  void whereNobodyListensNothingIsAwaited() throws IOException {
    int port;
    try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = closed.getLocalPort();
    }
    assertFails(
        exchange(0, one, "127.0.0.1:" + port).fetch(1, "never", 0, new float[1], 0, 1),
        "task 1 at 127.0.0.1:" + port + " did not give never: ");
  }

  private void assertFails(CompletableFuture<Void> fetch, String reason) {
    assertThatThrownBy(() -> exchange(0, one, other.address()).await(List.of(fetch)))
        .isInstanceOf(ExchangeException.class)
        .hasMessageStartingWith("another task gave nothing: " + reason);
  }

  @Test
  void whatIsNotThereIsRefused() {
    other.postings().put(1, "three", new Posting.Floats(new float[9], 4, 3));
    int most = Exchange.MOST_VALUES;
    other.postings().put(1, "many", new Posting.Floats(new float[most + 1], 0, most + 1));
    assertRefused(new ExchangeRequest(1, "three", 0, 4), "out of bounds for length 3");
    assertRefused(new ExchangeRequest(1, "three", Integer.MAX_VALUE, 1), "out of bounds");
    assertRefused(new ExchangeRequest(1, "three", 3, most), "out of bounds for length 3");
    assertRefused(new ExchangeRequest(1, "four", 0, 1), "task 1 has nothing under four");
    assertRefused(new ExchangeRequest(0, "three", 0, 1), "task 0 has nothing under three");
    assertRefused(ExchangeRequest.whenThere(2, "three"), "there is no task 2 of 2");
    assertRefused(new ExchangeRequest(1, "many", 0, -1), "has 1048577 values, and at most 1048576");
    int[] bytes = new int[1];
    assertThat(
            one.peer(other.address(), 1)
                .ask(new ExchangeRequest(1, "three", 1, 2), b -> bytes[0] = b.remaining()))
        .succeedsWithin(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    assertThat(bytes).containsExactly(8);
  }

  private void assertRefused(ExchangeRequest request, String reason) {
    assertThat(one.peer(other.address(), 1).ask(request, bytes -> {}))
        .failsWithin(TIMEOUT_SECONDS, TimeUnit.SECONDS)
        .withThrowableThat()
        .withMessageContaining(reason);
  }

  @Test
  void bytesThatAreNoRequestAreRefusedAndTheConnectionStays() throws Exception {
    try (TransportContext context =
            new TransportContext(
                SparkTransportConf.fromSparkConf(
                    new SparkConf(false), "test", 1, Option.empty(), Option.empty()),
                new ExchangeHandler(one.postings(), 2));
        TransportClientFactory clients = context.createClientFactory()) {
      int colon = other.address().lastIndexOf(':');
      TransportClient client =
          clients.createClient(
              other.address().substring(0, colon),
              Integer.parseInt(other.address().substring(colon + 1)));
      for (byte[] message : new byte[][] {{1}, new byte[16], new byte[1 << 20]}) {
        assertThatThrownBy(() -> client.sendRpcSync(ByteBuffer.wrap(message), 5000))
            .hasMessageContaining("IllegalArgumentException");
      }
      assertThat(client.sendRpcSync(ByteBuffer.allocate(0), 5000).remaining()).isZero();
    }
  }

  @Test
  void aHostThatIsNoAddressOfThisMachineIsListenedForAtAll() throws IOException {
    ExchangeServer behind = ExchangeServer.join("behind", 2, "198.51.100.1");
    try {
      assertThat(behind.address()).startsWith("198.51.100.1:");
      behind.postings().put(1, "first", new Posting.Floats(new float[3], 0, 3));
      String here = behind.address().replace("198.51.100.1", "127.0.0.1");
      assertThat(exchange(0, one, here).fetch(1, "first", 0, new float[3], 0, 3))
          .succeedsWithin(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } finally {
      behind.leave();
    }
  }

  @Test
  void tasksOfAnAttemptShareOneAndTheLastClosesIt() throws IOException {
    ExchangeServer again = ExchangeServer.join("one", 2);
    assertThat(again).isSameAs(one);
    assertThat(ExchangeServer.open()).isEqualTo(2);
    again.leave();
    assertThat(ExchangeServer.open()).isEqualTo(2);
  }
}
