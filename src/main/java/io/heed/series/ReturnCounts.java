package io.heed.series;

import java.util.ArrayList;
import java.util.List;

/**
 * How often returns of each size came, in cells that are narrow where returns are small: {@link
 * FeatureBins#LEAST_WIDTH} up to 1e-6, then a thousandth of the return. Whatever is counted takes
 * the same memory, and counts of parts add up to those of the whole in any order, so that bins
 * fitted to the same rows are the same however the rows were split. Not thread-safe.
 */
final class ReturnCounts {
  /** Cells have this width up to {@code LINEAR}, and 10 bits of the value from there on. */
  private static final double LINEAR = 0x1p-20;

  private static final int DROPPED_BITS = 52 - 10;
  private static final long BASE = Double.doubleToRawLongBits(LINEAR) >>> DROPPED_BITS;

  private static final int LARGEST = cellOfSize(FeatureBins.LARGEST_RETURN);

  /** The cell of -∞, then falls from the largest to the smallest, 0, and rises. */
  private static final int ZERO = 1 + LARGEST;

  static final int CELLS = ZERO + LARGEST + 1;

  private final long[] counts = new long[CELLS];

  /** Counts a return. */
  void add(double logReturn) {
    counts[cell(logReturn)]++;
  }

  /** Adds the counts that stand in an array. */
  void add(long[] numbers, int from) {
    for (int cell = 0; cell < CELLS; cell++) {
      counts[cell] += numbers[from + cell];
    }
  }

  /** Writes the counts into an array. */
  void copyTo(long[] numbers, int from) {
    System.arraycopy(counts, 0, numbers, from, CELLS);
  }

  /** How many returns were counted. */
  long total() {
    long total = 0;
    for (long count : counts) {
      total += count;
    }
    return total;
  }

  /**
   * Bins that hold about as many returns each. Where a size is so frequent that it would be in
   * several, it is in one, and there are fewer.
   *
   * @param most how many bins there are at most
   * @throws IllegalStateException when nothing was counted
   */
  FeatureBins bins(int most) {
    long total = total();
    if (total == 0) {
      throw new IllegalStateException("no return was counted");
    }
    List<Double> edges = new ArrayList<>();
    List<Long> begins = new ArrayList<>(List.of(0L));
    Walk walk = new Walk();
    int last = -1;
    for (int bin = 1; bin < most; bin++) {
      walk.to(rank(total, bin, most));
      // A cell with nothing below it would leave the bin below empty.
      if (walk.before > 0 && walk.cell != last) {
        edges.add(from(walk.cell));
        begins.add(walk.before);
        last = walk.cell;
      }
    }
    begins.add(total);
    double[] medians = new double[begins.size() - 1];
    Walk middle = new Walk();
    for (int bin = 0; bin < medians.length; bin++) {
      middle.to((begins.get(bin) + begins.get(bin + 1) - 1) / 2);
      medians[bin] = middle(middle.cell);
    }
    return new FeatureBins(edges.stream().mapToDouble(Double::doubleValue).toArray(), medians);
  }

  /** {@code total * bin / most}, where the product may be too large for a long. */
  private static long rank(long total, int bin, int most) {
    return total / most * bin + total % most * bin / most;
  }

  /** Goes through the cells, to ranks that increase. */
  private final class Walk {
    private int cell;

    /** Returns in the cells before. */
    private long before;

    /** To the cell of the return that so many are below, in their order. */
    void to(long rank) {
      while (before + counts[cell] <= rank) {
        before += counts[cell];
        cell++;
      }
    }
  }

  private static int cell(double logReturn) {
    if (logReturn == Double.NEGATIVE_INFINITY) {
      return 0;
    }
    int size = Math.min(LARGEST, cellOfSize(Math.abs(logReturn)));
    return logReturn < 0 ? ZERO - size : ZERO + size;
  }

  /** With {@code LINEAR} added, sizes up to it differ in the last of the bits that are kept. */
  private static int cellOfSize(double size) {
    return (int) ((Double.doubleToRawLongBits(size + LINEAR) >>> DROPPED_BITS) - BASE);
  }

  /** The least size in a cell of sizes. */
  private static double least(int size) {
    return Double.longBitsToDouble(size + BASE << DROPPED_BITS) - LINEAR;
  }

  /** The lower end of a cell; zero's reaches as far below 0 as above. */
  private static double from(int cell) {
    return cell > ZERO
        ? least(cell - ZERO)
        : Math.max(-FeatureBins.LARGEST_RETURN, -least(ZERO - cell + 1));
  }

  /** What stands for a cell. */
  private static double middle(int cell) {
    if (cell == 0) {
      return Double.NEGATIVE_INFINITY;
    }
    int size = Math.abs(cell - ZERO);
    double middle = size == 0 ? 0 : (least(size) + least(size + 1)) / 2;
    middle = Math.min(middle, FeatureBins.LARGEST_RETURN);
    return cell < ZERO ? -middle : middle;
  }
}
