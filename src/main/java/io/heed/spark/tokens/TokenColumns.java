package io.heed.spark.tokens;

import io.heed.checkpoint.CheckpointException;
import io.heed.input.Columns;
import io.heed.model.ModelSpec;
import io.heed.series.BarDiscretizer;
import io.heed.series.DiscretizerFile;
import io.heed.settings.SettingException;
import io.heed.settings.Settings;
import io.heed.spark.executor.OpenModel;
import java.util.Locale;
import java.util.Optional;

/** The columns of texts, of token ids or of price bars that the options of a job name. */
public final class TokenColumns {
  private TokenColumns() {}

  /**
   * Checks that one of them is named.
   *
   * @throws SettingException when several are
   */
  public static void check(Settings settings) {
    settings.exclude(TokenSettings.TEXT_COLUMN, TokenSettings.TOKENS_COLUMN);
    settings.exclude(TokenSettings.TEXT_COLUMN, TokenSettings.SERIES_COLUMN);
    settings.exclude(TokenSettings.TOKENS_COLUMN, TokenSettings.SERIES_COLUMN);
    if (settings.isGiven(TokenSettings.TOKEN_TYPES_COLUMN)
        && !settings.isGiven(TokenSettings.TOKENS_COLUMN)) {
      throw new SettingException(
          String.format(
              Locale.ROOT,
              "%s says the types of token ids, so it needs %s",
              TokenSettings.TOKEN_TYPES_COLUMN.option(),
              TokenSettings.TOKENS_COLUMN.option()));
    }
  }

  /**
   * Where the tokens of a job's rows come from.
   *
   * @param columns gets what has to be read
   * @throws CheckpointException where bars need a discretizer that the model has not
   */
  public static TokenSource source(Settings settings, Columns columns, OpenModel model) {
    if (settings.isGiven(TokenSettings.SERIES_COLUMN)) {
      return new TokenSource.Bars(
          columns.records(settings.required(TokenSettings.SERIES_COLUMN), TokenSource.Bars.TYPE),
          discretizer(model));
    }
    if (!settings.isGiven(TokenSettings.TOKENS_COLUMN)) {
      return new TokenSource.Texts(columns.texts(settings.value(TokenSettings.TEXT_COLUMN)));
    }
    var ids = columns.tokenIds(settings.required(TokenSettings.TOKENS_COLUMN));
    Optional<String> types = settings.find(TokenSettings.TOKEN_TYPES_COLUMN);
    return types.isPresent()
        ? new TokenSource.TypedIds(ids, columns.tokenIds(types.get()))
        : new TokenSource.Ids(ids);
  }

  /**
   * Checks that a model reads the types of tokens, where rows have some.
   *
   * @throws SettingException when it has none
   */
  public static void checkTypes(Settings settings, TokenSource tokens, ModelSpec model) {
    if (tokens instanceof TokenSource.TypedIds && model.tokenTypes() == 0) {
      throw new SettingException(
          String.format(
              Locale.ROOT,
              "%s: the model has no token types (model_type %s, config.json)",
              settings.place(TokenSettings.TOKEN_TYPES_COLUMN),
              model.modelType()));
    }
  }

  /**
   * What makes tokens of bars.
   *
   * @throws CheckpointException where the model has none
   */
  static BarDiscretizer discretizer(OpenModel model) {
    return model
        .checkpoint()
        .barDiscretizer()
        .orElseThrow(
            () ->
                new CheckpointException(
                    String.format(
                        Locale.ROOT,
                        "there is no %s in %s, which makes token ids of bars; jobs/discretize fits one",
                        DiscretizerFile.NAME,
                        model.checkpoint().files().path())));
  }
}
