package io.heed.checkpoint;

/** The activation between the two linear maps of a feed-forward block. */
public enum HiddenActivation {
  /** GELU with erf, "gelu" of BERT and GPT-2. */
  GELU,
  /**
   * GELU with tanh, {@code x/2 · (1 + tanh(sqrt(2/π) · (x + 0.044715 x³)))}: "gelu_new" and
   * "gelu_pytorch_tanh", and "gelu" of the first GPT.
   */
  GELU_TANH,
  /** The larger of a value and 0, "relu". */
  RELU
}
