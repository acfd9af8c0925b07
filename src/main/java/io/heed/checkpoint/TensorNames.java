package io.heed.checkpoint;

import java.util.List;
import java.util.stream.Stream;

/** Under which names a file may have a tensor that transformers' base model calls by one. */
enum TensorNames {
  /** With {@code bert.} before it, and with the old names of layer norms. */
  BERT {
    @Override
    List<String> candidates(String name) {
      String oldName =
          name.replace("LayerNorm.weight", "LayerNorm.gamma")
              .replace("LayerNorm.bias", "LayerNorm.beta");
      return Stream.of(name, oldName, "bert." + name, "bert." + oldName).distinct().toList();
    }
  },
  /** With {@code transformer.} before it. */
  GPT {
    @Override
    List<String> candidates(String name) {
      return List.of(name, "transformer." + name);
    }
  };

  static TensorNames of(ModelConfig config) {
    return config instanceof GptConfig ? GPT : BERT;
  }

  /** The names to look for, the likeliest first. */
  abstract List<String> candidates(String name);
}
