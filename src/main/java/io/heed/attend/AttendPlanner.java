package io.heed.attend;

import io.heed.attend.AttendRows.Mask;
import io.heed.attend.AttendRows.Queries;
import io.heed.checkpoint.AttentionTensors;
import io.heed.checkpoint.CheckpointException;
import io.heed.checkpoint.EmbeddingFile;
import io.heed.engine.AttentionOptions;
import io.heed.input.Columns;
import io.heed.layer.AttentionMaps;
import io.heed.layer.AttentionScore;
import io.heed.layer.AttentionWidths;
import io.heed.layer.MultiHeadAttention.WeightsOut;
import io.heed.output.RunReport;
import io.heed.settings.Setting;
import io.heed.settings.Settings;
import io.heed.settings.ValueType;
import io.heed.spark.executor.ModelLocation;
import io.heed.spark.executor.ModelSettings;
import io.heed.spark.table.VectorSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.types.StructType;

/** Decides, on the driver, how rows attend, and checks the weights once. */
final class AttendPlanner {
  /** The context column of a second table. */
  private static final String CONTEXT = "context";

  private final Settings settings;
  private final Optional<TokenInput> input;
  private final LayerMaps maps;

  /**
   * Reads the weights of the settings, if there are any.
   *
   * @throws CheckpointException when they cannot be used
   */
  AttendPlanner(Settings settings) {
    this.settings = settings;
    boolean attendsToItself =
        settings.find(AttendSettings.CONTEXT_COLUMN).isEmpty()
            && settings.find(AttendSettings.CONTEXT_INPUT).isEmpty();
    this.input = settings.find(AttendSettings.EMBEDDING).map(this::input);
    Optional<ModelLocation> file =
        settings.find(AttendSettings.LAYER_WEIGHTS).map(ModelLocation::of);
    Optional<AttentionTensors> tensors =
        file.map(location -> AttentionTensors.read(location.file()));
    requireScoreTensor(tensors);
    checkWidths(tensors, attendsToItself);
    this.maps =
        tensors
            .map(read -> new WeightsReference(file.orElseThrow(), read.hash()))
            .<LayerMaps>map(LayerMaps.Stored::new)
            .orElseGet(LayerMaps.Absent::new);
  }

  /** What rows hold, by the columns that the settings name. */
  AttendRows rows(Columns columns) {
    Queries queries = queries(columns);
    Optional<Mask> mask =
        settings
            .find(AttendSettings.MASK_COLUMN)
            .map(name -> new AttendRows.MaskOfRow(columns.mask(name)));
    return new AttendRows(queries, context(columns), mask.orElseGet(AttendRows.Unmasked::new));
  }

  /** What attends, or the weights that stand in its place. */
  private Queries queries(Columns columns) {
    Optional<String> weights = settings.find(AttendSettings.ATTENTION_COLUMN);
    if (weights.isPresent()) {
      return new AttendRows.Weights(columns.vectors(weights.get()));
    }
    String attending =
        settings
            .find(AttendSettings.TOKENS_COLUMN)
            .orElseGet(() -> settings.value(AttendSettings.QUERY_COLUMN));
    return input.isPresent()
        ? new AttendRows.OfTokens(columns.tokenIds(attending), input.get())
        : new AttendRows.OfVectors(columns.vectors(attending));
  }

  private AttendRows.Context context(Columns columns) {
    if (settings.find(AttendSettings.CONTEXT_INPUT).isPresent()) {
      return new AttendRows.OtherVectors(columns.joinedVectors(contextColumn()));
    }
    return settings
        .find(AttendSettings.CONTEXT_COLUMN)
        .<AttendRows.Context>map(name -> new AttendRows.OtherVectors(columns.vectors(name)))
        .orElseGet(AttendRows.Itself::new);
  }

  /** The column of the contexts in a second table. */
  String contextColumn() {
    return settings.find(AttendSettings.CONTEXT_COLUMN).orElse(CONTEXT);
  }

  /** The columns of the result, which take no look at the weights. */
  static StructType added(Settings settings) {
    return AttendPlan.added(settings.value(VectorSettings.VECTOR_TYPE), weightsOut(settings));
  }

