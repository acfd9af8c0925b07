package io.heed.job;

import io.heed.input.PayloadColumn;
import io.heed.input.PayloadType;
import io.heed.settings.Setting;
import io.heed.settings.SettingException;
import io.heed.settings.Settings;
import io.heed.spark.HeedConf;
import io.heed.spark.TokenSource.Kind;
import java.util.Locale;

/** The column of texts, of token ids or of price bars that a job with a language model reads. */
final class TokenColumns {
  private TokenColumns() {}

  /** Checks that there is one such column. */
  static void check(Settings settings) {
    exclude(settings, HeedConf.TEXT_COLUMN, HeedConf.TOKENS_COLUMN);
    exclude(settings, HeedConf.TEXT_COLUMN, HeedConf.SERIES_COLUMN);
    exclude(settings, HeedConf.TOKENS_COLUMN, HeedConf.SERIES_COLUMN);
  }

  /** Which of them the settings say. */
  static Kind kind(Settings settings) {
    if (settings.isGiven(HeedConf.SERIES_COLUMN)) {
      return Kind.BARS;
    }
    return settings.isGiven(HeedConf.TOKENS_COLUMN) ? Kind.IDS : Kind.TEXT;
  }

  /** The column itself. */
  static PayloadColumn column(Settings settings) {
    return switch (kind(settings)) {
      case TEXT -> new PayloadColumn(settings.value(HeedConf.TEXT_COLUMN), PayloadType.TEXT);
      case IDS ->
          new PayloadColumn(settings.required(HeedConf.TOKENS_COLUMN), PayloadType.TOKEN_IDS);
      case BARS -> new PayloadColumn(settings.required(HeedConf.SERIES_COLUMN), PayloadType.SERIES);
    };
  }

  /**
   * Checks that two settings are not both given.
   *
   * @throws SettingException when they are
   */
  static void exclude(Settings settings, Setting<?> one, Setting<?> other) {
    if (settings.isGiven(one) && settings.isGiven(other)) {
      throw new SettingException(
          String.format(Locale.ROOT, "%s and %s exclude each other", one.option(), other.option()));
    }
  }
}
