package ai.rapids.cudf;

/** A value on the device. */
public final class Scalar implements AutoCloseable {
  final int value;

  private Scalar(int value) {
    this.value = value;
  }

  public static Scalar fromInt(int value) {
    return new Scalar(value);
  }

  @Override
  public void close() {}
}
