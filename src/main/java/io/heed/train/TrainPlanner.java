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
  private final CorpusManifest corpus;

  TrainPlanner(Settings settings, ModelSpec spec, CorpusManifest corpus) {
    this.settings = settings;
    this.spec = spec;
    this.corpus = corpus;
  }

  /**
   * The plan.
   *
   * @param model what training begins with
   * @param ofModel what the model's configuration drops
   * @throws SettingException when settings contradict each other, the model or the corpus
   */
  TrainingPlan plan(String model, DropoutRates ofModel) {
    Recipe recipe = recipe(ofModel);
    Map<String, String> entries = new LinkedHashMap<>(recipe.entries());
    entries.put("model", model);
    entries.put("corpus", corpus.fingerprint(Stream.TRAINING).toString());
    entries.put("held-out", corpus.fingerprint(Stream.HELD_OUT).toString());
    Evaluation evaluation = evaluation(recipe.steps());
    entries.put("eval-steps", Long.toString(evaluation.steps()));
    entries.put("eval-rows", Long.toString(evaluation.rows()));
    entries.put("early-stopping", Integer.toString(evaluation.patience()));
    return new TrainingPlan(
        recipe,
        entries,
        evaluation,
        settings.value(TrainSettings.CHECKPOINT_STEPS),
        60L * settings.value(TrainSettings.CHECKPOINT_MINUTES),
        settings.value(TrainSettings.SKIP_NON_FINITE));
  }

  /**
   * Checks all that needs no look at the rows.
   *
   * @return how the work of a step is cut
   * @throws SettingException when settings contradict each other or the model
   */
  static StepShape check(Settings settings, ModelSpec spec) {
    leastRate(settings);
    return shape(settings, spec);
  }

  private static StepShape shape(Settings settings, ModelSpec spec) {
    int length = blockLength(settings, spec);
    int shards = shards(settings);
    int usual = Math.max(1, MICRO_BATCH_TOKENS / length);
    int micro = derived(settings, TrainSettings.MICRO_BATCH, usual, "1024 tokens");
    return new StepShape(settings.value(TrainSettings.BATCH_SIZE), length, micro, shards);
  }

  private static int blockLength(Settings settings, ModelSpec spec) {
    int length =
        derived(settings, TrainSettings.BLOCK_LENGTH, spec.positions(), "positions, config.json");
    require(
        length <= spec.positions(),
        "%s %d is more than the %d positions of the model",
        settings.place(TrainSettings.BLOCK_LENGTH),
        length,
        spec.positions());
    return length;
  }

  private static int shards(Settings settings) {
    int batch = settings.value(TrainSettings.BATCH_SIZE);
    int usual = Math.min(SHARDS, batch);
    int shards = derived(settings, TrainSettings.GRADIENT_SHARDS, usual, "at most the batch size");
    require(
        shards <= batch,
        "%s %d is more than the batch size of %d: a shard has at least one block",
        settings.place(TrainSettings.GRADIENT_SHARDS),
        shards,
        batch);
    return shards;
  }

  private static double leastRate(Settings settings) {
    double rate = settings.value(TrainSettings.LEARNING_RATE);
    double least =
        derived(settings, TrainSettings.MIN_LEARNING_RATE, rate / 10, "a tenth of the highest");
    require(
        least <= rate,
        "%s %s is more than the highest rate of %s",
        settings.place(TrainSettings.MIN_LEARNING_RATE),
        least,
        rate);
    return least;
  }

  private Recipe recipe(DropoutRates ofModel) {
    StepShape shape = shape(settings, spec);
    long steps = steps(shape.batchSize(), shape.blockLength());
    double rate = settings.value(TrainSettings.LEARNING_RATE);
    double least = leastRate(settings);
    int warmup =
        derived(
            TrainSettings.WARMUP_STEPS, (int) (steps / PARTS_OF_RUN), "a twentieth of all steps");
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

  private long steps(int batch, int length) {
    Optional<Integer> given = settings.find(TrainSettings.STEPS);
    if (given.isPresent()) {
      return given.get();
    }
    double epochs = settings.value(TrainSettings.EPOCHS);
    double blocks = Math.ceil((double) corpus.tokens(Stream.TRAINING) / length);
    double steps = Math.max(1, Math.ceil(epochs * blocks / batch));
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
    return derived(settings, setting, value, origin);
  }

  private static <T> T derived(Settings settings, Setting<T> setting, T value, String origin) {
    return settings.find(setting, Optional.of(new Effective<>(value, origin))).orElseThrow();
  }

  private static void require(boolean holds, String rule, Object... values) {
    if (!holds) {
      throw new SettingException(String.format(Locale.ROOT, rule, values));
    }
  }
}