  private static WeightsOut weightsOut(Settings settings) {
    return settings.value(AttendSettings.WITH_WEIGHTS) ? WeightsOut.GIVEN : WeightsOut.DROPPED;
  }

  /** The plan for rows that hold these sequences. */
  AttendPlan plan(AttendRows rows) {
    return new AttendPlan(
        rows,
        maps,
        heads(),
        score(),
        new AttentionOptions(
            settings.value(AttendSettings.MASK),
            settings.value(AttendSettings.NO_VISIBLE_KEY),
            weightsOut(settings),
            settings.value(AttendSettings.DROPOUT),
            settings.value(AttendSettings.SEED)),
        settings.value(VectorSettings.VECTOR_TYPE),
        settings.value(ModelSettings.BATCH_TOKENS),
        settings.value(ModelSettings.KERNEL));
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
    Optional<WeightsReference> layer = maps.file();
    if (layer.isPresent()) {
      return new RunReport.Model(
          settings.required(AttendSettings.LAYER_WEIGHTS),
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
                    settings.required(AttendSettings.EMBEDDING),
                    read.embedding().hash(),
                    String.format(Locale.ROOT, "%s; %s", tokens.orElseThrow(), attention)))
        .orElse(null);
  }

  private TokenInput input(String given) {
    ModelLocation location = ModelLocation.of(given);
    try (EmbeddingFile file = EmbeddingFile.open(location.file())) {
      return new TokenInput(
          new WeightsReference(location, file.hash()),
          settings.value(AttendSettings.POSITIONS),
          file.rows(),
          file.columns());
    }
  }

  private void requireScoreTensor(Optional<AttentionTensors> tensors) {
    switch (score()) {
      case GENERAL ->
          requireScoreTensor(
              tensors.flatMap(AttentionTensors::scoreWeight).isPresent(), "score.weight");
      case ADDITIVE ->
          requireScoreTensor(
              tensors.flatMap(AttentionTensors::scoreVector).isPresent(), "score.vector");
      default -> {}
    }
  }

  private void requireScoreTensor(boolean isThere, String tensor) {
    if (!isThere) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT,
              "%s %s needs the tensor %s (%s)",
              settings.place(AttendSettings.SCORE),
              ValueType.write(score()),
              tensor,
              settings.place(AttendSettings.LAYER_WEIGHTS)));
    }
  }

  /** Where the files tell the widths of what comes in, their maps must fit each other. */
  private void checkWidths(Optional<AttentionTensors> tensors, boolean attendsToItself) {
    AttentionMaps linear = ExecutorLayers.maps(tensors);
    AttentionScore compared = ExecutorLayers.score(score(), tensors);
    Optional<Integer> query =
        input
            .map(TokenInput::width)
            .or(
                () ->
                    tensors
                        .flatMap(AttentionTensors::query)
                        .map(AttentionTensors.StoredMap::inputs));
    Optional<Integer> context =
        input.isPresent() && attendsToItself
            ? query
            : tensors
                .flatMap(read -> read.key().or(read::value))
                .map(AttentionTensors.StoredMap::inputs);
    if (query.isPresent() && context.isPresent()) {
      AttentionWidths.misfit(heads(), linear, compared, query.get(), context.get())
          .ifPresent(
              rule -> {
                throw new CheckpointException(
                    String.format(Locale.ROOT, "%s (%s)", rule, places()));
              });
    }
  }

  /** The settings that a width may come from. */
  private String places() {
    List<String> places = new ArrayList<>();
    for (Setting<?> file : List.of(AttendSettings.EMBEDDING, AttendSettings.LAYER_WEIGHTS)) {
      if (settings.isGiven(file)) {
        places.add(settings.place(file));
      }
    }
    places.add(String.format(Locale.ROOT, "%s %d", settings.place(AttendSettings.HEADS), heads()));
    return String.join(", ", places);
  }

  private int heads() {
    return settings.value(AttendSettings.HEADS);
  }

  private AttentionScore.Form score() {
    return settings.value(AttendSettings.SCORE);
  }
}
