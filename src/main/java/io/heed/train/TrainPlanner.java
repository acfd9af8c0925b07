package io.heed.train;

import io.heed.corpus.CorpusManifest;
import io.heed.corpus.Stream;
import io.heed.model.ModelSpec;
import io.heed.settings.Effective;
import io.heed.settings.Setting;
import io.heed.settings.SettingException;
import io.heed.settings.Settings;
import io.heed.spark.executor.ModelSettings;
import io.heed.training.Adam;
import io.heed.training.DropoutRates;
import io.heed.training.Recipe;
import io.heed.training.Schedule;
import io.heed.training.StepShape;
import io.heed.training.TrainingPlan;
import io.heed.training.TrainingPlan.Evaluation;
import io.heed.training.TrainingState.Whole;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Decides, on the driver, how a model is trained: what the settings and the corpus say. */
final class TrainPlanner {
  private static final int MICRO_BATCH_TOKENS = 1024;
  private static final int SHARDS = 16;
  private static final int PARTS_OF_RUN = 20;

  private final Settings settings;
  private final ModelSpec spec;

  TrainPlanner(Settings settings, ModelSpec spec) {
    this.settings = settings;
    this.spec = spec;
  }

  /**
   * The plan.
   *
   * @param model what training begins with
   * @param ofModel what the model's configuration drops
   * @param isEvaluated whether the held-out rows that are evaluated have anything to predict
   * @throws SettingException when settings contradict each other, the model or the corpus
   */
  TrainingPlan plan(
      String model, DropoutRates ofModel, CorpusManifest corpus, boolean isEvaluated) {
    Recipe recipe = recipe(ofModel, steps(corpus));
    Evaluation evaluation = evaluation(recipe.steps());
    require(
        evaluation.patience() == 0 || isEvaluated,
        "%s %d has nothing to stop by: no held-out row that is evaluated has a second token to"
            + " predict",
        settings.place(TrainSettings.EARLY_STOPPING),
        evaluation.patience());
    Map<String, String> entries = entries(recipe, evaluation, model);
    entries.put("corpus", corpus.fingerprint(Stream.TRAINING).toString());
    entries.put("held-out", corpus.fingerprint(Stream.HELD_OUT).toString());
    return new TrainingPlan(
        recipe,
        entries,
        evaluation,
        settings.value(TrainSettings.CHECKPOINT_STEPS),
        60L * settings.value(TrainSettings.CHECKPOINT_MINUTES),
        settings.value(TrainSettings.SKIP_NON_FINITE));
  }

  private static Map<String, String> entries(Recipe recipe, Evaluation evaluation, String model) {
    Map<String, String> entries = new LinkedHashMap<>(recipe.entries());
    entries.put("model", model);
    entries.put("eval-steps", Long.toString(evaluation.steps()));
    entries.put("eval-rows", Long.toString(evaluation.rows()));
    entries.put("early-stopping", Integer.toString(evaluation.patience()));
    return entries;
  }

  /**
   * What of the plan is known before rows are read, so that another recipe than that of an earlier
   * run is refused at once.
   *
   * @param earlier whose steps these are where a number of epochs is wanted
   */
  Map<String, String> known(String model, DropoutRates ofModel, Optional<Whole> earlier) {
    Optional<Long> steps =
        settings
            .find(TrainSettings.STEPS)
            .map(Integer::longValue)
            .or(
                () ->
                    earlier
                        .map(whole -> whole.recipe().getOrDefault("steps", ""))
                        .filter(text -> text.matches("[1-9]\\d{0,9}"))
                        .map(Long::parseLong));
    return steps
        .map(
            known -> {
              Recipe recipe = recipe(ofModel, known);
              return entries(recipe, evaluation(known), model);
            })
        .orElse(Map.of());
  }

  /**
   * Checks all that needs no look at the rows.
   *
   * @return how the work of a step is cut
   * @throws SettingException when settings contradict each other or the model
   */
  StepShape check() {
    leastRate();
    boolean holdsOut =
        settings.isGiven(TrainSettings.EVAL_INPUT)
            || settings.value(TrainSettings.EVAL_FRACTION) > 0;
    boolean isFine = settings.value(TrainSettings.EARLY_STOPPING) == 0 || holdsOut;
    settings.requireBeside(
        TrainSettings.EARLY_STOPPING, isFine, "rows that are held out, by which it stops");
    settings.find(TrainSettings.STEPS).ifPresent(this::warmup);
    return shape();
  }

  private StepShape shape() {
    int length = blockLength();
    int shards = shards();
    int usual = Math.max(1, MICRO_BATCH_TOKENS / length);
    int micro = derived(TrainSettings.MICRO_BATCH, usual, "1024 tokens");
    return new StepShape(settings.value(TrainSettings.BATCH_SIZE), length, micro, shards);
  }

