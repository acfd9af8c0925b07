package io.heed.spark;

import io.heed.layer.Pooling;
import io.heed.regression.AddedColumns;
import io.heed.settings.Setting;
import io.heed.settings.SettingException;
import io.heed.settings.Settings;
import io.heed.settings.ValueType;
import io.heed.spark.TokenSource.Kind;
import java.io.Serializable;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.Function1;

/**
 * Embeds a column of texts, or of arrays of token ids, as a stage of a Spark ML pipeline.
 *
 * <p>Adds four columns: the embedding {@code array<float>}, with vector type {@code vector} Spark
 * ML's (arrays of them with pooling {@code tokens}), null where the row has none; {@code
 * token_count int}; {@code truncated boolean}; {@code rejection struct<reason string, message
 * string>}, null where the row has an embedding; parameters rename them. No row is lost and the
 * order within a partition stays. The vectors are those of {@code jobs/embed}, bit for bit.
 *
 * <p>Pooling, normalisation and maximum length default to what the checkpoint's own files say.
 */
public final class TextEmbedder extends Transformer implements DefaultParamsWritable {
  private static final long serialVersionUID = 1;

  private final String uid;
  private final Param<String> inputCol;
  private final Param<String> outputCol;
  private final Param<String> tokenCountCol;
  private final Param<String> truncatedCol;
  private final Param<String> rejectionCol;
  private final Param<String> model;
  private final Param<String> pooling;
  private final BooleanParam normalize;
  private final Param<String> vectorType;
  private final IntParam maxLength;
  private final IntParam batchTokens;
  private final Param<String> prompt;
  private final Param<String> promptName;

  /** An embedder with a random identifier. */
  public TextEmbedder() {
    this(Identifiable$.MODULE$.randomUID("textEmbedder"));
  }

  /** An embedder with the given identifier, as Spark's reader makes it. */
  public TextEmbedder(String uid) {
    this.uid = uid;
    inputCol = text("inputCol", "column of texts, or of arrays of token ids");
    outputCol = text("outputCol", "column for the embeddings");
    tokenCountCol = text("tokenCountCol", "column for the number of tokens");
    truncatedCol = text("truncatedCol", "column that says whether a row was cut");
    rejectionCol = text("rejectionCol", "column that says why a row has no embedding");
    model = text("model", HeedConf.MODEL.documentation());
    pooling = choice("pooling", HeedConf.POOLING.documentation(), Pooling.values());
    vectorType = choice("vectorType", HeedConf.VECTOR_TYPE.documentation(), VectorType.values());
    normalize = new BooleanParam(this, "normalize", HeedConf.NORMALIZE.documentation());
    maxLength = number("maxLength", HeedConf.MAX_LENGTH);
    batchTokens = number("batchTokens", HeedConf.BATCH_TOKENS);
    prompt = text("prompt", HeedConf.PROMPT.documentation());
    promptName = text("promptName", HeedConf.PROMPT_NAME.documentation());
    setDefault(inputCol, "text");
    setDefault(outputCol, "embedding");
    setDefault(tokenCountCol, "token_count");
    setDefault(truncatedCol, "truncated");
    setDefault(rejectionCol, "rejection");
  }

  private Param<String> text(String name, String documentation) {
    return new Param<>(this, name, documentation);
  }

  /** Finds the setting by its name, since stages are serialized and settings are not. */
  private static Function1<Object, Object> inRangeOf(String name) {
    return (Function1<Object, Object> & Serializable)
        value -> {
          Setting<Integer> setting =
              name.equals("maxLength") ? HeedConf.MAX_LENGTH : HeedConf.BATCH_TOKENS;
          try {
            setting.parse(String.valueOf(value), name);
            return true;
          } catch (SettingException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
          }
        };
  }

  private Param<String> choice(String name, String documentation, Enum<?>... values) {
    String[] names = Arrays.stream(values).map(ValueType::write).toArray(String[]::new);
    return new Param<>(this, name, documentation, ParamValidators.inArray(names));
  }

  /** A parameter with the range of a setting, of which Spark's own check would name no limit. */
  private IntParam number(String name, Setting<Integer> setting) {
    return new IntParam(this, name, setting.documentation(), inRangeOf(name));
  }

  @Override
  public String uid() {
    return uid;
  }

  public Param<String> inputCol() {
    return inputCol;
  }

  public Param<String> outputCol() {
    return outputCol;
  }

  public Param<String> tokenCountCol() {
    return tokenCountCol;
  }

  public Param<String> truncatedCol() {
    return truncatedCol;
  }

  public Param<String> rejectionCol() {
    return rejectionCol;
  }

  public Param<String> model() {
    return model;
  }

  public Param<String> pooling() {
    return pooling;
  }

  public BooleanParam normalize() {
    return normalize;
  }

  public Param<String> vectorType() {
    return vectorType;
  }

  public IntParam maxLength() {
    return maxLength;
  }

  public IntParam batchTokens() {
    return batchTokens;
  }

