package io.heed.discretize;

import io.heed.discretize.DiscretizePlan.Bins;
import io.heed.input.Column;
import io.heed.input.InputException;
import io.heed.input.InputRow;
import io.heed.input.InputTable;
import io.heed.job.RowComputation;
import io.heed.job.TableRun;
import io.heed.output.Publication;
import io.heed.row.Rejectable;
import io.heed.series.BarCounts;
import io.heed.series.BarDiscretizer;
import io.heed.series.BarFeature;
import io.heed.series.BarSeries;
import io.heed.series.DiscretizerFile;
import io.heed.spark.table.RowTransform;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.types.StructType;

/** Fits bins to the bars of a table, and makes tokens of the same bars. */
final class Discretization implements RowComputation<int[]> {
  private final InputTable table;
  private final Column<double[][]> series;
  private final int bins;
  private Optional<BarDiscretizer> fitted = Optional.empty();
  private long bars;
  private boolean published;

  /**
   * A discretization.
   *
   * @param bins of each feature
   */
  Discretization(InputTable table, Column<double[][]> series, int bins) {
    this.table = table;
    this.series = series;
    this.bins = bins;
  }

  @Override
  public StructType added() {
    return DiscretizePlan.columns();
  }

  /**
   * Fits the bins. Every task, and every step on the way to the driver, holds counts of one size.
   * Spark's own approximate quantiles depend on the order in which tasks end.
   */
  @Override
  public void prepare(TableRun run, Publication publication) {
    Column<double[][]> column = series;
    JavaRDD<long[]> parts = table.rows().mapPartitions(rows -> counted(rows, column));
    if (parts.getNumPartitions() == 0) {
      return;
    }
    BarCounts counts = BarCounts.of(parts.treeReduce(Discretization::sum));
    bars = counts.bars();
    if (bars > 0) {
      fitted = Optional.of(counts.discretizer(bins));
    }
  }

  private static long[] sum(long[] one, long[] other) {
    long[] sum = one.clone();
    for (int i = 0; i < sum.length; i++) {
      sum[i] += other[i];
    }
    return sum;
  }

  private static Iterator<long[]> counted(Iterator<InputRow> rows, Column<double[][]> column) {
    BarCounts counts = new BarCounts();
    while (rows.hasNext()) {
      series(rows.next(), column).ifPresent(counts::add);
    }
    return List.of(counts.numbers()).iterator();
  }

  /** The bars of a row that can be used; the others are rejected where tokens are made. */
  private static Optional<BarSeries> series(InputRow row, Column<double[][]> column) {
    if (row.rejection().isPresent()) {
      return Optional.empty();
    }
    Rejectable<BarSeries> series = BarSeries.of(column.of(row));
    return series.rejection().isPresent() ? Optional.empty() : Optional.of(series.value());
  }

  @Override
  public RowTransform<int[]> transform() {
    return new DiscretizePlan(
        series, fitted.<Bins>map(DiscretizePlan.Fitted::new).orElseGet(DiscretizePlan.NoBins::new));
  }

  @Override
  public void finish(Publication publication) {
    BarDiscretizer discretizer =
        fitted.orElseThrow(
            () ->
                new InputException(
                    "there is nothing to fit bins to: no row has bars that can be used"));
    publication.addFile(
        DiscretizerFile.NAME, DiscretizerFile.write(discretizer).getBytes(StandardCharsets.UTF_8));
    published = true;
  }

  @Override
  public Map<String, ?> details() {
    return fitted.map(this::details).orElse(Map.of());
  }

  private Map<String, ?> details(BarDiscretizer discretizer) {
    Map<String, Object> features = new LinkedHashMap<>();
    for (BarFeature feature : BarFeature.values()) {
      features.put(feature.label(), discretizer.bins(feature).size());
    }
    Map<String, Object> numbers = new LinkedHashMap<>();
    numbers.put("bars", bars);
    numbers.put("vocabulary", discretizer.vocabulary());
    numbers.put("bins", features);
    Map<String, Object> details = new LinkedHashMap<>();
    String told =
        String.format(
            Locale.ROOT, "%d token ids, fitted to %d bars", discretizer.vocabulary(), bars);
    String file =
        String.format(
            Locale.ROOT, "; copy _heed/%s beside the config.json of a model", DiscretizerFile.NAME);
    details.put("bins", published ? told + file : told);
    details.put("fitted", numbers);
    return details;
  }
}
