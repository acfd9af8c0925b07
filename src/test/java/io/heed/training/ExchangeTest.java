package io.heed.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class ExchangeTest {
  private static final int TASKS = 3;

  @Test
  void takesDownWhatIsRetired() throws Exception {
    Postings postings = new Postings();
    ExecutorService threads = Executors.newFixedThreadPool(TASKS);
    List<Future<Double>> sums = new ArrayList<>();
    for (int rank = 0; rank < TASKS; rank++) {
      Exchange exchange = Exchange.within(rank, TASKS, postings);
      sums.add(threads.submit(() -> steps(exchange)));
    }
    for (Future<Double> sum : sums) {
      assertThat(sum.get()).isEqualTo(1000 * 3);
    }
    threads.shutdown();
    assertThat(postings.count()).isLessThan(5 * TASKS);
  }

  private static double steps(Exchange exchange) {
    double sum = 0;
    for (int step = 0; step < 1000; step++) {
      String key = "step-" + step + "/";
      for (double[] ofTask : exchange.gather(key + "one", exchange.rank())) {
        sum += ofTask[0];
      }
      exchange.gather(key + "two");
      exchange.remove(key);
    }
    return sum;
  }

  @Test
  void removesByPrefixOfOneTask() {
    Postings postings = new Postings();
    for (String key : List.of("a/1", "a/2", "ab/1", "b/1")) {
      postings.put(0, key, new Posting.Doubles(new double[0]));
      postings.put(1, key, new Posting.Doubles(new double[0]));
    }
    postings.remove(0, "a/");
    assertThat(postings.count()).isEqualTo(6);
    assertThat(postings.now(0, "ab/1")).isPresent();
    assertThat(postings.now(0, "a/1")).isEmpty();
    assertThat(postings.now(1, "a/1")).isPresent();
  }
}
