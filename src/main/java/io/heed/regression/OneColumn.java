package io.heed.regression;

import io.heed.input.Column;
import io.heed.input.RowValues;
import io.heed.row.Rejectable;
import io.heed.row.Rejection.Reason;
import java.util.Locale;

/** Features that stand together in one column. */
record OneColumn(Column<double[]> column) implements FeatureReader {

  @Override
  public Rejectable<double[]> read(RowValues row, int size) {
    double[] features = column.of(row);
    if (features == null) {
      return rejected(Reason.NULL_FEATURES, "%s is null in a row", column.name());
    }
    if (features.length == 0) {
      return rejected(Reason.WRONG_SIZE, "%s is empty in a row", column.name());
    }
    for (int i = 0; i < features.length; i++) {
      if (!Double.isFinite(features[i])) {
        return rejected(
            Reason.NON_FINITE,
            "%s holds %s at position %d in a row",
            column.name(),
            features[i],
            i);
      }
    }
    return features.length == size
        ? Rejectable.of(features)
        : rejected(
            Reason.WRONG_SIZE,
            "a query has %d features, and the model was fitted on %d",
            features.length,
            size);
  }

  @Override
  public String tooLarge(double prediction) {
    return String.format(
        Locale.ROOT, "a prediction is %s; the features or labels are too large", prediction);
  }

  private static Rejectable<double[]> rejected(Reason reason, String rule, Object... values) {
    return Rejectable.rejected(reason, String.format(Locale.ROOT, rule, values));
  }
}
