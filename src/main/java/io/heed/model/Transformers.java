package io.heed.model;

import io.heed.checkpoint.BertConfig;
import io.heed.checkpoint.GptConfig;
import io.heed.checkpoint.HuggingFaceCheckpoint;
import io.heed.checkpoint.ModelConfig;
import io.heed.kernel.Kernels;

/** Builds the model of a checkpoint, whichever it is. */
public final class Transformers {
  private Transformers() {}

  /**
   * Checks, without reading weights, that a checkpoint has every tensor in its shape.
   *
   * @throws io.heed.checkpoint.CheckpointException naming the first that is missing or differs
   */
  public static void check(HuggingFaceCheckpoint checkpoint) {
    ModelConfig config = checkpoint.config();
    if (config instanceof GptConfig gpt) {
      GptDecoder.check(checkpoint, gpt);
    } else {
      BertEncoder.check(checkpoint, (BertConfig) config);
    }
  }

  /**
   * Loads the model of an open checkpoint for {@code kernels}.
   *
   * @throws io.heed.checkpoint.CheckpointException when a tensor is missing or has another shape
   */
  public static Transformer load(HuggingFaceCheckpoint checkpoint, Kernels kernels) {
    check(checkpoint);
    ModelConfig config = checkpoint.config();
    return config instanceof GptConfig gpt
        ? GptDecoder.load(checkpoint, gpt, kernels)
        : BertEncoder.load(checkpoint, (BertConfig) config, kernels);
  }
}
