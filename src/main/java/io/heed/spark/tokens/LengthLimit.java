package io.heed.spark.tokens;

import io.heed.checkpoint.TokenLimit;
import io.heed.settings.Effective;
import io.heed.settings.SettingException;
import io.heed.settings.Settings;
import io.heed.spark.executor.OpenModel;
import java.util.Locale;
import java.util.Optional;

/**
 * After how many tokens rows are cut, special tokens included.
 *
 * @param tokens no limit where nothing says one
 * @param place where it is said
 */
public record LengthLimit(int tokens, String place) {

  /**
   * What the setting says, else the model's own files.
   *
   * @throws SettingException when the model has fewer positions
   */
  public static LengthLimit of(Settings settings, OpenModel model) {
    int positions = model.spec().positions();
    TokenLimit limit = model.checkpoint().maxLength();
    Effective<Integer> said = new Effective<>(limit.tokens(), limit.origin());
    // What no file bounds has no row in the table of options either.
    int tokens =
        settings
            .find(
                TokenSettings.MAX_LENGTH,
                Optional.of(said).filter(some -> some.value() < Integer.MAX_VALUE))
            .orElse(Integer.MAX_VALUE);
    Effective<?> taken = settings.effective().get(TokenSettings.MAX_LENGTH.name());
    String place = taken == null ? "" : taken.origin();
    if (tokens > positions) {
      throw new SettingException(
          String.format(
              Locale.ROOT,
              "%s %d exceeds the %d positions of the model (config.json)",
              place,
              tokens,
              positions));
    }
    return new LengthLimit(tokens, place);
  }

  /**
   * Checks that texts can be cut so.
   *
   * @param specialTokens that every row has
   * @throws SettingException when there is no room for them
   */
  public void requireRoom(int specialTokens) {
    fault(specialTokens)
        .ifPresent(
            fault -> {
              throw new SettingException(fault);
            });
  }

  /** Why texts cannot be cut so, or empty. */
  public Optional<String> fault(int specialTokens) {
    return tokens < specialTokens
        ? Optional.of(
            String.format(
                Locale.ROOT,
                "%s %d has no room for the %d special tokens of the tokenizer",
                place,
                tokens,
                specialTokens))
        : Optional.empty();
  }
}
