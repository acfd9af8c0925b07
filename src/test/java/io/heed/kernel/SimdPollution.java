package io.heed.kernel;

import dev.ludovic.netlib.blas.JavaBLAS;
import java.util.List;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Uses vectors of every width and MLlib's matrix products until they are compiled, as another stage
 * in the JVM may do: after that the compiler no longer guesses the class of a vector right, and has
 * met surprises in code that all vectors share.
 */
final class SimdPollution {
  private static final int CALLS = 8_000;
  private static final int PRODUCTS = 200;

  /** Rows and columns of a product: several vectors and a rest. */
  private static final int SIDE = 40;

  private static volatile double sink;

  private SimdPollution() {}

  static void run() {
    floats();
    doubles();
    ints();
    products();
  }

  private static void floats() {
    float[] values = new float[64];
    for (VectorSpecies<Float> species :
        List.of(
            FloatVector.SPECIES_64,
            FloatVector.SPECIES_128,
            FloatVector.SPECIES_256,
            FloatVector.SPECIES_512,
            FloatVector.SPECIES_MAX)) {
      FloatVector half = FloatVector.broadcast(species, 0.5f);
      for (int call = 0; call < CALLS; call++) {
        FloatVector v = FloatVector.fromArray(species, values, 0);
        FloatVector w = FloatVector.broadcast(species, values[0]);
        v = v.fma(v, half).max(w).add(v).mul(v).sub(w).div(half);
        v = FloatVector.zero(species).blend(v, v.compare(VectorOperators.GE, half));
        v = v.reinterpretAsInts().lanewise(VectorOperators.LSHL, 1).reinterpretAsFloats();
        values[0] += v.reduceLanes(VectorOperators.MAX);
        v.intoArray(values, 0);
      }
    }
    sink = values[0];
  }

  private static void doubles() {
    double[] values = new double[64];
    for (VectorSpecies<Double> species :
        List.of(
            DoubleVector.SPECIES_64,
            DoubleVector.SPECIES_128,
            DoubleVector.SPECIES_256,
            DoubleVector.SPECIES_512,
            DoubleVector.SPECIES_MAX)) {
      for (int call = 0; call < CALLS; call++) {
        DoubleVector v = DoubleVector.fromArray(species, values, 0);
        v = v.fma(v, v).max(v).add(v).mul(v).sub(v);
        v.blend(v, v.compare(VectorOperators.GE, v)).intoArray(values, 0);
      }
    }
    sink = values[0];
  }

  private static void ints() {
    int[] values = new int[64];
    for (VectorSpecies<Integer> species :
        List.of(
            IntVector.SPECIES_64,
            IntVector.SPECIES_128,
            IntVector.SPECIES_256,
            IntVector.SPECIES_512,
            IntVector.SPECIES_MAX)) {
      for (int call = 0; call < CALLS; call++) {
        IntVector v = IntVector.fromArray(species, values, 0);
        v = v.add(v).min(v).and(v).or(v).lanewise(VectorOperators.LSHL, 3);
        v.reinterpretAsFloats().reinterpretAsInts().intoArray(values, 0);
      }
    }
    sink = values[0];
  }

  private static void products() {
    JavaBLAS blas = JavaBLAS.getInstance();
    if (!blas.getClass().getSimpleName().equals("VectorBLAS")) {
      throw new IllegalStateException("MLlib multiplies without vectors: " + blas.getClass());
    }
    int n = SIDE;
    float[] a = new float[n * n];
    float[] b = new float[n * n];
    double[] x = new double[n * n];
    double[] y = new double[n * n];
    for (int call = 0; call < PRODUCTS; call++) {
      for (String transposed : List.of("N", "T")) {
        blas.sgemm(transposed, "N", n, n, n, 1f, a, n, a, n, 0f, b, n);
        blas.dgemm(transposed, "N", n, n, n, 1, x, n, x, n, 0, y, n);
        blas.sgemv(transposed, n, n, 1f, a, n, a, 1, 0f, b, 1);
        blas.dgemv(transposed, n, n, 1, x, n, x, 1, 0, y, 1);
      }
      blas.saxpy(n * n, 1f, a, 1, b, 1);
      blas.daxpy(n * n, 1, x, 1, y, 1);
      blas.sscal(n * n, 1f, b, 1);
      blas.dscal(n * n, 1, y, 1);
      sink = blas.sdot(n * n, a, 1, b, 1) + blas.ddot(n * n, x, 1, y, 1);
    }
  }
}
