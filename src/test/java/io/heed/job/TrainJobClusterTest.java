package io.heed.job;

import io.heed.LocalSpark;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One executor that is killed; {@link KilledTrainers} kills more. */
@Timeout(240)
class TrainJobClusterTest {
  private static final int EXECUTORS = 2;

  @TempDir Path directory;

  @AfterAll
  static void stopCluster() {
    LocalSpark.stop();
  }

  @Test
  void anExecutorKilledChangesNoBit() throws Exception {
    TrainCluster cluster = new TrainCluster(directory, 12);
    cluster.start(EXECUTORS);
    cluster.assertSame("halted", 4, TrainCluster.halting(1), EXECUTORS);
  }
}
