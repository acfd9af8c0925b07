package io.heed.attend;

import io.heed.settings.Setting;
import io.heed.settings.SettingException;
import io.heed.settings.Settings;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the settings of attention tell by themselves, without a look at any file. */
final class AttendRules {
  /** What has no meaning where the weights are given, but for tokens. */
  private static final List<Setting<?>> COMPARING =
      List.of(
          AttendSettings.MASK_COLUMN,
          AttendSettings.LAYER_WEIGHTS,
          AttendSettings.HEADS,
          AttendSettings.MASK,
          AttendSettings.SCORE,
          AttendSettings.DROPOUT,
          AttendSettings.WITH_WEIGHTS);

  private AttendRules() {}

  /**
   * Checks what the settings tell by themselves.
   *
   * @param tokens the one by which rows hold token ids
   * @param contexts those that say where contexts are
   * @throws SettingException where settings contradict each other, or one would change nothing
   */
  static void check(Settings settings, Setting<?> tokens, Setting<?>... contexts) {
    settings.exclude(AttendSettings.QUERY_COLUMN, AttendSettings.TOKENS_COLUMN);
    settings.exclude(AttendSettings.ATTENTION_COLUMN, AttendSettings.QUERY_COLUMN);
    settings.exclude(AttendSettings.ATTENTION_COLUMN, tokens);
    for (Setting<?> setting : COMPARING) {
      settings.exclude(AttendSettings.ATTENTION_COLUMN, setting);
    }
    settings.requireBeside(
        AttendSettings.ATTENTION_COLUMN,
        Stream.of(contexts).anyMatch(settings::isGiven),
        Stream.of(contexts).map(settings::place).collect(Collectors.joining(" or ")));
    for (Setting<?> ofTokens : List.of(AttendSettings.EMBEDDING, AttendSettings.POSITIONS)) {
      settings.requireBeside(ofTokens, settings.isGiven(tokens), settings.place(tokens));
    }
    settings.requireBeside(
        tokens,
        settings.isGiven(AttendSettings.EMBEDDING),
        settings.place(AttendSettings.EMBEDDING));
    settings.requireBeside(
        AttendSettings.SEED,
        settings.value(AttendSettings.DROPOUT) > 0,
        settings.place(AttendSettings.DROPOUT) + " above 0");
    settings.requireBeside(
        AttendSettings.NO_VISIBLE_KEY,
        settings.isGiven(AttendSettings.MASK_COLUMN),
        settings.place(AttendSettings.MASK_COLUMN) + ", without which every query sees a key");
  }
}
