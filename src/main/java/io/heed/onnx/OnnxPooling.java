package io.heed.onnx;

/** How the tokens of a text become its vector, in the models that are exported to ONNX. */
public enum OnnxPooling {
  MEAN,
  CLS
}