  private int blockLength() {
    int length = derived(TrainSettings.BLOCK_LENGTH, spec.positions(), "positions, config.json");
    require(
        length <= spec.positions(),
        "%s %d is more than the %d positions of the model",
        settings.place(TrainSettings.BLOCK_LENGTH),
        length,
        spec.positions());
    return length;
  }

  private int shards() {
    int batch = settings.value(TrainSettings.BATCH_SIZE);
    int usual = Math.min(SHARDS, batch);
    int shards = derived(TrainSettings.GRADIENT_SHARDS, usual, "at most the batch size");
    require(
        shards <= batch,
        "%s %d is more than the batch size of %d: a shard has at least one block",
        settings.place(TrainSettings.GRADIENT_SHARDS),
        shards,
        batch);
    return shards;
  }

  private double leastRate() {
    double rate = settings.value(TrainSettings.LEARNING_RATE);
    // In decimal digits, for a tenth of 0.006 in binary ones is told as 6.000000000000001E-4.
    double tenth = BigDecimal.valueOf(rate).movePointLeft(1).doubleValue();
    double least = derived(TrainSettings.MIN_LEARNING_RATE, tenth, "a tenth of the highest");
    require(
        least <= rate,
        "%s %s is more than the highest rate of %s",
        settings.place(TrainSettings.MIN_LEARNING_RATE),
        least,
        rate);
    return least;
  }

  private Recipe recipe(DropoutRates ofModel, long steps) {
    StepShape shape = shape();
    double rate = settings.value(TrainSettings.LEARNING_RATE);
    double least = leastRate();
    int warmup = warmup(steps);
    Optional<Double> dropout = settings.find(TrainSettings.DROPOUT);
    return new Recipe(
        shape.batchSize(),
        shape.blockLength(),
        shape.microBatch(),
        shape.shards(),
        settings.value(TrainSettings.PACKING),
        new Schedule(settings.value(TrainSettings.SCHEDULE), rate, least, warmup, steps),
        new Adam(
            settings.value(TrainSettings.ADAM_BETA1),
            settings.value(TrainSettings.ADAM_BETA2),
            1e-8,
            settings.value(TrainSettings.WEIGHT_DECAY),
            settings.value(TrainSettings.MAX_GRAD_NORM)),
        dropout.map(all -> new DropoutRates(all, all, all)).orElse(ofModel),
        settings.value(TrainSettings.SEED));
  }

  private int warmup(long steps) {
    int warmup =
        derived(
            TrainSettings.WARMUP_STEPS, (int) (steps / PARTS_OF_RUN), "a twentieth of all steps");
    require(
        warmup <= steps,
        "%s %d is more than the %d steps in all: the rate would never be reached",
        settings.place(TrainSettings.WARMUP_STEPS),
        warmup,
        steps);
    return warmup;
  }

  private long steps(CorpusManifest corpus) {
    Optional<Integer> given = settings.find(TrainSettings.STEPS);
    if (given.isPresent()) {
      return given.get();
    }
    double epochs = settings.value(TrainSettings.EPOCHS);
    StepShape shape = shape();
    double blocks = Math.ceil((double) corpus.tokens(Stream.TRAINING) / shape.blockLength());
    double steps = Math.max(1, Math.ceil(epochs * blocks / shape.batchSize()));
    require(
        steps <= Integer.MAX_VALUE,
        "%s %s makes %.0f steps, which is too many",
        settings.place(TrainSettings.EPOCHS),
        epochs,
        steps);
    return (long) steps;
  }

  private Evaluation evaluation(long steps) {
    int every =
        derived(
            TrainSettings.EVAL_STEPS,
            (int) Math.max(1, steps / PARTS_OF_RUN),
            "a twentieth of all steps");
    int width = Math.max(1, ModelSettings.BATCH_VALUES / spec.width());
    int usual = ModelSettings.BATCH_TOKENS.defaultValue().orElseThrow();
    return new Evaluation(
        every,
        settings.value(TrainSettings.EVAL_ROWS),
        settings.value(TrainSettings.EARLY_STOPPING),
        spec.positions() / 2,
        Math.min(usual, width));
  }

  private <T> T derived(Setting<T> setting, T value, String origin) {
    return settings.find(setting, Optional.of(new Effective<>(value, origin))).orElseThrow();
  }

  private static void require(boolean holds, String rule, Object... values) {
    if (!holds) {
      throw new SettingException(String.format(Locale.ROOT, rule, values));
    }
  }
}
