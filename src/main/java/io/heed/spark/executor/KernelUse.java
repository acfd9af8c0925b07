package io.heed.spark.executor;

import io.heed.kernel.KernelProvider;
import java.io.Serializable;
import java.util.Comparator;

/**
 * Kernels that a task computed with.
 *
 * @param name such as {@code simd-512}
 * @param reason why these
 */
public record KernelUse(String name, String reason) implements Serializable, Comparable<KernelUse> {
  private static final Comparator<KernelUse> BY_NAME =
      Comparator.comparing(KernelUse::name).thenComparing(KernelUse::reason);

  public static KernelUse of(KernelProvider.Choice choice) {
    return new KernelUse(choice.kernels().name(), choice.reason());
  }

  @Override
  public int compareTo(KernelUse other) {
    return BY_NAME.compare(this, other);
  }
}
