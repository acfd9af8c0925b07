package io.heed.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SampleOrderTest {
  /** Batches larger than an epoch, and those that hold the end of one, among them. */
  @Property
  void everyEpochReadsEveryBlockOnce(
      @ForAll @IntRange(min = 1, max = 40) int blocks,
      @ForAll @IntRange(min = 1, max = 50) int batchSize,
      @ForAll long seed) {
    SampleOrder order = new SampleOrder(blocks, batchSize, seed);
    int steps = (4 * blocks + batchSize - 1) / batchSize;
    long[] samples = samples(order, steps, batchSize);
    for (int epoch = 0; epoch < 4; epoch++) {
      long[] read = LongStream.of(samples).skip((long) epoch * blocks).limit(blocks).toArray();
      Permutation expected = new Permutation(blocks, seed, epoch);
      assertThat(read).isEqualTo(LongStream.range(0, blocks).map(expected::at).toArray());
      assertThat(LongStream.of(read).sorted().toArray())
          .isEqualTo(LongStream.range(0, blocks).toArray());
    }
  }

  @Test
  void anyStepIsFoundAlone() {
    long[] inOrder = samples(new SampleOrder(7, 3, 5), 30, 3);
    SampleOrder order = new SampleOrder(7, 3, 5);
    for (int step = 29; step >= 0; step--) {
      for (int j = 2; j >= 0; j--) {
        assertThat(order.block(step, j)).isEqualTo(inOrder[step * 3 + j]);
      }
    }
    int[] threads =
        IntStream.range(0, 20_000)
            .parallel()
            .map(i -> order.block(i % 30, i % 3) == inOrder[i % 30 * 3 + i % 3] ? 1 : 0)
            .toArray();
    assertThat(threads).containsOnly(1);
  }

  @Test
  void refusesWhatIsOutside() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SampleOrder(0, 3, 5))
        .withMessageContaining("0 blocks cannot be read in batches of 3");
    assertThatIllegalArgumentException().isThrownBy(() -> new SampleOrder(8, 0, 5));
    SampleOrder order = new SampleOrder(8, 3, 5);
    assertThatThrownBy(() -> order.block(0, 3)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> order.block(-1, 0)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> order.block(Long.MAX_VALUE / 2, 0))
        .isInstanceOf(ArithmeticException.class);
  }

  private static long[] samples(SampleOrder order, int steps, int batchSize) {
    return IntStream.range(0, steps * batchSize)
        .mapToLong(sample -> order.block(sample / batchSize, sample % batchSize))
        .toArray();
  }
}
