package io.heed.attend;

import io.heed.engine.AttentionEngine.Result;
import io.heed.input.Columns;
import io.heed.input.PayloadType;
import io.heed.settings.Setting;
import io.heed.settings.SettingException;
import io.heed.settings.Settings;
import io.heed.spark.executor.ModelSettings;
import io.heed.spark.table.HeedStage;
import io.heed.spark.table.RowTransform;
import io.heed.spark.table.StageInput;
import io.heed.spark.table.VectorSettings;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.types.StructType;

/**
 * Attends from the sequence of vectors, or of token ids with {@code embedding}, in each row to
 * itself or to another, as a stage of a Spark ML pipeline: adds the columns of {@code jobs/attend},
 * {@code context} and with {@code withWeights} {@code attention}, with its bits.
 *
 * <p>What dropout drops depends on the id of the row, so dropout needs {@code idCol}.
 */
public final class SequenceAttention extends HeedStage<SequenceAttention> {
  private static final long serialVersionUID = 1;

  private static final String VECTORS = "an array of arrays of numbers, or of vectors";

  private final Param<String> idCol;

  /** An attention with a random identifier. */
  public SequenceAttention() {
    this(Identifiable$.MODULE$.randomUID("sequenceAttention"));
  }

  /** An attention with the given identifier, as Spark's reader makes it. */
  public SequenceAttention(String uid) {
    super(uid);
    idCol = text(ID_COLUMN, "column of the ids, by which dropout drops");
    setDefault(
        param(AttendSettings.QUERY_COLUMN),
        AttendSettings.QUERY_COLUMN.defaultValue().orElseThrow());
  }

  @Override
  protected String role() {
    return "attention";
  }

  @Override
  protected Optional<String> idColumn() {
    return isSet(idCol) ? Optional.of($(idCol)) : Optional.empty();
  }

  @Override
  protected List<Setting<?>> settingsOfStage() {
    return List.of(
        AttendSettings.QUERY_COLUMN,
        AttendSettings.CONTEXT_COLUMN.describedAs(
            "Column with the sequences attended to (default: the queries themselves)"),
        AttendSettings.ATTENTION_COLUMN,
        AttendSettings.MASK_COLUMN,
        AttendSettings.EMBEDDING,
        AttendSettings.POSITIONS,
        AttendSettings.LAYER_WEIGHTS,
        AttendSettings.HEADS,
        AttendSettings.MASK,
        AttendSettings.NO_VISIBLE_KEY,
        AttendSettings.SCORE,
        AttendSettings.DROPOUT,
        AttendSettings.SEED,
        AttendSettings.WITH_WEIGHTS,
        VectorSettings.VECTOR_TYPE,
        AttendSettings.TOLD_BATCH_TOKENS,
        ModelSettings.KERNEL);
  }

  /** Token ids stand in the column of the queries. */
  @Override
  protected String place(String setting) {
    return super.place(
        setting.equals(AttendSettings.TOKENS_COLUMN.name())
            ? AttendSettings.QUERY_COLUMN.name()
            : setting);
  }

  @Override
  protected StructType added(StageInput input) {
    check(input);
    return AttendPlanner.added(input.settings());
  }

  @Override
  protected RowTransform<Result> plan(StageInput input, Columns columns) {
    check(input);
    AttendPlanner planner = new AttendPlanner(input.settings());
    return planner.plan(planner.rows(columns));
  }

  private void check(StageInput input) {
    Settings settings = input.settings();
    AttendRules.check(settings, AttendSettings.EMBEDDING, AttendSettings.CONTEXT_COLUMN);
    if (settings.value(AttendSettings.DROPOUT) > 0 && !isSet(idCol)) {
      throw new SettingException(
          String.format(
              Locale.ROOT,
              "dropout above 0 drops by the id of the row, and idCol of %s is not set",
              uid()));
    }
    if (settings.isGiven(AttendSettings.ATTENTION_COLUMN)) {
      input.requireType(AttendSettings.ATTENTION_COLUMN, VECTORS, PayloadType.VECTORS);
    } else if (settings.isGiven(AttendSettings.EMBEDDING)) {
      input.requireType(AttendSettings.QUERY_COLUMN, PayloadType.TOKEN_IDS);
    } else {
      input.requireType(AttendSettings.QUERY_COLUMN, VECTORS, PayloadType.VECTORS);
    }
    if (settings.isGiven(AttendSettings.CONTEXT_COLUMN)) {
      input.requireType(AttendSettings.CONTEXT_COLUMN, VECTORS, PayloadType.VECTORS);
    }
    if (settings.isGiven(AttendSettings.MASK_COLUMN)) {
      input.requireType(AttendSettings.MASK_COLUMN, PayloadType.MASK);
    }
  }

