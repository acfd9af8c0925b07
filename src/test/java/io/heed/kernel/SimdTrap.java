package io.heed.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * A sum as one would write it first, without the casts that {@link SimdLanes} asks for: as good as
 * any until the JVM has used vectors of another width.
 */
final class SimdTrap {
  private static final VectorSpecies<Float> FLOATS = SimdLanes.FLOATS;

  private SimdTrap() {}

  /** Adds all of {@code x}, a multiple of the lanes, into the first lanes of {@code sums}. */
  static void sum(float[] x, float[] sums) {
    FloatVector sum = FloatVector.zero(FLOATS);
    for (int i = 0; i < x.length; i += FLOATS.length()) {
      sum = sum.add(FloatVector.fromArray(FLOATS, x, i));
    }
    sum.intoArray(sums, 0);
  }
}
