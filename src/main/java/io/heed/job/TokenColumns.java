package io.heed.job;

import io.heed.input.PayloadColumn;
import io.heed.input.PayloadType;
import io.heed.settings.Setting;
import io.heed.settings.SettingException;
import io.heed.settings.Settings;
import io.heed.spark.HeedConf;
import io.heed.spark.TokenSource.Kind;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The column of texts, of token ids or of price bars that a job with a language model reads. */
final class TokenColumns {
  private TokenColumns() {}

  /** Checks that there is one such column. */
  static void check(Settings settings) {
    exclude(settings, HeedConf.TEXT_COLUMN, HeedConf.TOKENS_COLUMN);
    exclude(settings, HeedConf.TEXT_COLUMN, HeedConf.SERIES_COLUMN);
    exclude(settings, HeedConf.TOKENS_COLUMN, HeedConf.SERIES_COLUMN);
    if (settings.isGiven(HeedConf.TOKEN_TYPES_COLUMN)
        && !settings.isGiven(HeedConf.TOKENS_COLUMN)) {
      throw new SettingException(
          String.format(
              Locale.ROOT,
              "%s says the types of token ids, so it needs %s",
              HeedConf.TOKEN_TYPES_COLUMN.option(),
              HeedConf.TOKENS_COLUMN.option()));
    }
  }

  /** Which of them the settings say. */
  static Kind kind(Settings settings) {
    if (settings.isGiven(HeedConf.SERIES_COLUMN)) {
      return Kind.BARS;
    }
    if (settings.isGiven(HeedConf.TOKEN_TYPES_COLUMN)) {
      return Kind.TYPED_IDS;
    }
    return settings.isGiven(HeedConf.TOKENS_COLUMN) ? Kind.IDS : Kind.TEXT;
  }

  /** The column itself. */
  static PayloadColumn column(Settings settings) {
    return switch (kind(settings)) {
      case TEXT -> new PayloadColumn(settings.value(HeedConf.TEXT_COLUMN), PayloadType.TEXT);
      case IDS, TYPED_IDS ->
          new PayloadColumn(settings.required(HeedConf.TOKENS_COLUMN), PayloadType.TOKEN_IDS);
      case BARS -> new PayloadColumn(settings.required(HeedConf.SERIES_COLUMN), PayloadType.SERIES);
    };
  }

  /** The column, and that of token types beside it where the settings say one. */
  static List<PayloadColumn> columns(Settings settings) {
    Optional<PayloadColumn> types =
        settings
            .find(HeedConf.TOKEN_TYPES_COLUMN)
            .map(name -> new PayloadColumn(name, PayloadType.TOKEN_IDS));
    return Stream.concat(Stream.of(column(settings)), types.stream()).toList();
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
