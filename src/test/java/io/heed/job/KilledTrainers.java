package io.heed.job;

import io.heed.LocalSpark;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ten runs of {@code jobs/train}, in each of which an executor is killed behind another step, give
 * the weights of one in which none is. It takes some minutes, so its name keeps it from those that
 * always run: {@code mvn test -Dtest=KilledTrainers}.
 */
class KilledTrainers {
  private static final int EXECUTORS = 2;

  @TempDir Path directory;

  @AfterAll
  static void stopCluster() {
    LocalSpark.stop();
  }

  @Test
  void tenExecutorsKilledChangeNoBit() throws Exception {
    TrainCluster cluster = new TrainCluster(directory, 24);
    for (int executors : new int[] {1, 3, 4, EXECUTORS}) {
      cluster.start(executors);
      cluster.assertSame("quiet-" + executors, executors == 4 ? 7 : 1);
    }
    SplittableRandom random = new SplittableRandom(20261128);
    for (int run = 0; run < 10; run++) {
      int step = 1 + 2 * run + random.nextInt(2);
      cluster.assertSame(
          "run-" + run, step, TrainCluster.halting(random.nextInt(EXECUTORS)), EXECUTORS);
    }
  }

  @Test
  void fewerExecutorsGoOnToTheSameWeights() throws Exception {
    TrainCluster cluster = new TrainCluster(directory, 12);
    cluster.start(2);
    cluster.assertSame("halted", 4, TrainCluster.halting(1), 2);
    cluster.assertSame("removed", 7, cluster.removing(0), 1);
  }
}
