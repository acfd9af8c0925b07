package io.heed.embed;

import io.heed.input.PayloadType;
import io.heed.settings.Setting;
import io.heed.settings.Settings;
import io.heed.spark.executor.ModelSettings;
import io.heed.spark.table.VectorSettings;
import io.heed.spark.tokens.TokenPlanner;
import io.heed.spark.tokens.TokenSettings;
import io.heed.spark.tokens.TokenStage;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.sql.types.StructField;

/** What {@link TextEmbedder} does, under whatever class name a pipeline was saved with. */
public abstract class EmbedderStage<S extends EmbedderStage<S>> extends TokenStage<S> {
  private static final long serialVersionUID = 1;

  private final Param<String> outputCol;
  private final Param<String> tokenCountCol;
  private final Param<String> truncatedCol;
  private final Param<String> rejectionCol;

  /** An embedder with the given identifier. */
  protected EmbedderStage(String uid) {
    super(uid);
    outputCol = text("outputCol", "column for the embeddings");
    tokenCountCol = text("tokenCountCol", "column for the number of tokens");
    truncatedCol = text("truncatedCol", "column that says whether a row was cut");
    rejectionCol = text("rejectionCol", "column that says why a row has no embedding");
    setDefault(outputCol, "embedding");
    setDefault(tokenCountCol, "token_count");
    setDefault(truncatedCol, "truncated");
    setDefault(rejectionCol, "rejection");
  }

  @Override
  protected String role() {
    return "embedder";
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
        EmbedSettings.POOLING,
        EmbedSettings.DIMENSIONS,
        EmbedSettings.NORMALIZE,
        VectorSettings.VECTOR_TYPE,
        TokenSettings.MAX_LENGTH,
        ModelSettings.BATCH_TOKENS,
        EmbedSettings.TASK,
        EmbedSettings.PROMPT,
        EmbedSettings.PROMPT_NAME,
        EmbedSettings.WITH_ATTENTION,
        ModelSettings.KERNEL);
  }

  @Override
  protected String columnName(String ofJob) {
    // Their defaults are the names of the job.
    Map<String, Param<String>> named =
        Map.of(
            "embedding", outputCol,
            "token_count", tokenCountCol,
            "truncated", truncatedCol,
            "rejection", rejectionCol);
    Param<String> name = named.get(ofJob);
    return name == null || !isSet(name) ? super.columnName(ofJob) : $(name);
  }

  /** A row without an embedding has no tokens that were computed. */
  @Override
  protected Object mark(StructField added) {
    return switch (added.name()) {
      case "token_count" -> 0;
      case "truncated" -> false;
      default -> null;
    };
  }

  @Override
  protected TokenPlanner<EmbedPlan> planner(Settings settings) {
    return new EmbedPlanner(settings);
  }

  public final Param<String> tokenTypesCol() {
    return param(TokenSettings.TOKEN_TYPES_COLUMN);
  }

  public final Param<String> outputCol() {
    return outputCol;
  }

  public final Param<String> tokenCountCol() {
    return tokenCountCol;
  }

  public final Param<String> truncatedCol() {
    return truncatedCol;
  }

  public final Param<String> rejectionCol() {
    return rejectionCol;
  }

  public final Param<String> model() {
    return param(ModelSettings.MODEL);
  }

  public final Param<String> pooling() {
    return param(EmbedSettings.POOLING);
  }

  public final Param<String> task() {
    return param(EmbedSettings.TASK);
  }

  public final IntParam dimensions() {
    return (IntParam) this.<Object>param(EmbedSettings.DIMENSIONS);
  }

  public final BooleanParam normalize() {
    return (BooleanParam) this.<Object>param(EmbedSettings.NORMALIZE);
  }

  public final Param<String> vectorType() {
    return param(VectorSettings.VECTOR_TYPE);
  }

  public final IntParam maxLength() {
    return (IntParam) this.<Object>param(TokenSettings.MAX_LENGTH);
  }

  public final IntParam batchTokens() {
    return (IntParam) this.<Object>param(ModelSettings.BATCH_TOKENS);
  }

  public final Param<String> prompt() {
    return param(EmbedSettings.PROMPT);
  }

  public final Param<String> promptName() {
    return param(EmbedSettings.PROMPT_NAME);
  }

  /** Names the column of the segments that token ids belong to. */
  public final S setTokenTypesCol(String value) {
    return with(tokenTypesCol(), value);
  }

  public final S setOutputCol(String value) {
    return with(outputCol, value);
  }

  public final S setTokenCountCol(String value) {
    return with(tokenCountCol, value);
  }

  public final S setTruncatedCol(String value) {
    return with(truncatedCol, value);
  }

  public final S setRejectionCol(String value) {
    return with(rejectionCol, value);
  }

  /** What the texts are for: {@code query}, {@code document}, or a task of the checkpoint. */
  public final S setTask(String value) {
    return with(EmbedSettings.TASK, value);
  }

  /** First values of each vector that are kept. */
  public final S setDimensions(int value) {
    return with(EmbedSettings.DIMENSIONS, value);
  }

  public final S setPooling(String value) {
    return with(EmbedSettings.POOLING, value);
  }

  public final S setNormalize(boolean value) {
    return with(EmbedSettings.NORMALIZE, value);
  }

  /** {@code array} or {@code vector}, Spark ML's, which KMeans and other stages take. */
  public final S setVectorType(String value) {
    return with(VectorSettings.VECTOR_TYPE, value);
  }

  public final S setMaxLength(int value) {
    return with(TokenSettings.MAX_LENGTH, value);
  }

  public final S setPrompt(String value) {
    return with(EmbedSettings.PROMPT, value);
  }

  public final S setPromptName(String value) {
    return with(EmbedSettings.PROMPT_NAME, value);
  }

  /** Layers whose attention weights rows get as well, as {@code --with-attention} takes them. */
  public final S setWithAttention(String value) {
    return with(EmbedSettings.WITH_ATTENTION, value);
  }
}
