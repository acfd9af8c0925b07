package io.heed.spark.tokens;

import io.heed.input.Columns;
import io.heed.input.PayloadType;
import io.heed.settings.Setting;
import io.heed.settings.Settings;
import io.heed.spark.executor.ModelSettings;
import io.heed.spark.executor.OpenModel;
import io.heed.spark.table.HeedStage;
import io.heed.spark.table.RowTransform;
import io.heed.spark.table.StageInput;
import java.util.List;
import java.util.Optional;
import org.apache.spark.ml.param.Param;
import org.apache.spark.sql.types.StructType;

/**
 * A stage that computes from tokens. {@code inputCol} holds texts, arrays of token ids or, where
 * the stage takes them, arrays of price bars; its type tells which.
 */
public abstract class TokenStage<S extends TokenStage<S>> extends HeedStage<S> {
  private static final long serialVersionUID = 1;

  private static final String INPUT = "inputCol";

  private final Param<String> inputCol;

  /** A stage with the given identifier. */
  protected TokenStage(String uid) {
    super(uid);
    inputCol = text(INPUT, inputs());
    setDefault(inputCol, "text");
  }

  /** What {@code inputCol} holds, for a person. */
  protected abstract String inputs();

  /** The types that it may be of, as they are tried. */
  protected abstract List<PayloadType> types();

  @Override
  protected List<Setting<?>> required() {
    return List.of(ModelSettings.MODEL);
  }

  /** Whatever tokens come from, it is one column. */
  @Override
  protected String place(String setting) {
    return setting.equals(TokenSettings.TOKENS_COLUMN.name())
        ? "token ids in " + INPUT
        : super.place(setting);
  }

  /** Opens the model of the settings. */
  protected abstract TokenPlanner<?> planner(Settings settings);

  @Override
  protected StructType added(StageInput input) {
    PayloadType type = checkedType(input);
    try (TokenPlanner<?> planner = planner(input.settings())) {
      return planner.added(source(type, new Columns(), planner.model()));
    }
  }

  @Override
  protected final RowTransform<?> plan(StageInput input, Columns columns) {
    PayloadType type = checkedType(input);
    try (TokenPlanner<?> planner = planner(input.settings())) {
      return planner.plan(source(type, columns, planner.model()));
    }
  }

  /** Where the tokens of rows come from. */
  protected TokenSource source(PayloadType type, Columns columns, OpenModel model) {
    String column = $(inputCol);
    Optional<String> tokenTypes = tokenTypes();
    if (tokenTypes.isPresent()) {
      return new TokenSource.TypedIds(columns.tokenIds(column), columns.tokenIds(tokenTypes.get()));
    }
    if (type instanceof PayloadType.Records bars) {
      return new TokenSource.Bars(columns.records(column, bars), TokenColumns.discretizer(model));
    }
    return type == PayloadType.TEXT
        ? new TokenSource.Texts(columns.texts(column))
        : new TokenSource.Ids(columns.tokenIds(column));
  }

  /**
   * The type of {@code inputCol}.
   *
   * @throws io.heed.settings.SettingException where it is none of {@link #types}
   */
  protected PayloadType checkedType(StageInput input) {
    Optional<String> tokenTypes = tokenTypes();
    List<PayloadType> ids = List.of(PayloadType.TOKEN_IDS);
    tokenTypes.ifPresent(
        column -> input.typeOf(TokenSettings.TOKEN_TYPES_COLUMN.parameter(), column, ids));
    return input.typeOf(inputCol.name(), $(inputCol), tokenTypes.isPresent() ? ids : types());
  }

  /** The column of the types of token ids, in stages that have the parameter, where it is set. */
  private Optional<String> tokenTypes() {
    String name = TokenSettings.TOKEN_TYPES_COLUMN.parameter();
    return hasParam(name) && isSet(getParam(name))
        ? Optional.of((String) $(getParam(name)))
        : Optional.empty();
  }

  /** The column of the inputs. */
  public final Param<String> inputCol() {
    return inputCol;
  }

  /** Names the column of the inputs. */
  public final S setInputCol(String value) {
    return with(inputCol, value);
  }

  /**
   * A directory on every node, the name of an entry of {@code --archives}, a Hadoop URI, or {@code
   * org/name@revision} that every node has in its Hugging Face cache.
   */
  public final S setModel(String value) {
    return with(ModelSettings.MODEL, value);
  }

  /** Most tokens that are computed together. */
  public final S setBatchTokens(int value) {
    return with(ModelSettings.BATCH_TOKENS, value);
  }

  /** {@code auto}, {@code simd} or {@code reference}. */
  public final S setKernel(String value) {
    return with(ModelSettings.KERNEL, value);
  }
}
