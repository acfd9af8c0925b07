package io.heed.regress;

import io.heed.input.Column;
import io.heed.input.Columns;
import io.heed.input.RowValues;
import io.heed.regression.FeatureReader;
import io.heed.row.Rejectable;
import io.heed.row.Rejection.Reason;
import java.util.List;
import java.util.Locale;

/** Reads the features and the label of input rows; none can be used without both. */
record LabelledRows(FeatureRows features, Column<Double> label)
    implements FeatureReader, PointReader {
  private static final long serialVersionUID = 1;

  /** Features and label from columns of these names. */
  static LabelledRows of(Columns columns, List<String> features, String label) {
    return new LabelledRows(FeatureRows.of(columns, features), columns.number(label));
  }

  @Override
  public Rejectable<Point> point(RowValues row, int size) {
    return features.read(row, size).then(read -> labelled(row, read));
  }

  /** A row whose features have been read. */
  Rejectable<Point> labelled(RowValues row, double[] read) {
    Double value = label.of(row);
    if (value == null) {
      return rejected(Reason.NULL_LABEL, "column %s is null", label.name());
    }
    return Double.isFinite(value)
        ? Rejectable.of(new Point(read, value))
        : rejected(Reason.NON_FINITE, "column %s is %s", label.name(), value);
  }

  private static Rejectable<Point> rejected(Reason reason, String rule, Object... values) {
    return Rejectable.rejected(reason, String.format(Locale.ROOT, rule, values));
  }

  @Override
  public Rejectable<double[]> read(RowValues row, int size) {
    return point(row, size).then(point -> Rejectable.of(point.features()));
  }

  @Override
  public String tooLarge(double prediction) {
    return features.tooLarge(prediction);
  }
}
