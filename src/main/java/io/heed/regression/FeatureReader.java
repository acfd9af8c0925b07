package io.heed.regression;

import io.heed.input.RowValues;
import io.heed.row.Rejectable;
import java.io.Serializable;

/** Reads the features of rows. */
public interface FeatureReader extends Serializable {

  /**
   * The features of a row that is not rejected, or why it has none.
   *
   * @param size number of features that it must have
   */
  Rejectable<double[]> read(RowValues row, int size);

  /** What a prediction that is not finite is told as. */
  String tooLarge(double prediction);
}
