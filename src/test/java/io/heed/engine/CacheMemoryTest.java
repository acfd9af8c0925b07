package io.heed.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.kernel.Kernels;
import io.heed.layer.KeyValueCache;
import io.heed.row.Rejectable;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How much memory a stream takes for its cache. */
class CacheMemoryTest {
  private static final int ENOUGH = 1 << 20;

  /** Places of each layer that was asked for. */
  private final List<Integer> places = new ArrayList<>();

  private GenerationStream<Integer> stream(IntPredicate fits, int cachePlaces, int batchTokens) {
    StopRule nothing = new StopRule(Set.of(), Set.of(), List.of(), Optional.empty());
    GenerationEngine engine =
        new GenerationEngine(
            new ModelPredictor(DecoderFixture.decoder(), kernels(fits)),
            DecoderFixture.kernels(),
            Sampling.GREEDY,
            nothing,
            5,
            cachePlaces,
            batchTokens);
    Iterator<Integer> rows = IntStream.range(0, 100).iterator();
    return new GenerationStream<>(
        rows, row -> Rejectable.of(new Prompt(new int[] {1, 2, 3}, row)), row -> 0, engine);
  }

  /** Kernels that note the room for keys that they are asked for, and have it where it fits. */
  private Kernels kernels(IntPredicate fits) {
    return (Kernels)
        Proxy.newProxyInstance(
            Kernels.class.getClassLoader(),
            new Class<?>[] {Kernels.class},
            (self, method, arguments) -> {
              if (method.getName().equals("allocateKeyValues")) {
                places.add((Integer) arguments[2]);
                if (!fits.test((Integer) arguments[2])) {
                  throw new OutOfMemoryError("Java heap space");
                }
              }
              return method.invoke(DecoderFixture.kernels(), arguments);
            });
  }

  @Test
  void itIsNoMoreThanTheRowsCanFill() {
    stream(room -> true, ENOUGH, 7).forEachRemaining(outcome -> {});
    int room = 7 * KeyValueCache.rounded(DecoderFixture.POSITIONS);
    assertThat(places).hasSize(DecoderFixture.LAYERS).containsOnly(room);
  }

  @Test
  void itIsNoMoreThanIsAllowed() {
    stream(room -> true, 64, 100).forEachRemaining(outcome -> {});
    assertThat(places).hasSize(DecoderFixture.LAYERS).containsOnly(64);
  }

  @Test
  void aHeapThatIsTooSmallIsTold() {
    GenerationStream<Integer> stream = stream(room -> false, ENOUGH, 100);
    long bytes =
        64L
            * KeyValueCache.rounded(DecoderFixture.POSITIONS)
            * KeyValueCache.bytesPerToken(DecoderFixture.decoder().spec().cacheShape());
    assertThatThrownBy(stream::hasNext)
        .isInstanceOf(CacheMemoryException.class)
        .hasNoCause()
        .hasMessageStartingWith(
            String.format(
                Locale.ROOT,
                "a key/value cache of %d bytes, which each task has, does not fit",
                bytes));
  }
}
