package io.heed.generate;

import io.heed.input.PayloadType;
import io.heed.settings.Setting;
import io.heed.settings.SettingException;
import io.heed.settings.Settings;
import io.heed.spark.executor.ModelSettings;
import io.heed.spark.table.StageInput;
import io.heed.spark.tokens.TokenPlanner;
import io.heed.spark.tokens.TokenSource;
import io.heed.spark.tokens.TokenStage;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;

/**
 * Continues each text, or sequence of token ids or of price bars, with a decoder, as a stage of a
 * Spark ML pipeline: adds the columns of {@code jobs/generate}, {@code generated_ids}, {@code text}
 * or {@code generated_bars}, and {@code finish_reason}, with its bits. The prefix tells the added
 * columns from those of the input: a column {@code text} that is read needs {@code outputPrefix}.
 *
 * <p>What is drawn depends on the id of the row, so a temperature above 0 needs {@code idCol}.
 */
public final class TextGenerator extends TokenStage<TextGenerator> {
  private static final long serialVersionUID = 1;

  private final Param<String> idCol;

  /** A generator with a random identifier. */
  public TextGenerator() {
    this(Identifiable$.MODULE$.randomUID("textGenerator"));
  }

  /** A generator with the given identifier, as Spark's reader makes it. */
  public TextGenerator(String uid) {
    super(uid);
    idCol = text(ID_COLUMN, "column of the ids, by which tokens are drawn");
  }

  @Override
  protected String role() {
    return "generator";
  }

  @Override
  protected String inputs() {
    return "column of texts, of arrays of token ids or of arrays of price bars";
  }

  @Override
  protected List<PayloadType> types() {
    return List.of(PayloadType.TEXT, PayloadType.TOKEN_IDS, TokenSource.Bars.TYPE);
  }

  @Override
  protected Optional<String> idColumn() {
    return isSet(idCol) ? Optional.of($(idCol)) : Optional.empty();
  }

  @Override
  protected List<Setting<?>> settingsOfStage() {
    return List.of(
        ModelSettings.MODEL,
        GenerateSettings.MAX_NEW_TOKENS,
        GenerateSettings.TEMPERATURE,
        GenerateSettings.TOP_K,
        GenerateSettings.TOP_P,
        GenerateSettings.SEED,
        GenerateSettings.STOP,
        GenerateSettings.STOP_TOKENS,
        GenerateSettings.CACHE_MEMORY,
        ModelSettings.BATCH_TOKENS,
        ModelSettings.KERNEL);
  }

  @Override
  protected TokenPlanner<GeneratePlan> planner(Settings settings) {
    return new GeneratePlanner(settings);
  }

  @Override
  protected PayloadType checkedType(StageInput input) {
    check(input);
    return super.checkedType(input);
  }

  private void check(StageInput input) {
    GeneratePlanner.check(input.settings());
    if (input.settings().value(GenerateSettings.TEMPERATURE) > 0 && !isSet(idCol)) {
      throw new SettingException(
          String.format(
              Locale.ROOT,
              "a temperature above 0 draws tokens by the id of the row, and idCol of %s is not set",
              uid()));
    }
  }

  /** Names the column of the ids, by which tokens are drawn. */
  public TextGenerator setIdCol(String value) {
    return with(idCol, value);
  }

  /** Most tokens that are generated for a row. */
  public TextGenerator setMaxNewTokens(int value) {
    return with(GenerateSettings.MAX_NEW_TOKENS, value);
  }

  /** How freely tokens are drawn; with 0 the most likely one is taken. */
  public TextGenerator setTemperature(double value) {
    return with(GenerateSettings.TEMPERATURE, value);
  }

  /** Draws among this many of the most likely tokens. */
  public TextGenerator setTopK(int value) {
    return with(GenerateSettings.TOP_K, value);
  }

  /** Draws among the fewest most likely tokens whose probabilities reach this sum. */
  public TextGenerator setTopP(double value) {
    return with(GenerateSettings.TOP_P, value);
  }

  /** Makes the draws others. */
  public TextGenerator setSeed(long value) {
    return with(GenerateSettings.SEED, value);
  }

  /** A text that ends a row, or a JSON array of such texts. */
  public TextGenerator setStop(String value) {
    return with(GenerateSettings.STOP, value);
  }

  /** Token ids that end a row, separated by commas. */
  public TextGenerator setStopTokens(String value) {
    return with(GenerateSettings.STOP_TOKENS, value);
  }

  /** Keys and values that a task keeps, in bytes, or with k, m or g. */
  public TextGenerator setCacheMemory(String value) {
    return with(GenerateSettings.CACHE_MEMORY, value);
  }

  /** Reads a saved generator. */
  public static MLReader<TextGenerator> read() {
    return new DefaultParamsReader<>();
  }

  /** Reads a saved generator. */
  public static TextGenerator load(String path) {
    return read().load(path);
  }
}
