package io.heed.embed;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.job.Earliest;
import io.heed.spark.executor.KernelUses;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EarliestRowsTest {
  private static final int KEPT = 5;

  @Test
  void theFirstOfTheInputInWhateverOrderTheyCome() {
    List<EarliestRow> rows = new ArrayList<>();
    for (String file : List.of("a", "b", "c")) {
      for (long position : new long[] {0, 7, 100}) {
        rows.add(
            new EarliestRow(
                file, position, file + position, new int[] {1}, new int[0], new String[] {"a"}));
      }
    }
    List<EarliestRow> expected = List.copyOf(rows.subList(0, KEPT));
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      Collections.shuffle(rows, random);
      EarliestRows all = new EarliestRows(KEPT);
      List<EarliestRows> tasks = List.of(all.copy(), all.copy(), all.copy());
      rows.forEach(row -> tasks.get(random.nextInt(tasks.size())).add(row));
      tasks.get(0).add(rows.get(0)); // a row that was computed twice
      tasks.forEach(all::merge);
      assertThat(all.value()).as("seed %d", seed).isEqualTo(expected);
    }
  }

  @Test
  void noneAreKeptWhereNoneAreAskedFor() {
    EarliestRows none = new EarliestRows(0);
    none.add(new EarliestRow("a", 0, "x", new int[] {1}, new int[0], new String[] {"a"}));
    assertThat(none.isZero()).isTrue();
    assertThat(none.value()).isEmpty();
  }

  /** Spark shows an accumulator to the heartbeats while its own fields are still to be read. */
  @Test
  void whatIsStillBeingReadIsZero() throws ReflectiveOperationException {
    EarliestRows rows = new EarliestRows(KEPT);
    unset(rows, Earliest.class, "rows");
    assertThat(rows.isZero()).isTrue();
    KernelUses values = new KernelUses();
    unset(values, KernelUses.class, "values");
    assertThat(values.isZero()).isTrue();
  }

  private static void unset(Object object, Class<?> type, String field)
      throws ReflectiveOperationException {
    Field declared = type.getDeclaredField(field);
    declared.setAccessible(true);
    declared.set(object, null);
  }
}
