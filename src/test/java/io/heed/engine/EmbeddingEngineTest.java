package io.heed.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.heed.batch.PackedBatch;
import io.heed.engine.EmbeddingEngine.Session;
import io.heed.engine.VectorEnding.VectorNorm;
import io.heed.layer.Pooling;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EmbeddingEngineTest {
  @Test
  void l2_scales_to_length_one_and_none_does_not() {
    PackedBatch batch = PackedBatch.of(List.of(new int[] {1, 2, 3}, new int[] {4}));
    for (Pooling pooling : Pooling.values()) {
      float[] scaled = vector(EngineFixture.engine(pooling, VectorNorm.L2), batch);
      float[] pooled = vector(EngineFixture.engine(pooling, VectorNorm.NONE), batch);
      assertThat(length(scaled)).isCloseTo(1, within(1e-6));
      assertThat(length(pooled)).isGreaterThan(1.5);
      for (int i = 0; i < scaled.length; i++) {
        assertThat(scaled[i] * length(pooled)).isCloseTo(pooled[i], within(1e-5));
      }
    }
  }

  @Test
  void results_outlive_the_next_batch_of_their_session() {
    Session session = EngineFixture.engine().session();
    Embeddings first = session.embed(PackedBatch.of(List.of(new int[] {1, 2})));
    float[] before = first.vector(0).clone();
    session.embed(PackedBatch.of(List.of(new int[] {3, 4, 5}, new int[] {6})));
    assertThat(first.vector(0)).containsExactly(before);
  }

  @Test
  void a_small_batch_after_a_large_one_has_nothing_of_it() {
    EmbeddingEngine engine = EngineFixture.engine();
    PackedBatch small = PackedBatch.of(List.of(new int[] {7, 8}));
    int[] overflowing = new int[EngineFixture.POSITIONS];
    Arrays.fill(overflowing, EngineFixture.OVERFLOWING_TOKEN);
    Session used = engine.session();
    used.embed(PackedBatch.of(List.of(overflowing, overflowing)));
    assertThat(used.embed(small).vector(0))
        .containsExactly(engine.session().embed(small).vector(0));
  }

  @Test
  void one_engine_serves_many_threads() throws Exception {
    EmbeddingEngine engine = EngineFixture.engine();
    PackedBatch batch = PackedBatch.of(List.of(new int[] {1, 2, 3}, new int[] {4, 5}));
    float[] alone = vector(engine, batch);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Callable<float[]>> tasks =
          IntStream.range(0, 40)
              .<Callable<float[]>>mapToObj(
                  i ->
                      () -> {
                        Session session = engine.session();
                        session.embed(PackedBatch.of(List.of(new int[] {i % 29, 3})));
                        return session.embed(batch).vector(0);
                      })
              .toList();
      for (var vector : threads.invokeAll(tasks)) {
        assertThat(vector.get()).containsExactly(alone);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static float[] vector(EmbeddingEngine engine, PackedBatch batch) {
    return engine.session().embed(batch).vector(0);
  }

  private static double length(float[] vector) {
    double sum = 0;
    for (float value : vector) {
      sum += (double) value * value;
    }
    return Math.sqrt(sum);
  }
}
