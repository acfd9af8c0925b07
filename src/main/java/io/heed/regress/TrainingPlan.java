package io.heed.regress;

import io.heed.engine.BatchComputation;
import io.heed.engine.BatchLimits;
import io.heed.input.RowValues;
import io.heed.row.Rejectable;
import io.heed.spark.table.BatchedComputation;
import io.heed.spark.table.RowTransform;
import io.heed.spark.table.TaskComputation;
import java.util.List;
import org.apache.spark.sql.types.StructType;

/**
 * Rows of a table that is fitted to their features and label.
 *
 * @param size number of features that rows must have, or {@link PointReader#ANY_SIZE}
 * @param sizes meets the features of all rows that have some, also of those without a label
 */
record TrainingPlan(LabelledRows rows, int size, Sizes sizes) implements RowTransform<Point> {
  /** What a model is fitted to. */
  static final StructType COLUMNS =
      StructType.fromDDL("features ARRAY<DOUBLE> NOT NULL, label DOUBLE NOT NULL");

  /** Rows that are read between two looks at how far a task is. */
  private static final int BATCH = 256;

  @Override
  public StructType added() {
    return COLUMNS;
  }

  @Override
  public TaskComputation<Point> open() {
    return BatchedComputation.of(
        new Batches(), this::point, point -> new Object[] {point.features(), point.label()});
  }

  private Rejectable<Point> point(RowValues row) {
    return rows.features()
        .read(row)
        .then(this::sized)
        .then(features -> rows.labelled(row, features));
  }

  private Rejectable<double[]> sized(double[] features) {
    sizes.add(features.length);
    return FeatureRows.sized(features, size);
  }

  /** Nothing is computed: the rows are counted and the others rejected. */
  private record Batches() implements BatchComputation<Point, Point> {

    @Override
    public BatchLimits<Point> limits() {
      return BatchLimits.of(row -> 1, BATCH);
    }

    @Override
    public List<Rejectable<Point>> compute(List<Point> rows) {
      return rows.stream().map(Rejectable::of).toList();
    }
  }
}
