package io.heed.architecture;

import io.heed.checkpoint.CheckpointException;
import io.heed.checkpoint.ConfigFile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A size that {@code config.json} says.
 *
 * @param key where it stands
 */
record Size(String key, int value) {

  /** One that has to be there, whichever spelling the file has. */
  static Size of(ConfigFile config, List<String> spellings) {
    return new Size(config.present(spellings), config.size(spellings.toArray(String[]::new)));
  }

  /**
   * Refuses sizes whose product is more than a matrix can have, so that shapes can be computed from
   * them, and nothing is allocated that no tensor bounds.
   *
   * @param times how many matrices of these sizes stand in one
   * @throws CheckpointException naming the sizes
   */
  static void requireMatrix(ConfigFile config, int times, Size... sizes) {
    List<Integer> factors = new ArrayList<>(List.of(times));
    long product = times;
    for (Size size : sizes) {
      factors.add(size.value);
      product = product > Integer.MAX_VALUE ? product : product * size.value;
    }
    if (product > Integer.MAX_VALUE) {
      throw config.error(
          "%s: %s are more than the %d values that a matrix can have",
          Arrays.stream(sizes)
              .distinct()
              .map(size -> size.key + " " + size.value)
              .collect(Collectors.joining(", ")),
          factors.stream().map(String::valueOf).collect(Collectors.joining(" x ")),
          Integer.MAX_VALUE);
    }
  }
}
