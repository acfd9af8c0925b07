package io.heed.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Set;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class PermutationTest {
  @Test
  void everySmallSizeIsPermuted() {
    for (int size = 1; size <= 600; size++) {
      for (long epoch = 0; epoch < 3; epoch++) {
        assertPermutes(size, new Permutation(size, 42, epoch));
      }
    }
  }

  @Property(tries = 200)
  void anySizeIsPermuted(
      @ForAll @LongRange(min = 1, max = 20_000) long size, @ForAll long seed, @ForAll long epoch) {
    assertPermutes((int) size, new Permutation(size, seed, epoch));
  }

  private static void assertPermutes(int size, Permutation permutation) {
    boolean[] seen = new boolean[size];
    for (int i = 0; i < size; i++) {
      int value = (int) permutation.at(i);
      assertThat(seen[value]).as("%d of %d twice", value, size).isFalse();
      seen[value] = true;
    }
  }

  @Property
  void largeSizesGiveDistinctNumbersBelowThem(
      @ForAll @LongRange(min = 1L << 32, max = Permutation.LARGEST) long size, @ForAll long seed) {
    Permutation permutation = new Permutation(size, seed, 0);
    Set<Long> seen = new HashSet<>();
    for (long i = 0; i < 50; i++) {
      seen.add(permutation.at(i));
      seen.add(permutation.at(size - 1 - i));
    }
    assertThat(seen).hasSize(100).allMatch(value -> value >= 0 && value < size);
  }

  @Test
  void seedsAndEpochsHaveOrdersOfTheirOwn() {
    assertThat(order(40, 1, 0)).isEqualTo(order(40, 1, 0));
    assertThat(order(40, 1, 0)).isNotEqualTo(order(40, 1, 1)).isNotEqualTo(order(40, 2, 0));
  }

  /** Each of the 6 orders of 3 comes up about as often, 10,000 times, give or take 5 deviations. */
  @Test
  void smallOrdersAreEquallyLikely() {
    int[] counts = new int[9];
    for (int epoch = 0; epoch < 60_000; epoch++) {
      long[] order = order(3, 7, epoch);
      counts[(int) (order[0] * 3 + order[1])]++;
    }
    for (int i = 0; i < counts.length; i++) {
      int expected = i / 3 == i % 3 ? 0 : 10_000;
      assertThat(Math.abs(counts[i] - expected)).as("order %d", i).isLessThan(460);
    }
  }

  @Test
  void refusesWhatIsOutside() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Permutation(0, 1, 0))
        .withMessage("size is 0, not between 1 and 4611686018427387904");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Permutation(Permutation.LARGEST + 1, 1, 0));
    Permutation one = new Permutation(1, 1, 0);
    assertThat(one.at(0)).isZero();
    assertThatThrownBy(() -> one.at(1)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> one.at(-1)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  /** What steps of a run under way read may never change. */
  @Test
  void keepsItsOrder() {
    assertThat(order(10, 42, 0)).containsExactly(3, 6, 4, 5, 7, 2, 9, 8, 0, 1);
  }

  private static long[] order(int size, long seed, long epoch) {
    Permutation permutation = new Permutation(size, seed, epoch);
    return LongStream.range(0, size).map(permutation::at).toArray();
  }
}
