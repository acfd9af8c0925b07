package io.heed.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.corpus.Stream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class TrainingTaskTest {
  @TempDir Path directory;

  /** Documents in which each id mostly follows from the one before. */
  static List<int[]> chain(SplittableRandom random, int count, int length, int vocabulary) {
    List<int[]> documents = new ArrayList<>();
    for (int d = 0; d < count; d++) {
      int[] ids = new int[length];
      ids[0] = random.nextInt(vocabulary);
      for (int t = 1; t < length; t++) {
        ids[t] =
            random.nextDouble() < 0.8
                ? (ids[t - 1] * 5 + 11) % vocabulary
                : random.nextInt(vocabulary);
      }
      documents.add(ids);
    }
    return documents;
  }

  private LocalRun run(String name) throws Exception {
    LocalRun run = new LocalRun(directory.resolve(name), 40);
    SplittableRandom random = new SplittableRandom(1);
    run.documents(Stream.TRAINING, 0, chain(random, 40, 23, 40));
    run.documents(Stream.HELD_OUT, 0, chain(random, 70, 21, 40));
    return run;
  }

  @Test
  void theSameBitsComeOutWhateverTheNumberOfTasks() throws Exception {
    Recipe recipe = LocalRun.recipe(8, 16, 8, 6, 3e-3);
    List<String> hashes = new ArrayList<>();
    List<History> histories = new ArrayList<>();
    for (int tasks : new int[] {1, 2, 3, 4, 11}) {
      LocalRun run = run("tasks" + tasks);
      run.begin(LocalRun.config(2, 48, 3, 40, 16), recipe);
      run.evaluationSteps = 3;
      TrainingResult result = run.run(recipe, tasks);
      hashes.add(run.hash(6));
      histories.add(result.history());
    }
    assertThat(hashes).containsOnly(hashes.get(0));
    assertThat(histories)
        .allSatisfy(
            history ->
                assertThat(history.records().toString())
                    .isEqualTo(histories.get(0).records().toString()));
  }
}
