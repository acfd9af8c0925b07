package io.heed.train;

import io.heed.training.Postings;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.network.TransportContext;
import org.apache.spark.network.client.TransportClientBootstrap;
import org.apache.spark.network.client.TransportClientFactory;
import org.apache.spark.network.crypto.AuthClientBootstrap;
import org.apache.spark.network.crypto.AuthServerBootstrap;
import org.apache.spark.network.netty.SparkTransportConf;
import org.apache.spark.network.server.TransportServer;
import org.apache.spark.network.server.TransportServerBootstrap;
import org.apache.spark.network.util.TransportConf;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Option;

/**
 * What the tasks of one JVM share in one attempt of a run: their postings, a server that gives them
 * to other JVMs, and the connections to those. It opens with the first task that joins and closes
 * with the last that leaves. Spark's settings of authentication, encryption and TLS hold for it as
 * for Spark's own transfer of blocks; {@code spark.heed.exchange.io.*} has its own of the network.
 */
final class ExchangeServer {
  private static final Logger LOG = LoggerFactory.getLogger(ExchangeServer.class);

  /** Of settings and threads. */
  private static final String MODULE = "heed.exchange";

  /** Enough for 10 Gb/s; the other cores compute. */
  private static final int MOST_THREADS = 4;

  private static final int SIGNS_OF_LIFE_IN_A_TIMEOUT = 4;

  private static final Map<String, ExchangeServer> OPEN = new HashMap<>();

  private final String name;
  private final Postings postings = new Postings();
  private final Map<String, ExchangePeer> peers = new ConcurrentHashMap<>();
  private final TransportContext context;
  private final TransportServer server;
  private final TransportClientFactory clients;
  private final ScheduledExecutorService life;
  private final String address;

  /** Guarded by {@link #OPEN}. */
  private int joined;

  private ExchangeServer(String name, int tasks, String host) throws IOException {
    this.name = name;
    SparkEnv spark = SparkEnv.get();
    SparkConf settings = spark.conf();
    int threads = Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors());
    TransportConf conf =
        SparkTransportConf.fromSparkConf(
            settings,
            MODULE,
            threads,
            Option.empty(),
            Option.apply(spark.securityManager().getRpcSSLOptions()));
    List<TransportServerBootstrap> answering = List.of();
    List<TransportClientBootstrap> asking = List.of();
    if (spark.securityManager().isAuthenticationEnabled()) {
      answering = List.of(new AuthServerBootstrap(conf, spark.securityManager()));
      asking = List.of(new AuthClientBootstrap(conf, settings.getAppId(), spark.securityManager()));
    }
    context = new TransportContext(conf, new ExchangeHandler(postings, tasks));
    try {
      server = bound(host, answering);
    } catch (IOException | RuntimeException e) {
      context.close();
      throw e;
    }
    clients = context.createClientFactory(asking);
    address = host + ":" + server.getPort();
    life =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, MODULE + "-life");
              thread.setDaemon(true);
              return thread;
            });
    long pause = Math.max(1, conf.connectionTimeoutMs() / SIGNS_OF_LIFE_IN_A_TIMEOUT);
    life.scheduleWithFixedDelay(
        () -> peers.values().forEach(ExchangePeer::showLife), pause, pause, TimeUnit.MILLISECONDS);
    LOG.info("tasks of {} are asked at {}", name, address);
  }

  /** A host that others know may be no address of this machine, as behind a network's gateway. */
  private TransportServer bound(String host, List<TransportServerBootstrap> answering)
      throws IOException {
    try {
      return context.createServer(host, 0, answering);
    } catch (Exception e) { // the server throws what Netty does, without saying so
      if (!(e instanceof IOException)) {
        throw failure(host, e);
      }
    }
    LOG.info("{} is no address of this machine, so all of its addresses are listened at", host);
    return context.createServer(0, answering);
  }

  private static IOException failure(String host, Exception cause) {
    return new IOException(
        String.format(Locale.ROOT, "tasks cannot be asked at %s: %s", host, cause.getMessage()),
        cause);
  }

  /**
   * Joins the other tasks of this JVM.
   *
   * @param name of an attempt of a run, the same for all its tasks
   * @param tasks of the run, in all JVMs
   */
  static ExchangeServer join(String name, int tasks) throws IOException {
    return join(name, tasks, SparkEnv.get().blockManager().blockManagerId().host());
  }

  /** Joins, where others know this machine by {@code host}. */
  static ExchangeServer join(String name, int tasks, String host) throws IOException {
    synchronized (OPEN) {
      ExchangeServer server = OPEN.get(name);
      if (server == null) {
        server = new ExchangeServer(name, tasks, host);
        OPEN.put(name, server);
      }
      server.joined++;
      return server;
    }
  }

  /** Leaves; the last one closes it, and with it what others have asked for and not got. */
  void leave() {
    synchronized (OPEN) {
      joined--;
      if (joined > 0) {
        return;
      }
      OPEN.remove(name);
    }
    life.shutdownNow();
    clients.close();
    server.close();
    context.close();
  }

  /** How many are open in this JVM. */
  static int open() {
    synchronized (OPEN) {
      return OPEN.size();
    }
  }

  /** Where others ask, {@code host:port}. */
  String address() {
    return address;
  }

  Postings postings() {
    return postings;
  }

  /**
   * Another JVM.
   *
   * @param other its {@link #address}
   * @param count of other JVMs, the same in each call
   */
  ExchangePeer peer(String other, int count) {
    return peers.computeIfAbsent(other, absent -> new ExchangePeer(other, clients, count));
  }
}
