package io.heed.model;

import java.util.stream.Stream;

/** A map's or a norm's {@code weight} and its {@code bias}, one value for each output. */
record Parameters(Tensor weight, Tensor bias) {

  /** A map {@code [outputs, inputs]}, as transformers' {@code Linear} stores it. */
  static Parameters linear(String name, int outputs, int inputs) {
    return of(name, outputs, outputs, inputs);
  }

  /** A map {@code [inputs, outputs]}, as transformers' {@code Conv1D} stores it. */
  static Parameters conv1d(String name, int inputs, int outputs) {
    return of(name, outputs, inputs, outputs);
  }

  /** A layer normalisation. */
  static Parameters norm(String name, int width) {
    return of(name, width, width);
  }

  private static Parameters of(String name, int outputs, int... weightShape) {
    return new Parameters(
        new Tensor(name + ".weight", weightShape), new Tensor(name + ".bias", outputs));
  }

  Stream<Tensor> tensors() {
    return Stream.of(weight, bias);
  }
}
