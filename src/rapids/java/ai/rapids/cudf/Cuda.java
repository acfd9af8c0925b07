package ai.rapids.cudf;

/** What cuDF was built for. */
public class Cuda {
  public static boolean isPtdsEnabled() {
    return true;
  }
}
