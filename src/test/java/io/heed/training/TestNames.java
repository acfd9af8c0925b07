package io.heed.training;

import io.heed.architecture.DecoderNames;

/** Names of tensors. */
final class TestNames {
  static final DecoderNames GPT2 =
      new DecoderNames(
          "transformer.",
          "wte",
          "wpe",
          "h",
          "ln_1",
          "attn.c_attn",
          "attn.c_proj",
          "ln_2",
          "mlp.c_fc",
          "mlp.c_proj",
          "ln_f",
          "lm_head");

  private TestNames() {}
}
