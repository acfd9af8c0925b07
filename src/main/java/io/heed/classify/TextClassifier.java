package io.heed.classify;

import io.heed.input.Columns;
import io.heed.input.PayloadType;
import io.heed.settings.Setting;
import io.heed.settings.Settings;
import io.heed.settings.ValueType;
import io.heed.spark.executor.ModelSettings;
import io.heed.spark.executor.OpenModel;
import io.heed.spark.table.StageInput;
import io.heed.spark.tokens.TokenPlanner;
import io.heed.spark.tokens.TokenSettings;
import io.heed.spark.tokens.TokenSource;
import io.heed.spark.tokens.TokenStage;
import java.util.List;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;

/**
 * Tells the classes of texts, of pairs of them or of token ids as a stage of a Spark ML pipeline:
 * adds the columns of {@code jobs/classify}, {@code label}, {@code score}, {@code scores}, {@code
 * token_count}, {@code truncated} and on request {@code logits}, with its bits.
 */
public final class TextClassifier extends TokenStage<TextClassifier> {
  private static final long serialVersionUID = 1;

  /** A classifier with a random identifier. */
  public TextClassifier() {
    this(Identifiable$.MODULE$.randomUID("textClassifier"));
  }

  /** A classifier with the given identifier, as Spark's reader makes it. */
  public TextClassifier(String uid) {
    super(uid);
  }

  @Override
  protected String role() {
    return "classifier";
  }

  @Override
  protected String inputs() {
    return "column of texts, or of arrays of token ids";
  }

  @Override
  protected List<PayloadType> types() {
    return List.of(PayloadType.TEXT, PayloadType.TOKEN_IDS);
  }

  @Override
  protected List<Setting<?>> settingsOfStage() {
    return List.of(
        ModelSettings.MODEL,
        TokenSettings.TOKEN_TYPES_COLUMN,
        ClassifySettings.PAIR_COLUMN,
        ClassifySettings.TRUNCATE_SIDE,
        ClassifySettings.LOGITS,
        TokenSettings.MAX_LENGTH,
        ModelSettings.BATCH_TOKENS,
        ModelSettings.KERNEL);
  }

  @Override
  protected TokenPlanner<ClassifyPlan> planner(Settings settings) {
    return new ClassifyPlanner(settings);
  }

  @Override
  protected PayloadType checkedType(StageInput input) {
    if (!isSet(pairCol())) {
      return super.checkedType(input);
    }
    input.settings().exclude(TokenSettings.TOKEN_TYPES_COLUMN, ClassifySettings.PAIR_COLUMN);
    input.typeOf(pairCol().name(), $(pairCol()), List.of(PayloadType.TEXT));
    return input.typeOf(inputCol().name(), $(inputCol()), List.of(PayloadType.TEXT));
  }

  @Override
  protected TokenSource source(PayloadType type, Columns columns, OpenModel model) {
    return isSet(pairCol())
        ? new TokenSource.Pairs(
            columns.texts($(inputCol())),
            columns.texts($(pairCol())),
            ClassifySettings.TRUNCATE_SIDE.parse(cut(), ClassifySettings.TRUNCATE_SIDE.parameter()),
            model.typesPairs())
        : super.source(type, columns, model);
  }

  private String cut() {
    Param<String> side = param(ClassifySettings.TRUNCATE_SIDE);
    return isSet(side)
        ? $(side)
        : ValueType.write(ClassifySettings.TRUNCATE_SIDE.defaultValue().orElseThrow());
  }

  /** The column of second texts. */
  public Param<String> pairCol() {
    return param(ClassifySettings.PAIR_COLUMN);
  }

  /** Names a column of second texts: those of {@code inputCol} are the first of pairs then. */
  public TextClassifier setPairCol(String value) {
    return with(ClassifySettings.PAIR_COLUMN, value);
  }

  /** {@code longest} or {@code second}: which text of a pair is cut. */
  public TextClassifier setTruncateSide(String value) {
    return with(ClassifySettings.TRUNCATE_SIDE, value);
  }

  /** The column of the types of token ids, 0 for the first of a pair and 1 for the second. */
  public TextClassifier setTokenTypesCol(String value) {
    return with(TokenSettings.TOKEN_TYPES_COLUMN, value);
  }

  /** Whether rows get the logit of each class. */
  public TextClassifier setLogits(boolean value) {
    return with(ClassifySettings.LOGITS, value);
  }

  /** Tokens after which a row is cut, special tokens included. */
  public TextClassifier setMaxLength(int value) {
    return with(TokenSettings.MAX_LENGTH, value);
  }

  /** Reads a saved classifier. */
  public static MLReader<TextClassifier> read() {
    return new DefaultParamsReader<>();
  }

  /** Reads a saved classifier. */
  public static TextClassifier load(String path) {
    return read().load(path);
  }
}
