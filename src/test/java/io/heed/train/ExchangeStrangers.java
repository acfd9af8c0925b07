package io.heed.train;

import io.heed.training.Postings;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.SparkConf;
import org.apache.spark.network.TransportContext;
import org.apache.spark.network.client.TransportClientFactory;
import org.apache.spark.network.netty.SparkTransportConf;
import scala.Option;

/** Asks tasks without saying who asks. */
final class ExchangeStrangers {
  private static final int PATIENCE_SECONDS = 10;

  private ExchangeStrangers() {}

  static String ask(BarrierTaskContext context) throws Exception {
    try (TransportExchange exchange = TransportExchange.join(context, "strangers", 0);
        TransportContext plain =
            new TransportContext(
                SparkTransportConf.fromSparkConf(
                    new SparkConf(false), "stranger", 1, Option.empty(), Option.empty()),
                new ExchangeHandler(new Postings(), 1));
        TransportClientFactory clients = plain.createClientFactory(List.of())) {
      exchange.put("secret", new float[1], 0, 1);
      int other = (exchange.rank() + 1) % exchange.tasks();
      String answer;
      try {
        new ExchangePeer(exchange.address(other), clients, 1)
            .ask(new ExchangeRequest(other, "secret", 0, 1), bytes -> {})
            .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        answer = "given";
      } catch (ExecutionException e) {
        answer = "refused: " + e.getMessage();
      }
      exchange.finish();
      return answer;
    }
  }
}
