package io.heed.spark;

import io.heed.checkpoint.AttentionTensors;
import io.heed.checkpoint.CheckpointException;
import io.heed.checkpoint.EmbeddingFile;
import io.heed.engine.AttentionOptions;
import io.heed.kernel.ReferenceKernels;
import io.heed.layer.AttentionScore;
import io.heed.layer.MultiHeadAttention;
import io.heed.layer.MultiHeadAttention.WeightsOut;
import io.heed.output.RunReport;
import io.heed.settings.Setting;
import io.heed.settings.Settings;
import io.heed.settings.ValueType;
import io.heed.spark.AttentionPlan.LayerReference;
import io.heed.spark.AttentionPlan.Payload;
import io.heed.spark.AttentionPlan.TokenInput;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Decides, on the driver, how rows attend, and checks the weights once. */
public final class AttentionPlanner {
  /** {@link HeedConf#BATCH_TOKENS} as it is told where rows hold vectors. */
  public static final Setting<Integer> BATCH_VECTORS =
      HeedConf.BATCH_TOKENS
          .describedAs(
              "Vectors of queries and context computed together, which bounds the memory of a"
                  + " task; a longer row is computed alone")
          .withUnit("vectors");

  /** The column of token ids where rows may hold vectors instead. */
  public static final Setting<String> TOKENS_COLUMN =
      HeedConf.TOKENS_COLUMN.describedAs(
          "Column with the sequences that attend as arrays of token ids, instead of vectors, with"
              + " --embedding");

  /** What is dropped depends on besides the row. */
  public static final Setting<Long> SEED =
      HeedConf.SEED.describedAs(
          "Makes --dropout drop other values; with the same seed and id a row loses the same ones"
              + " wherever it is computed");

  private final Settings settings;
  private final Optional<TokenInput> input;
  private final Optional<LayerReference> layer;

  /**
   * Reads the weights of the settings, if there are any.
   *
   * @throws CheckpointException when they cannot be used
   */
  public AttentionPlanner(Settings settings) {
    this.settings = settings;
    this.input = settings.find(HeedConf.EMBEDDING).map(this::input);
    Optional<ModelLocation> file = settings.find(HeedConf.LAYER_WEIGHTS).map(ModelLocation::of);
    Optional<AttentionTensors> tensors =
        file.map(location -> AttentionTensors.read(location.file()));
    checkWidths(tensors);
    this.layer = tensors.map(read -> new LayerReference(file.orElseThrow(), read.hash()));
  }

  /** The plan for rows whose payload has the given order. */
  public AttentionPlan plan(Payload payload) {
    return new AttentionPlan(
        input.orElse(null),
        layer.orElse(null),
        heads(),
        score(),
        new AttentionOptions(
            settings.value(HeedConf.MASK),
            settings.value(HeedConf.NO_VISIBLE_KEY),
            settings.value(HeedConf.WITH_WEIGHTS) ? WeightsOut.GIVEN : WeightsOut.DROPPED,
            settings.value(HeedConf.DROPOUT),
            settings.value(SEED)),
        settings.value(HeedConf.VECTOR_TYPE),
        settings.value(BATCH_VECTORS),
        settings.value(HeedConf.KERNEL),
        payload);
  }

  /** What the run report says of the weights; null where there are none. */
  public RunReport.Model summary() {
    Optional<String> tokens =
        input.map(
            read ->
                String.format(
                    Locale.ROOT,
                    "embedding of %d tokens, width %d, positions %s",
                    read.vocabulary(),
                    read.width(),
                    ValueType.write(read.positions())));
    String attention =
        String.format(Locale.ROOT, "attention, %d heads, %s", heads(), ValueType.write(score()));
    if (layer.isPresent()) {
      return new RunReport.Model(
          settings.required(HeedConf.LAYER_WEIGHTS),
          layer.get().hash(),
          tokens
              .map(
                  text ->
                      String.format(
                          Locale.ROOT,
                          "%s; %s (%s)",
                          attention,
                          text,
                          input.get().embedding().hash()))
              .orElse(attention));
    }
    return input
        .map(
            read ->
                new RunReport.Model(
                    settings.required(HeedConf.EMBEDDING),
                    read.embedding().hash(),
                    String.format(Locale.ROOT, "%s; %s", tokens.orElseThrow(), attention)))
        .orElse(null);
  }

  private TokenInput input(String given) {
    ModelLocation location = ModelLocation.of(given);
    try (EmbeddingFile file = EmbeddingFile.open(location.file())) {
      return new TokenInput(
          new LayerReference(location, file.hash()),
          settings.value(HeedConf.POSITIONS),
          file.rows(),
          file.columns());
    }
  }

  /** Where the files tell the widths of what comes in, their maps must fit each other. */
  private void checkWidths(Optional<AttentionTensors> tensors) {
    MultiHeadAttention attention =
        ExecutorLayers.layer(new ReferenceKernels(), heads(), score(), tensors);
    Optional<Integer> query =
        input
            .map(TokenInput::width)
            .or(() -> tensors.flatMap(AttentionTensors::query).map(AttentionTensors.Map::inputs));
    Optional<Integer> context =
        input.isPresent() && attendsToItself()
            ? query
            : tensors.flatMap(read -> read.key().or(read::value)).map(AttentionTensors.Map::inputs);
    if (query.isPresent() && context.isPresent()) {
      try {
        attention.outputWidth(query.get(), context.get());
      } catch (IllegalArgumentException e) {
        throw new CheckpointException(
            String.format(Locale.ROOT, "%s (%s)", e.getMessage(), places()), e);
      }
    }
  }

  private boolean attendsToItself() {
    return settings.find(HeedConf.CONTEXT_COLUMN).isEmpty()
        && settings.find(HeedConf.CONTEXT_INPUT).isEmpty();
  }

  /** The options that a width may come from. */
  private String places() {
    List<String> places = new ArrayList<>();
    for (Setting<?> file : List.of(HeedConf.EMBEDDING, HeedConf.LAYER_WEIGHTS)) {
      if (settings.isGiven(file)) {
        places.add(file.option());
      }
    }
    places.add(String.format(Locale.ROOT, "%s %d", HeedConf.HEADS.option(), heads()));
    return String.join(", ", places);
  }

  private int heads() {
    return settings.value(HeedConf.HEADS);
  }

  private AttentionScore.Form score() {
    return settings.value(HeedConf.SCORE);
  }
}
