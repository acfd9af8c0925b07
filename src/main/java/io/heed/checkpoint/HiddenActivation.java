package io.heed.checkpoint;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The activation between the two linear maps of a feed-forward block, with the names that
 * transformers' {@code ACT2FN} has for it: some of them compute the same function in another way.
 */
public enum HiddenActivation {
  /** GELU with erf. */
  GELU("gelu", "gelu_python"),
  /**
   * GELU with tanh, {@code x/2 · (1 + tanh(sqrt(2/π) · (x + 0.044715 x³)))}; "gelu" of the first
   * GPT. The constant of "gelu_fast", 0.7978845608, is sqrt(2/π) to ten digits, more than a float32
   * has.
   */
  GELU_TANH("gelu_new", "gelu_pytorch_tanh", "gelu_python_tanh", "gelu_fast", "gelu_accurate"),
  /** The larger of a value and 0. */
  RELU("relu");

  private final List<String> names;

  HiddenActivation(String... names) {
    this.names = List.of(names);
  }

  /**
   * The activation that a key names.
   *
   * @param otherwise where the key is absent
   * @throws CheckpointException for a name that is not computed
   */
  static HiddenActivation read(ConfigFile file, String key, HiddenActivation otherwise) {
    Optional<String> name = file.json().string(key);
    if (name.isEmpty()) {
      return otherwise;
    }
    for (HiddenActivation activation : values()) {
      if (activation.names.contains(name.get())) {
        return activation;
      }
    }
    throw file.unsupported(key, name.get(), supported());
  }

  private static String supported() {
    return Arrays.stream(values())
        .flatMap(activation -> activation.names.stream())
        .collect(Collectors.joining(", "));
  }
}