  public Param<String> prompt() {
    return prompt;
  }

  public Param<String> promptName() {
    return promptName;
  }

  public TextEmbedder setInputCol(String value) {
    set(inputCol, value);
    return this;
  }

  public TextEmbedder setTokenCountCol(String value) {
    set(tokenCountCol, value);
    return this;
  }

  public TextEmbedder setTruncatedCol(String value) {
    set(truncatedCol, value);
    return this;
  }

  public TextEmbedder setRejectionCol(String value) {
    set(rejectionCol, value);
    return this;
  }

  public TextEmbedder setOutputCol(String value) {
    set(outputCol, value);
    return this;
  }

  /** A directory on every node, the name of an entry of {@code --archives}, or a Hadoop URI. */
  public TextEmbedder setModel(String value) {
    set(model, value);
    return this;
  }

  public TextEmbedder setPooling(String value) {
    set(pooling, value);
    return this;
  }

  public TextEmbedder setNormalize(boolean value) {
    set(normalize, (Object) value);
    return this;
  }

  /** {@code array} or {@code vector}, Spark ML's, which KMeans and other stages take. */
  public TextEmbedder setVectorType(String value) {
    set(vectorType, value);
    return this;
  }

  public TextEmbedder setMaxLength(int value) {
    set(maxLength, (Object) value);
    return this;
  }

  public TextEmbedder setBatchTokens(int value) {
    set(batchTokens, (Object) value);
    return this;
  }

  public TextEmbedder setPrompt(String value) {
    set(prompt, value);
    return this;
  }

  public TextEmbedder setPromptName(String value) {
    set(promptName, value);
    return this;
  }

  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    StructType schema = dataset.schema();
    int inputIndex = schema.fieldIndex($(inputCol));
    EmbeddingPlan plan;
    try (EmbeddingPlanner planner = new EmbeddingPlanner(settings())) {
      plan = planner.plan(kind(schema));
    }
    return dataset
        .toDF()
        .mapPartitions(
            new EmbedColumn(plan, inputIndex),
            Encoders.row(extended(schema, plan.embeddingType())));
  }

  @Override
  public StructType transformSchema(StructType schema) {
    kind(schema);
    try (EmbeddingPlanner planner = new EmbeddingPlanner(settings())) {
      return extended(schema, planner.embeddingType());
    }
  }

  private Kind kind(StructType schema) {
    DataType type = schema.apply($(inputCol)).dataType();
    if (type instanceof StringType) {
      return Kind.TEXT;
    }
    if (type instanceof ArrayType array && array.elementType().equals(DataTypes.IntegerType)) {
      return Kind.IDS;
    }
    throw new SettingException(
        String.format(
            Locale.ROOT,
            "inputCol %s is of type %s; it has to be string or array<int>",
            $(inputCol),
            type.catalogString()));
  }

  private StructType extended(StructType schema, DataType embeddingType) {
    StructType rejection =
        new StructType()
            .add("reason", DataTypes.StringType, false)
            .add("message", DataTypes.StringType, false);
    StructType added =
        new StructType()
            .add($(outputCol), embeddingType, true)
            .add($(tokenCountCol), DataTypes.IntegerType, false)
            .add($(truncatedCol), DataTypes.BooleanType, false)
            .add($(rejectionCol), rejection, true);
    StructType extended = schema;
    for (StructField field : added.fields()) {
      AddedColumns.clash(extended, field.name(), "embedder")
          .ifPresent(
              clash -> {
                throw new SettingException(clash);
              });
      extended = extended.add(field);
    }
    return extended;
  }

  /** The parameters that are set, as a job's options would give them. */
  private Settings settings() {
    if (!isSet(model)) {
      throw new SettingException(
          String.format(Locale.ROOT, "the parameter model of %s is not set", uid));
    }
    Map<Setting<?>, String> given = new LinkedHashMap<>();
    Map<Param<?>, Setting<?>> settings =
        Map.of(
            model, HeedConf.MODEL,
            pooling, HeedConf.POOLING,
            normalize, HeedConf.NORMALIZE,
            vectorType, HeedConf.VECTOR_TYPE,
            maxLength, HeedConf.MAX_LENGTH,
            batchTokens, HeedConf.BATCH_TOKENS,
            prompt, HeedConf.PROMPT,
            promptName, HeedConf.PROMPT_NAME);
    settings.forEach(
        (param, setting) -> {
          if (isSet(param)) {
            given.put(setting, String.valueOf($(param)));
          }
        });
    return new Settings(
        given, SparkSession.active().sparkContext().getConf(), HeedConf.CONFIGURATION);
  }

  @Override
  public TextEmbedder copy(ParamMap extra) {
    return (TextEmbedder) defaultCopy(extra);
  }

  /** Reads a saved embedder. */
  public static MLReader<TextEmbedder> read() {
    return new DefaultParamsReader<>();
  }

  /** Reads a saved embedder. */
  public static TextEmbedder load(String path) {
    return read().load(path);
  }
}
