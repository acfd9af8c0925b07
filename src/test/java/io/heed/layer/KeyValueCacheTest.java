package io.heed.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.architecture.ModelCheckpoint;
import io.heed.batch.PackedBatch;
import io.heed.checkpoint.GptCheckpointFixture;
import io.heed.checkpoint.GptCheckpointFixture.Form;
import io.heed.kernel.Kernels;
import io.heed.kernel.KeyValues;
import io.heed.kernel.ReferenceKernels;
import io.heed.layer.KeyValueCache.Run;
import io.heed.model.TransformerDecoder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyValueCacheTest {
  private static final int MULTIPLE = KeyValues.RUN_MULTIPLE;
  private static final Kernels KERNELS = new ReferenceKernels();

  private static KeyValueCache cache(int places) {
    return new KeyValueCache(KERNELS, new KeyValueCache.Shape(1, 1, 1), places);
  }

  /** The rule, written a second time: one letter for each {@link #MULTIPLE} places. */
  private static final class Blocks {
    private final boolean[] taken;

    Blocks(int places) {
      this.taken = new boolean[(places + MULTIPLE - 1) / MULTIPLE];
    }

    static int count(int tokens) {
      return Math.max(1, (tokens + MULTIPLE - 1) / MULTIPLE);
    }

    /** The first stretch of free blocks, or -1. */
    int room(int count) {
      for (int first = 0; first + count <= taken.length; first++) {
        if (free(first, count)) {
          return first;
        }
      }
      return -1;
    }

    boolean free(int first, int count) {
      for (int block = first; block < first + count; block++) {
        if (taken[block]) {
          return false;
        }
      }
      return true;
    }

    void set(int first, int count, boolean value) {
      Arrays.fill(taken, first, first + count, value);
    }
  }

  private record Held(Run run, int blocks) {
    int first() {
      return run.firstPlace() / MULTIPLE;
    }
  }

  @Property
  void runs_do_not_overlap_and_what_is_released_is_one_again(
      @ForAll @IntRange(min = 1, max = 700) int places,
      @ForAll @Size(max = 100) List<@IntRange(min = -100, max = 300) Integer> actions) {
    KeyValueCache cache = cache(places);
    Blocks blocks = new Blocks(places);
    List<Held> held = new ArrayList<>();
    for (int action : actions) {
      if (action < 0) {
        release(cache, blocks, held, -action);
      } else {
        reserve(cache, blocks, held, action);
      }
    }
    while (!held.isEmpty()) {
      release(cache, blocks, held, 7);
    }
    int all = blocks.taken.length * MULTIPLE;
    assertThat(cache.reserve(all + 1)).isEmpty();
    assertThat(cache.reserve(all)).isPresent();
    assertThat(cache.reserve(0)).isEmpty();
  }

  private static void reserve(KeyValueCache cache, Blocks blocks, List<Held> held, int tokens) {
    int count = Blocks.count(tokens);
    Optional<Run> run = cache.reserve(tokens);
    assertThat(run.isPresent()).isEqualTo(blocks.room(count) >= 0);
    if (run.isPresent()) {
      Held taken = new Held(run.get(), count);
      assertThat(run.get().firstPlace() % MULTIPLE).isZero();
      assertThat(taken.first()).isBetween(0, blocks.taken.length - count);
      assertThat(blocks.free(taken.first(), count)).isTrue();
      assertThat(run.get().tokens()).isZero();
      blocks.set(taken.first(), count, true);
      held.add(taken);
    }
  }

  private static void release(KeyValueCache cache, Blocks blocks, List<Held> held, int which) {
    if (!held.isEmpty()) {
      Held given = held.remove(which % held.size());
      cache.release(given.run());
      blocks.set(given.first(), given.blocks(), false);
    }
  }

  @Test
  void a_cache_without_places_has_room_for_nothing() {
    assertThat(cache(0).reserve(0)).isEmpty();
    assertThat(cache(1).reserve(32)).isPresent();
    assertThat(cache(32).reserve(33)).isEmpty();
    assertThat(cache(33).reserve(64)).isPresent();
  }

  @Test
  void a_run_is_released_once() {
    KeyValueCache cache = cache(64);
    Run run = cache.reserve(3).orElseThrow();
    cache.release(run);
    assertThatThrownBy(() -> cache.release(run))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("a run of the cache is released twice");
    assertThat(cache.reserve(64)).isPresent();
    assertThat(cache.reserve(1)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    // layers, heads, width, bytes of a token
    "1, 1, 1, 132",
    "2, 3, 24, 960",
    "12, 12, 768, 73728",
    "48, 25, 1600, 614400",
    "96, 96, 12288, 9437184"
  })
  void places_are_whole_runs_that_fit(int layers, int heads, int width, long bytesOfToken) {
    KeyValueCache.Shape shape = new KeyValueCache.Shape(layers, heads, width / heads);
    long run = MULTIPLE * bytesOfToken;
    assertThat(KeyValueCache.places(shape, 0)).isZero();
    assertThat(KeyValueCache.places(shape, run - 1)).isZero();
    assertThat(KeyValueCache.places(shape, run)).isEqualTo(MULTIPLE);
    assertThat(KeyValueCache.places(shape, 2 * run - 1)).isEqualTo(MULTIPLE);
    assertThat(KeyValueCache.places(shape, 7 * run)).isEqualTo(7 * MULTIPLE);
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "1, 1, 64", "12, 12, 768", "1, 1, 1000000"})
  void places_are_no_more_than_an_array_holds(int layers, int heads, int width) {
    KeyValueCache.Shape shape = new KeyValueCache.Shape(layers, heads, width / heads);
    int places = KeyValueCache.places(shape, Long.MAX_VALUE);
    assertThat(places % MULTIPLE).isZero();
    long padded = (shape.headWidth() + MULTIPLE - 1L) / MULTIPLE * MULTIPLE;
    long values = places * padded;
    assertThat(values).isBetween(1L, Integer.MAX_VALUE - 100L);
  }

  @Test
  void a_run_takes_no_more_tokens_than_it_has_places(@TempDir Path directory) throws IOException {
    GptCheckpointFixture.of(Form.GPT2, 1, 8, 2, 10, 1).write(directory);
    try (ModelCheckpoint checkpoint = ModelCheckpoint.open(directory)) {
      TransformerDecoder decoder = (TransformerDecoder) checkpoint.load(KERNELS);
      KeyValueCache cache = new KeyValueCache(KERNELS, decoder.spec().cacheShape(), 64);
      List<Run> runs = List.of(cache.reserve(1).orElseThrow(), cache.reserve(1).orElseThrow());
      Workspace workspace = new Workspace();
      PackedBatch most = PackedBatch.of(List.of(new int[30], new int[32]));
      decoder.hiddenStates(most, cache, runs, workspace);
      PackedBatch more = PackedBatch.of(List.of(new int[3], new int[0]));
      assertThatThrownBy(() -> decoder.hiddenStates(more, cache, runs, workspace))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("3 more tokens do not fit a run of 32 places, of which 30 are taken");
      assertThat(runs).extracting(Run::tokens).containsExactly(30, 32);
      cache.release(runs.get(0));
      PackedBatch late = PackedBatch.of(List.of(new int[1]));
      assertThatThrownBy(() -> decoder.hiddenStates(late, cache, runs.subList(0, 1), workspace))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("tokens for a run of the cache that was released");
    }
  }
}