  /** Names the column of the sequences that attend. */
  public SequenceAttention setQueryCol(String value) {
    return with(AttendSettings.QUERY_COLUMN, value);
  }

  /** Names the column of the sequences that are attended to. */
  public SequenceAttention setContextCol(String value) {
    return with(AttendSettings.CONTEXT_COLUMN, value);
  }

  /** Names the column of attention weights in place of queries. */
  public SequenceAttention setAttentionCol(String value) {
    return with(AttendSettings.ATTENTION_COLUMN, value);
  }

  /** Names the column of masks. */
  public SequenceAttention setMaskCol(String value) {
    return with(AttendSettings.MASK_COLUMN, value);
  }

  /** Names the column of the ids, by which dropout drops. */
  public SequenceAttention setIdCol(String value) {
    return with(idCol, value);
  }

  /** The file, safetensors or of {@code torch.save}, with the vectors of token ids. */
  public SequenceAttention setEmbedding(String value) {
    return with(AttendSettings.EMBEDDING, value);
  }

  /** What is added to the vectors of token ids: {@code sinusoidal} or {@code none}. */
  public SequenceAttention setPositions(String value) {
    return with(AttendSettings.POSITIONS, value);
  }

  /** The file, safetensors or of {@code torch.save}, with the maps of the layer. */
  public SequenceAttention setWeights(String value) {
    return with(AttendSettings.LAYER_WEIGHTS, value);
  }

  /** Attention heads. */
  public SequenceAttention setHeads(int value) {
    return with(AttendSettings.HEADS, value);
  }

  /** Which keys a query may see by its place: {@code none} or {@code causal}. */
  public SequenceAttention setMask(String value) {
    return with(AttendSettings.MASK, value);
  }

  /** What a query gets that sees no key: {@code zeros} or {@code uniform}. */
  public SequenceAttention setNoVisibleKey(String value) {
    return with(AttendSettings.NO_VISIBLE_KEY, value);
  }

  /** How a query is compared with a key, such as {@code scaled-dot}. */
  public SequenceAttention setScore(String value) {
    return with(AttendSettings.SCORE, value);
  }

  /** Share of values and weights that are dropped as in training. */
  public SequenceAttention setDropout(double value) {
    return with(AttendSettings.DROPOUT, value);
  }

  /** Makes dropout drop other values. */
  public SequenceAttention setSeed(long value) {
    return with(AttendSettings.SEED, value);
  }

  /** Whether rows get the weights of every head, query and key. */
  public SequenceAttention setWithWeights(boolean value) {
    return with(AttendSettings.WITH_WEIGHTS, value);
  }

  /** {@code array} or {@code vector}, Spark ML's. */
  public SequenceAttention setVectorType(String value) {
    return with(VectorSettings.VECTOR_TYPE, value);
  }

  /** Most vectors of queries and context that are computed together. */
  public SequenceAttention setBatchTokens(int value) {
    return with(AttendSettings.TOLD_BATCH_TOKENS, value);
  }

  /** {@code auto}, {@code simd} or {@code reference}. */
  public SequenceAttention setKernel(String value) {
    return with(ModelSettings.KERNEL, value);
  }

  /** Reads a saved attention. */
  public static MLReader<SequenceAttention> read() {
    return new DefaultParamsReader<>();
  }

  /** Reads a saved attention. */
  public static SequenceAttention load(String path) {
    return read().load(path);
  }
}
