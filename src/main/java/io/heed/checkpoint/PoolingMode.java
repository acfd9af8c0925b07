package io.heed.checkpoint;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How sentence-transformers makes one vector of the vectors of a text's tokens. The order is that
 * in which the results of several flags stand side by side.
 */
public enum PoolingMode {
  CLS("pooling_mode_cls_token", "cls"),
  MAX("pooling_mode_max_tokens", "max"),
  MEAN("pooling_mode_mean_tokens", "mean"),
  MEAN_SQRT_LENGTH("pooling_mode_mean_sqrt_len_tokens", "mean_sqrt_len_tokens", "mean_sqrt_len"),
  WEIGHTED_MEAN("pooling_mode_weightedmean_tokens", "weightedmean"),
  LAST("pooling_mode_lasttoken", "lasttoken");

  private final String flag;

  /** Of {@code pooling_mode}, the one that is written first. */
  private final List<String> names;

  PoolingMode(String flag, String... names) {
    this.flag = flag;
    this.names = List.of(names);
  }

  /** The mode that a {@code pooling_mode} string names. */
  static Optional<PoolingMode> ofMode(String mode) {
    return Arrays.stream(values()).filter(pooling -> pooling.names.contains(mode)).findFirst();
  }

  /** The flag that switches the mode on, such as {@code pooling_mode_cls_token}. */
  String flag() {
    return flag;
  }

  /** What {@code pooling_mode} calls the modes. */
  static String all() {
    return Arrays.stream(values()).map(mode -> mode.names.get(0)).collect(Collectors.joining(", "));
  }
}
