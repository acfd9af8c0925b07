package io.heed.architecture;

import io.heed.checkpoint.ConfigFile;
import io.heed.layer.Bias;

/** What a configuration says of the biases of maps and norms. */
final class Biases {
  private Biases() {}

  /** Whether there are some, by a flag; where it is absent there are none. */
  static Bias read(ConfigFile config, String key) {
    return config.bool(key).orElse(false) ? Bias.LEARNED : Bias.NONE;
  }
}
