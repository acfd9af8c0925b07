package io.heed.engine;

import static io.heed.engine.AttentionFixture.attending;
import static io.heed.engine.AttentionFixture.bits;
import static io.heed.engine.AttentionFixture.random;
import static org.assertj.core.api.Assertions.assertThat;

import io.heed.engine.AttentionEngine.Result;
import io.heed.kernel.KernelChoice;
import io.heed.kernel.KernelProvider;
import io.heed.kernel.Kernels;
import io.heed.kernel.ReferenceKernels;
import io.heed.row.Rejectable;
import io.heed.row.Rejection.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class GivenAttentionBatchesTest {
  private static List<Rejectable<Result>> results(
      List<AttentionRow> rows, Kernels kernels, int batchVectors) {
    List<Rejectable<Result>> results = new ArrayList<>();
    BatchStream<AttentionRow, AttentionRow, Result> stream =
        new BatchStream<>(
            rows.iterator(),
            Rejectable::of,
            row -> 0,
            new GivenAttentionBatches(kernels, batchVectors));
    stream.forEachRemaining(outcome -> results.add(outcome.result()));
    return results;
  }

  /** Few shapes, so that rows meet others of theirs; in some, weights and context do not fit. */
  private static AttentionRow row(Random random) {
    int keys = 1 + random.nextInt(3);
    return attending(
        random(random, 1 + random.nextInt(2), keys),
        random(random, random.nextInt(9) == 0 ? keys + 1 : keys, 3 + random.nextInt(2)));
  }

  @Property(tries = 100)
  void a_row_has_the_same_bits_in_any_batch_and_by_both_kernels(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 60) int batchVectors) {
    Random random = new Random(seed);
    List<AttentionRow> rows = Stream.generate(() -> row(random)).limit(30).toList();
    Kernels kernels = KernelProvider.choose(KernelChoice.AUTO).kernels();
    List<Rejectable<Result>> together = results(rows, kernels, batchVectors);
    List<Rejectable<Result>> alone = results(rows, new ReferenceKernels(), 1);
    assertThat(together).hasSize(30);
    for (int i = 0; i < rows.size(); i++) {
      assertThat(together.get(i).rejection()).isEqualTo(alone.get(i).rejection());
      if (alone.get(i).rejection().isEmpty()) {
        assertThat(bits(together.get(i).value().context()))
            .isEqualTo(bits(alone.get(i).value().context()));
      }
    }
  }

  @Test
  void a_row_that_overflows_leaves_its_neighbours_alone() {
    float large = Float.MAX_VALUE;
    AttentionRow good = attending(new float[][] {{2, 1}}, new float[][] {{1}, {3}});
    AttentionRow bad = attending(new float[][] {{2, 2}}, new float[][] {{large}, {large}});
    List<Rejectable<Result>> results =
        results(List.of(good, bad, good), new ReferenceKernels(), 100);
    assertThat(results.get(1).rejection().orElseThrow().reason()).isEqualTo(Reason.NON_FINITE);
    assertThat(results.get(0).value().context()).isDeepEqualTo(new float[][] {{5}});
    assertThat(results.get(2).value().context()).isDeepEqualTo(new float[][] {{5}});
  }
}
