package io.heed.generate;

import io.heed.engine.Sampling;
import io.heed.settings.ByteSize;
import io.heed.settings.Setting;
import io.heed.settings.SettingSource;
import io.heed.settings.Texts;
import io.heed.settings.ValueType;
import java.util.List;

/** The settings of generation. */
public final class GenerateSettings implements SettingSource {
  public static final Setting<Integer> MAX_NEW_TOKENS =
      Setting.ofRun(
              "max-new-tokens",
              ValueType.integer(1, 1 << 20),
              "Most tokens that are generated for a row")
          .withDefault(64);
  public static final Setting<Double> TEMPERATURE =
      Setting.ofRun(
              "temperature",
              ValueType.zeroOr("T", Sampling.LEAST_TEMPERATURE, 1000),
              "How freely tokens are drawn; with 0 the most likely one is taken")
          .withDefault(0.0);
  public static final Setting<Integer> TOP_K =
      Setting.ofRun(
          "top-k",
          ValueType.integer(1, Integer.MAX_VALUE),
          "Draw among this many of the most likely tokens (default: all)");
  public static final Setting<Double> TOP_P =
      Setting.ofRun(
          "top-p",
          ValueType.share(),
          "Draw among the fewest most likely tokens whose probabilities, after --top-k, reach this"
              + " sum (default: 1, all)");
  public static final Setting<Texts> STOP =
      Setting.ofRun(
          "stop",
          ValueType.texts(),
          "Text that ends a row, or a JSON array of such texts; the row's text ends before it");
  public static final Setting<List<Integer>> STOP_TOKENS =
      Setting.ofRun(
          "stop-tokens", ValueType.integers("ID[,ID]"), "Token ids that end a row, and stay in it");
  public static final Setting<ByteSize> CACHE_MEMORY =
      Setting.of(
              "cache-memory",
              ValueType.bytes(1),
              "Keys and values that a task of jobs/generate keeps; they are the rows that it"
                  + " continues at once, 64 at most")
          .withUnit("bytes, or with k, m or g kibi-, mebi- or gibibytes")
          .withDefault(ByteSize.mebibytes(256));

  public static final Setting<Long> SEED =
      Setting.ofRun(
              "seed",
              ValueType.longInteger(0, Long.MAX_VALUE),
              "Makes the draws others; with the same seed and id a row has the same tokens wherever it"
                  + " is computed")
          .withDefault(0L);

  @Override
  public List<Setting<?>> settings() {
    return List.of(CACHE_MEMORY);
  }
}
