package io.heed.kernel;

/** What a {@link Projection} applies to each value after the bias. */
public enum Activation {
  NONE,
  /** GELU with erf, Hugging Face's {@code gelu}. */
  GELU,
  /** GELU with tanh, Hugging Face's {@code gelu_new} and {@code gelu_pytorch_tanh}. */
  GELU_TANH,
  /** {@code x · sigmoid(x)}, Hugging Face's {@code silu} and {@code swish}. */
  SILU,
  /** {@code tanh(x)}. */
  TANH,
  /** {@code max(x, +0)}. */
  RELU
}
