package com.nvidia.spark;

import ai.rapids.cudf.ColumnVector;

/** A function that the plugin calls with columns. */
public interface RapidsUDF {
  default ColumnVector evaluateColumnar(int rows, ColumnVector... columns) {
    throw new UnsupportedOperationException();
  }
}
