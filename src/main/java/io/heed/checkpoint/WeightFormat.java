package io.heed.checkpoint;

import java.util.List;

/** The formats of files of tensors, told by the file's name, as transformers does. */
enum WeightFormat {
  /** What a file is that has none of the other names. */
  SAFETENSORS(List.of(".safetensors")),
  /** What {@code torch.save} writes. */
  TORCH(List.of(".bin", ".pt", ".pth"));

  private final List<String> endings;

  WeightFormat(List<String> endings) {
    this.endings = endings;
  }

  /** The format that a file of this name has. */
  static WeightFormat of(String name) {
    return TORCH.endings.stream().anyMatch(name::endsWith) ? TORCH : SAFETENSORS;
  }
}
