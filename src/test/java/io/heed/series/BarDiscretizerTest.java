package io.heed.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.heed.row.Rejection;
import io.heed.row.Rejection.Reason;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BarDiscretizerTest {
  private static BarSeries series(double[]... bars) {
    return BarSeries.of(bars).value();
  }

  private static List<BarSeries> walks(int rows, long seed) {
    return IntStream.range(0, rows)
        .mapToObj(row -> series(new BarWalk(seed + row).bars(60 + row)))
        .toList();
  }

  private static BarDiscretizer fitted(int bins, List<BarSeries> rows) {
    BarCounts counts = new BarCounts();
    rows.forEach(counts::add);
    return counts.discretizer(bins);
  }

  private static BarDiscretizer fitted(int bins, BarSeries... rows) {
    return fitted(bins, List.of(rows));
  }

  private static BarSeries rebuilt(BarDiscretizer discretizer, BarSeries row) {
    Bar first = row.bars().get(0);
    List<Bar> bars = new ArrayList<>(List.of(first));
    bars.addAll(discretizer.bars(BarReference.first(first), discretizer.tokens(row)));
    return series(
        bars.stream()
            .map(bar -> Stream.of(BarFeature.values()).mapToDouble(bar::value).toArray())
            .toArray(double[][]::new));
  }

  @Test
  void everyBarButTheFirstIsFiveTokensEachInTheRangeOfItsFeature() {
    List<BarSeries> rows = walks(5, 1);
    BarDiscretizer discretizer = fitted(32, rows);
    assertThat(discretizer.vocabulary()).isEqualTo(160);
    for (BarSeries row : rows) {
      int[] ids = discretizer.tokens(row);
      assertThat(ids).hasSize(5 * (row.bars().size() - 1));
      for (int i = 0; i < ids.length; i++) {
        assertThat(ids[i] / 32).isEqualTo(i % 5);
      }
    }
  }

  @Test
  void tokensAreTheQuantilesOfReturnsByTheCloseBefore() {
    // Opens at -2, -1, 1 and 2 percent of the close before, which is always 100.
    double[][] bars = {
      {100, 100, 100, 100, 8},
      {98, 100, 98, 100, 8},
      {99, 100, 99, 100, 16},
      {101, 101, 100, 100, 4},
      {102, 102, 100, 100, 4}
    };
    BarDiscretizer discretizer = fitted(4, series(bars));
    assertThat(discretizer.tokens(series(bars)))
        .containsExactly(0, 4, 8, 12, 17, 1, 4, 9, 12, 18, 2, 5, 10, 12, 16, 3, 6, 10, 12, 17);
    assertThat(discretizer.bins(BarFeature.OPEN).medians())
        .satisfies(
            medians -> {
              double[] returns = {Math.log(.98), Math.log(.99), Math.log(1.01), Math.log(1.02)};
              for (int i = 0; i < 4; i++) {
                assertThat(medians[i]).isCloseTo(returns[i], within(1e-3 * Math.abs(returns[i])));
              }
            });
    // A price that did not move comes back as it was.
    assertThat(discretizer.bins(BarFeature.CLOSE).medians()).containsExactly(0);
    assertThat(discretizer.bins(BarFeature.CLOSE).edges()).isEmpty();
    assertThat(rebuilt(discretizer, series(bars)).bars().get(2).close()).isEqualTo(100);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 32, 64, 1000, 4096})
  void tokensOfRebuiltBarsAreTheTokens(int bins) {
    for (long seed = 0; seed < 20; seed++) {
      List<BarSeries> rows = walks(10, 100 * seed);
      BarDiscretizer discretizer = fitted(bins, rows);
      for (BarSeries row : rows) {
        assertThat(discretizer.tokens(rebuilt(discretizer, row)))
            .as("seed %d", seed)
            .isEqualTo(discretizer.tokens(row));
      }
    }
  }

  @Test
  void soAreThoseWhereMediansStandAtEdges() {
    FeatureBins bins = new FeatureBins(new double[] {-.01, .01}, new double[] {-.02, -.01, .01});
    BarDiscretizer discretizer = new BarDiscretizer(3, Collections.nCopies(5, bins));
    Random random = new Random(11);
    for (int round = 0; round < 1000; round++) {
      double close = 1 + random.nextDouble();
      double volume = 1 + random.nextDouble();
      BarSeries row =
          series(
              new double[] {close, close, close, close, volume},
              new double[] {close, close * 1.1, close, close, volume * (.9 + .1 * (round % 3))});
      assertThat(discretizer.tokens(rebuilt(discretizer, row)))
          .as("round %d", round)
          .isEqualTo(discretizer.tokens(row));
    }
  }

  @Test
  void soAreThoseOfBarsThatWereNotFitted() {
    BarDiscretizer discretizer = fitted(64, walks(10, 1));
    Random random = new Random(7);
    for (int round = 0; round < 300; round++) {
      double[][] bars = new double[20][];
      for (int i = 0; i < bars.length; i++) {
        double[] prices =
            random.doubles(4).map(x -> 100 * Math.exp(0.2 * (x - 0.5))).sorted().toArray();
        boolean rises = random.nextBoolean();
        double volume = random.nextInt(4) == 0 ? 0 : Math.exp(20 * random.nextDouble());
        bars[i] =
            new double[] {
              prices[rises ? 1 : 2], prices[3], prices[0], prices[rises ? 2 : 1], volume
            };
      }
      BarSeries row = series(bars);
      assertThat(discretizer.tokens(rebuilt(discretizer, row)))
          .as("round %d", round)
          .isEqualTo(discretizer.tokens(row));
    }
  }

  /** A model may follow any token by any other of the next feature. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void anyTokensOfTheirFeaturesMakeBars(long seed) {
    BarDiscretizer discretizer = fitted(32, walks(10, seed));
    Random random = new Random(seed);
    int[] ids = new int[5 * 2000 + 3];
    for (int i = 0; i < ids.length; i++) {
      BarFeature feature = BarFeature.at(i);
      int bins = discretizer.bins(feature).size();
      // Extremes more often than not, so that high and low cross.
      int bin = random.nextBoolean() ? random.nextInt(bins) : random.nextInt(2) * (bins - 1);
      ids[i] = discretizer.firstId(feature) + bin;
    }
    List<Bar> bars = discretizer.bars(new BarReference(100, 1000), ids);
    assertThat(bars).hasSize(2000).allSatisfy(bar -> assertThat(bar.fault()).isEmpty());
  }

  @Test
  void barsStayNumbersWhereTokensWouldTakeThemBeyond() {
    double[][] rises = {{1, 1, 1, 1, 1}, {1, 1e90, 1, 1e90, 1e90}, {1e90, 1e90, 1, 1, 1}};
    BarDiscretizer discretizer = fitted(2, series(rises));
    int[] ids = new int[100];
    Arrays.setAll(ids, i -> discretizer.firstId(BarFeature.at(i)) + (i % 5 == 0 ? 0 : 1));
    assertThat(discretizer.bars(new BarReference(1, 1), ids))
        .allSatisfy(bar -> assertThat(bar.fault()).isEmpty());
  }

  @Test
  void aBarWithoutVolumeIsInTheLowestBinAndComesBackSoWhereMostThereAre() {
    double[][] bars = new double[41][];
    for (int i = 0; i < bars.length; i++) {
      double volume = i % 4 == 2 ? 0 : 100 + i;
      bars[i] = new double[] {10, 10, 10, 10, volume};
    }
    BarDiscretizer discretizer = fitted(8, series(bars));
    int[] ids = discretizer.tokens(series(bars));
    assertThat(ids[9]).isEqualTo(32);
    List<Bar> rebuilt = rebuilt(discretizer, series(bars)).bars();
    assertThat(rebuilt.get(2).volume()).isZero();
    // What follows is measured by the volume before.
    assertThat(rebuilt.get(3).volume()).isCloseTo(103, within(0.5));
    assertThat(discretizer.bins(BarFeature.VOLUME).medians()[0])
        .isEqualTo(Double.NEGATIVE_INFINITY);
  }

  @Test
  void barsWithoutAnyVolumeHaveOneBinOfIt() {
    double[][] bars = new BarWalk(5).bars(30);
    for (double[] bar : bars) {
      bar[4] = 0;
    }
    BarDiscretizer discretizer = fitted(16, series(bars));
    assertThat(discretizer.bins(BarFeature.VOLUME).size()).isEqualTo(1);
    assertThat(rebuilt(discretizer, series(bars)).bars())
        .allSatisfy(bar -> assertThat(bar.volume()).isZero());
  }

  @Test
  void binsHoldAboutAsManyReturnsEach() {
    List<BarSeries> rows = walks(60, 40);
    BarDiscretizer discretizer = fitted(32, rows);
    int[] found = new int[discretizer.vocabulary()];
    rows.forEach(row -> Arrays.stream(discretizer.tokens(row)).forEach(id -> found[id]++));
    int bars = rows.stream().mapToInt(row -> row.bars().size() - 1).sum();
    // Many open at the close before, in cents: these are in one bin, whatever its neighbours hold.
    for (BarFeature feature : EnumSet.complementOf(EnumSet.of(BarFeature.OPEN))) {
      assertThat(discretizer.bins(feature).size()).isEqualTo(32);
      for (int bin = 0; bin < 32; bin++) {
        assertThat(found[discretizer.firstId(feature) + bin])
            .as("%s %d", feature, bin)
            .isBetween(bars / 32 * 3 / 4, bars / 32 * 5 / 4);
      }
    }
  }

  @Test
  void howRowsAreSplitAndOrderedChangesNothing() throws Exception {
    List<BarSeries> rows = new ArrayList<>(walks(40, 9));
    BarDiscretizer whole = fitted(64, rows);
    Collections.shuffle(rows, new Random(1));
    long[] numbers = new BarCounts().numbers();
    for (int from = 0; from < rows.size(); from += 7) {
      BarCounts part = new BarCounts();
      rows.subList(from, Math.min(rows.size(), from + 7)).forEach(part::add);
      long[] more = part.numbers();
      Arrays.setAll(numbers, i -> numbers[i] + more[i]);
    }
    BarCounts sum = BarCounts.of(numbers);
    assertThat(sum.discretizer(64)).isEqualTo(whole).hasSameHashCodeAs(whole);
    assertThat(copy(whole)).isEqualTo(whole);
    assertThat(sum.bars()).isEqualTo(rows.stream().mapToInt(r -> r.bars().size() - 1).sum());
  }

  @SuppressWarnings("unchecked")
  private static <T> T copy(T object) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
    }
    return (T) new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
  }

  @Test
  void aPartOfABarIsLeftOut() {
    BarDiscretizer discretizer = fitted(8, walks(2, 1));
    BarReference reference = new BarReference(10, 10);
    assertThat(discretizer.bars(reference)).isEmpty();
    assertThat(discretizer.bars(reference, 0, 8, 16, 24)).isEmpty();
    assertThat(discretizer.bars(reference, 0, 8, 16, 24, 32, 0)).hasSize(1);
  }

  @Test
  void refusesATokenOfAnotherFeature() {
    BarDiscretizer discretizer = fitted(8, walks(2, 1));
    assertThatThrownBy(() -> discretizer.bars(new BarReference(1, 1), 0, 8, 16, 32, 32))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("token id 32 at position 3 is not one of close, 24 to 31");
  }

  @Test
  void refusesBinsThatDoNotFit() {
    FeatureBins one = new FeatureBins(new double[0], new double[] {0});
    FeatureBins none = new FeatureBins(new double[0], new double[] {Double.NEGATIVE_INFINITY});
    FeatureBins three = new FeatureBins(new double[] {0, 1}, new double[] {-1, 0.5, 2});
    assertThatThrownBy(() -> new BarDiscretizer(1, List.of(one, one, one, one, one)))
        .hasMessage("bins 1 is not from 2 to 4096");
    assertThatThrownBy(() -> new BarDiscretizer(2, List.of(one, one, one, one)))
        .hasMessage("there are bins of 4 features, not 5");
    assertThatThrownBy(() -> new BarDiscretizer(2, List.of(one, one, one, three, one)))
        .hasMessage("close has 3 bins, more than bins 2");
    assertThatThrownBy(() -> new BarDiscretizer(2, List.of(one, none, one, one, none)))
        .hasMessage("high has a bin of no price");
    assertThat(new BarDiscretizer(3, List.of(one, one, one, three, none)).vocabulary())
        .isEqualTo(15);
  }

  @Test
  void refusesEdgesAndMediansOutOfOrder() {
    assertThatThrownBy(() -> new FeatureBins(new double[] {1}, new double[] {0}))
        .hasMessage("1 medians do not fit 1 edges, which part 2 bins");
    assertThatThrownBy(() -> new FeatureBins(new double[] {1, 1}, new double[] {0, 1, 2}))
        .hasMessageContaining("edge 1, 1.0, is not above the one before, 1.0, by ");
    assertThatThrownBy(() -> new FeatureBins(new double[] {Double.NaN}, new double[] {0, 1}))
        .hasMessage("edge 0, NaN, is no return");
    assertThatThrownBy(() -> new FeatureBins(new double[] {500}, new double[] {0, 501}))
        .hasMessage("edge 0, 500.0, is no return");
    assertThatThrownBy(() -> new FeatureBins(new double[] {1}, new double[] {0, 0.5}))
        .hasMessage("median 1, 0.5, is not in its bin");
    assertThatThrownBy(
            () -> new FeatureBins(new double[] {1}, new double[] {0, Double.NEGATIVE_INFINITY}))
        .hasMessage("median 1, -Infinity, is not in its bin");
  }

  @Test
  void countsNothingToFit() {
    assertThatThrownBy(() -> new BarCounts().discretizer(8))
        .isInstanceOf(IllegalStateException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1,1,1,1,NaN|NON_FINITE|bar 1: volume is NaN",
        "1,Infinity,1,1,1|NON_FINITE|bar 1: high is Infinity",
        "0,1,1,1,1|NOT_A_BAR|bar 1: open 0.0 is not from 1.0E-100 to 1.0E100",
        "1,1,-1,1,1|NOT_A_BAR|bar 1: low -1.0 is not from 1.0E-100 to 1.0E100",
        "1,1,1,1e101,1|NOT_A_BAR|bar 1: close 1.0E101 is not from 1.0E-100 to 1.0E100",
        "1,1,1,1,-2|NOT_A_BAR|bar 1: volume -2.0 is not 0, nor from 1.0E-100 to 1.0E100",
        "3,2,1,2,0|NOT_A_BAR|bar 1: high 2.0 is below open 3.0, low 1.0 or close 2.0",
        "3,5,2,1,0|NOT_A_BAR|bar 1: low 2.0 is above open 3.0 or close 1.0",
      })
  void rejectsWhatIsNoBar(String numbers, Reason reason, String message) {
    double[] bar = Arrays.stream(numbers.split(",")).mapToDouble(Double::parseDouble).toArray();
    double[] good = {1, 1, 1, 1, 1};
    assertThat(BarSeries.of(good, bar, good).rejection()).contains(new Rejection(reason, message));
  }

  @Test
  void rejectsTooFewBars() {
    assertThat(BarSeries.of((double[][]) null).rejection().map(Rejection::reason))
        .contains(Reason.NULL_SERIES);
    assertThat(BarSeries.of(new double[0][]).rejection().map(Rejection::message))
        .contains("the row has 0 bars, fewer than 2: the first is what the second is measured by");
    assertThat(BarSeries.of(new double[] {1, 1, 1, 1, 1}).rejection().map(Rejection::reason))
        .contains(Reason.TOO_FEW_BARS);
  }
}
