package io.heed.attend;

import io.heed.engine.AttentionEngine.Result;
import io.heed.input.Column;
import io.heed.input.Columns;
import io.heed.input.PayloadType;
import io.heed.settings.Setting;
import io.heed.settings.SettingException;
import io.heed.spark.executor.ModelSettings;
import io.heed.spark.table.HeedStage;
import io.heed.spark.table.RowTransform;
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

  private final Param<String> queryCol;
  private final Param<String> contextCol;
  private final Param<String> attentionCol;
  private final Param<String> maskCol;
  private final Param<String> idCol;

  /** An attention with a random identifier. */
  public SequenceAttention() {
    this(Identifiable$.MODULE$.randomUID("sequenceAttention"));
  }

  /** An attention with the given identifier, as Spark's reader makes it. */
  public SequenceAttention(String uid) {
    super(uid);
    queryCol = text("queryCol", "column of the sequences that attend");
    contextCol = text("contextCol", "column of the sequences that are attended to");
    attentionCol = text("attentionCol", "column of attention weights in place of queries");
    maskCol = text("maskCol", "column of masks, 1 where a query sees a key");
    idCol = text(ID_COLUMN, "column of the ids, by which dropout drops");
    setDefault(queryCol, "query");
  }

  @Override
  protected String role() {
    return "attention";
  }

  @Override
  protected Optional<String> idColumn() {
    return optional(idCol);
  }

  private Optional<String> optional(Param<String> param) {
    return isSet(param) ? Optional.of($(param)) : Optional.empty();
  }

  @Override
  protected List<Setting<?>> settingsOfStage() {
    return List.of(
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
        AttendSettings.BATCH_VECTORS,
        ModelSettings.KERNEL);
  }

  @Override
  protected StructType added(StageInput input) {
    check(input);
    return AttendPlanner.added(input.settings());
  }

  @Override
  protected RowTransform<Result> plan(StageInput input, Columns columns) {
    check(input);
    AttendPlanner planner = new AttendPlanner(input.settings(), !isSet(contextCol));
    AttendRows.Queries queries = queries(columns, planner);
    Column<int[][]> mask = optional(maskCol).map(columns::mask).orElse(null);
    Column<float[][]> context = optional(contextCol).map(columns::vectors).orElse(null);
    return planner.plan(new AttendRows(queries, context, mask));
  }

  private AttendRows.Queries queries(Columns columns, AttendPlanner planner) {
    if (isSet(attentionCol)) {
      return new AttendRows.Weights(columns.vectors($(attentionCol)));
    }
    return planner.input().isPresent()
        ? new AttendRows.OfTokens(columns.tokenIds($(queryCol)), planner.input().get())
        : new AttendRows.OfVectors(columns.vectors($(queryCol)));
  }

  private void check(StageInput input) {
    if (isSet(attentionCol)) {
      requireSet(contextCol, attentionCol.name());
      refuse(attentionCol.name(), queryCol, maskCol);
      AttendJob.COMPARING.stream()
          .filter(setting -> settingsOfStage().contains(setting))
          .forEach(setting -> refuse(attentionCol.name(), param(setting)));
      refuse(attentionCol.name(), param(AttendSettings.EMBEDDING));
      input.typeOf(attentionCol.name(), $(attentionCol), VECTORS, PayloadType.VECTORS);
    } else if (input.settings().isGiven(AttendSettings.EMBEDDING)) {
      input.typeOf(queryCol.name(), $(queryCol), "array<int>", PayloadType.TOKEN_IDS);
    } else {
      input.typeOf(queryCol.name(), $(queryCol), VECTORS, PayloadType.VECTORS);
    }
    optional(contextCol)
        .ifPresent(name -> input.typeOf(contextCol.name(), name, VECTORS, PayloadType.VECTORS));
    optional(maskCol)
        .ifPresent(
            name -> input.typeOf(maskCol.name(), name, "array<array<int>>", PayloadType.MASK));
    boolean drops = input.settings().value(AttendSettings.DROPOUT) > 0;
    if (drops) {
      requireSet(idCol, "dropout above 0");
    }
    requireCompanion(AttendSettings.SEED, drops, "dropout above 0");
    requireCompanion(AttendSettings.NO_VISIBLE_KEY, isSet(maskCol), maskCol.name());
    boolean embeds = input.settings().isGiven(AttendSettings.EMBEDDING);
    requireCompanion(AttendSettings.POSITIONS, embeds, name(AttendSettings.EMBEDDING));
  }

  /** A parameter that would change nothing is refused, so that nobody believes it did. */
  private void requireCompanion(Setting<?> setting, boolean isThere, String companion) {
    if (isSet(param(setting)) && !isThere) {
      throw new SettingException(
          String.format(Locale.ROOT, "%s goes with %s", name(setting), companion));
    }
  }

  private void requireSet(Param<String> param, String by) {
    if (!isSet(param)) {
      throw new SettingException(
          String.format(
              Locale.ROOT, "%s of %s needs %s, which is not set", by, uid(), param.name()));
    }
  }

  private void refuse(String by, Param<?>... others) {
    for (Param<?> other : others) {
      if (isSet(other)) {
        throw new SettingException(
            String.format(Locale.ROOT, "%s and %s exclude each other", by, other.name()));
      }
    }
  }

  /** Names the column of the sequences that attend. */
  public SequenceAttention setQueryCol(String value) {
    return with(queryCol, value);
  }

  /** Names the column of the sequences that are attended to. */
  public SequenceAttention setContextCol(String value) {
    return with(contextCol, value);
  }

  /** Names the column of attention weights in place of queries. */
  public SequenceAttention setAttentionCol(String value) {
    return with(attentionCol, value);
  }

  /** Names the column of masks. */
  public SequenceAttention setMaskCol(String value) {
    return with(maskCol, value);
  }

  /** Names the column of the ids, by which dropout drops. */
  public SequenceAttention setIdCol(String value) {
    return with(idCol, value);
  }

  /** The safetensors file with the vectors of token ids. */
  public SequenceAttention setEmbedding(String value) {
    return with(AttendSettings.EMBEDDING, value);
  }

  /** What is added to the vectors of token ids: {@code sinusoidal} or {@code none}. */
  public SequenceAttention setPositions(String value) {
    return with(AttendSettings.POSITIONS, value);
  }

  /** The safetensors file with the maps of the layer. */
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
    return with(AttendSettings.BATCH_VECTORS, value);
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
