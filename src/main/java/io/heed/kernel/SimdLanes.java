package io.heed.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The vectors of this JVM: as wide as the machine prefers, at most 16 floats.
 *
 * <p>Three rules of C2 on Java 17 shape every {@code Simd} class.
 *
 * <ul>
 *   <li>While it parses a loop, C2 does not know the class of a vector that a method returned or
 *       that the loop carries. It guesses from what the JVM has met so far: vectors of another
 *       species, used anywhere, end that, and then vectors are boxed and products run at a
 *       thirtieth of their speed. So a vector is cast as soon as it is made, and a vector that a
 *       loop carries when it is read, by {@link #FLOAT_VECTOR} or {@link #INT_VECTOR}, which are
 *       constants to the compiler. The casts themselves cost nothing.
 *   <li>No method takes or returns a vector.
 *   <li>No load or store is masked.
 * </ul>
 */
final class SimdLanes {
  static final VectorSpecies<Float> FLOATS =
      FloatVector.SPECIES_PREFERRED.length() > ScalarMath.LANES
          ? FloatVector.SPECIES_512
          : FloatVector.SPECIES_PREFERRED;
  static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, FLOATS.vectorShape());

  static final Class<?> FLOAT_VECTOR = FLOATS.vectorType();
  static final Class<?> INT_VECTOR = INTS.vectorType();

  /** Floats in a vector, a divisor of 16. */
  static final int LANES = FLOATS.length();

  /**
   * Vector registers of the machine: 16 on x86 below AVX-512, else 32. That is what decides how
   * large a tile of a product may be.
   */
  static final int REGISTERS = LANES == 16 || !isX86() ? 32 : 16;

  private SimdLanes() {}

  private static boolean isX86() {
    String architecture = System.getProperty("os.arch");
    return architecture.equals("amd64") || architecture.equals("x86_64");
  }
}
