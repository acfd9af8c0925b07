package io.heed.gpu;

/**
 * What normalises rows, on the device.
 *
 * @param gain {@code [D]}
 * @param bias {@code [D]}, of a layer norm
 * @param epsilon added to the variance, or to the mean of the squares
 */
record DeviceNorm(long gain, long bias, Form form, float epsilon) {

  /** In the order of the numbers that they have in the kernels. */
  enum Form {
    /** Rows stay as they are. */
    NONE,
    /** {@code gain · (x - mean) / sqrt(variance + epsilon) + bias}. */
    LAYER,
    /** {@code gain · x / sqrt(mean(x²) + epsilon)}. */
    ROOT_MEAN_SQUARE
  }

  static final DeviceNorm NONE = new DeviceNorm(0, 0, Form.NONE, 0);

  boolean isNone() {
    return form == Form.NONE;
  }
}
