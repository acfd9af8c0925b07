package ai.rapids.cudf;

/** A type of a column. */
public final class DType {
  public static final DType INT32 = new DType();
  public static final DType FLOAT32 = new DType();
  public static final DType LIST = new DType();

  private DType() {}
}
