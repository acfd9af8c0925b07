package io.heed.architecture;

import io.heed.checkpoint.ConfigFile;
import io.heed.kernel.Activation;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The activations between the two linear maps of a feed-forward block, with the names that
 * transformers' {@code ACT2FN} has for them: some of them compute the same function in another way.
 */
final class Activations {
  private static final List<Named> ALL =
      List.of(
          new Named(Activation.GELU, "gelu", "gelu_python"),
          // The constant of gelu_fast, 0.7978845608, is sqrt(2/π) to ten digits, more than a
          // float32 has.
          new Named(
              Activation.GELU_TANH,
              "gelu_new",
              "gelu_pytorch_tanh",
              "gelu_python_tanh",
              "gelu_fast",
              "gelu_accurate"),
          new Named(Activation.SILU, "silu", "swish"),
          new Named(Activation.RELU, "relu"));

  private record Named(Activation activation, List<String> names) {
    Named(Activation activation, String... names) {
      this(activation, List.of(names));
    }
  }

  private Activations() {}

  /**
   * The activation that a key names.
   *
   * @param otherwise where the key is absent
   * @throws io.heed.checkpoint.CheckpointException for a name that is not computed
   */
  static Activation read(ConfigFile config, String key, Activation otherwise) {
    Optional<String> name = config.string(key);
    if (name.isEmpty()) {
      return otherwise;
    }
    return named(name.get()).orElseThrow(() -> config.unsupported(key, name.get(), supported()));
  }

  /** The activation of a name, if it is computed. */
  static Optional<Activation> named(String name) {
    return ALL.stream()
        .filter(known -> known.names.contains(name))
        .map(Named::activation)
        .findFirst();
  }

  private static String supported() {
    return ALL.stream().flatMap(known -> known.names.stream()).collect(Collectors.joining(", "));
  }
}
