package io.heed.train;

import io.heed.checkpoint.Json;
import io.heed.checkpoint.Sha256;
import io.heed.corpus.CorpusManifest;
import io.heed.corpus.Stream;
import io.heed.model.ModelSpec;
import io.heed.plot.CurvePlot;
import io.heed.plot.CurvePlot.Scale;
import io.heed.plot.CurvePlot.Series;
import io.heed.plot.CurvePlot.Style;
import io.heed.training.StepRecord;
import io.heed.training.TrainingPlan;
import io.heed.training.TrainingResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a run of training tells at its end.
 *
 * @param baseline what held-out tokens cost without a model, if any are held out
 */
record TrainReport(
    TrainingPlan plan,
    CorpusManifest corpus,
    ModelSpec spec,
    TrainingResult result,
    TrainingAttempts attempts,
    Optional<Baseline> baseline) {
  private static final double SMOOTHING = 0.1;

  /**
   * A loss that needs no model.
   *
   * @param told how it comes about
   */
  record Baseline(String told, double loss) {}

  /** See {@link io.heed.output.RunReport#details}. */
  Map<String, ?> details() {
    List<StepRecord> steps = steps();
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("trained", told(steps));
    details.put("losses", losses(steps));
    details.put("speed", speed(steps));
    Map<String, Object> numbers = new LinkedHashMap<>();
    numbers.put("steps", steps.size());
    numbers.put("result_step", result.step());
    numbers.put("parameters", result.parameters());
    numbers.put("corpus_documents", corpus.documents(Stream.TRAINING));
    numbers.put("corpus_tokens", corpus.tokens(Stream.TRAINING));
    numbers.put("held_out_documents", corpus.documents(Stream.HELD_OUT));
    numbers.put("targets", steps.stream().mapToLong(StepRecord::targets).sum());
    numbers.put("skipped_steps", result.history().skipped());
    lastLoss(steps).ifPresent(loss -> numbers.put("last_loss", loss));
    evaluated().ifPresent(record -> numbers.put("held_out_loss", record.heldOut()));
    baseline.ifPresent(without -> numbers.put("unigram_loss", without.loss()));
    numbers.put("uniform_loss", Math.log(spec.vocabulary()));
    numbers.put("tasks", attempts.tasks());
    numbers.put("restarts", attempts.restarts());
    numbers.put("seconds", attempts.seconds());
    numbers.put("shares", shares());
    numbers.put("recipe_sha256", Sha256.of(Json.compact(plan.entries())));
    details.put("training", numbers);
    return details;
  }

  private List<StepRecord> steps() {
    return result.history().records().stream().filter(record -> record.step() > 0).toList();
  }

  private String told(List<StepRecord> steps) {
    return String.format(
        Locale.ROOT,
        "%,d parameters in %,d steps on %,d tokens of %,d documents",
        result.parameters(),
        steps.size(),
        corpus.tokens(Stream.TRAINING),
        corpus.documents(Stream.TRAINING));
  }

  /** The step whose weights are the result, if held-out rows were evaluated there. */
  private Optional<StepRecord> evaluated() {
    return result.history().records().stream()
        .filter(record -> record.step() == result.step() && record.isEvaluated())
        .findFirst();
  }

  private static Optional<Double> lastLoss(List<StepRecord> steps) {
    return steps.stream()
        .filter(StepRecord::hasLoss)
        .reduce((before, next) -> next)
        .map(StepRecord::loss);
  }

  private String losses(List<StepRecord> steps) {
    String last =
        lastLoss(steps)
            .map(loss -> String.format(Locale.ROOT, "%.3f at the end; ", loss))
            .orElse("");
    return last + evaluated().map(this::heldOut).orElseGet(this::notEvaluated);
  }

  private String heldOut(StepRecord evaluated) {
    String compared =
        baseline
            .map(without -> String.format(Locale.ROOT, ", %s %.3f", without.told(), without.loss()))
            .orElse("");
    return String.format(
        Locale.ROOT,
        "held-out rows %.3f%s, by chance %.3f",
        evaluated.heldOut(),
        compared,
        Math.log(spec.vocabulary()));
  }

  private String notEvaluated() {
    return corpus.documents(Stream.HELD_OUT) == 0
        ? "no row is held out"
        : "no held-out row that is evaluated has a second token to predict";
  }

  private String speed(List<StepRecord> steps) {
    double seconds = attempts.seconds();
    long targets = steps.stream().mapToLong(StepRecord::targets).sum();
    return String.format(
        Locale.ROOT,
        "%,.0f tokens/s on %d %s, %,.0f a core; %.0f%% of the time exchange and waiting; %d restarts",
        targets / seconds,
        attempts.tasks(),
        attempts.tasks() == 1 ? "task" : "tasks",
        targets / seconds / attempts.tasks(),
        100 * share("exchange"),
        attempts.restarts());
  }

  private double share(String phase) {
    return shares().getOrDefault(phase, 0.0);
  }

  private Map<String, Double> shares() {
    double all = 0;
    for (double phase : result.seconds()) {
      all += phase;
    }
    Map<String, Double> shares = new LinkedHashMap<>();
    for (int i = 0; i < result.seconds().length; i++) {
      shares.put(TrainingResult.PHASES[i], all == 0 ? 0 : result.seconds()[i] / all);
    }
    return shares;
  }

  /** What is published beside the report, by name. */
  Map<String, byte[]> files() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("recipe.json", Json.indented(plan.entries()).getBytes(StandardCharsets.UTF_8));
    if (lastLoss(steps()).isPresent()) {
      files.put("plots/loss.png", lossPlot());
      files.put("plots/learning-rate.png", ratePlot());
    }
    return files;
  }

  private byte[] lossPlot() {
    List<StepRecord> steps = steps();
    double[] x = steps.stream().mapToDouble(StepRecord::step).toArray();
    double[] smooth = new double[x.length];
    double mean = steps.stream().filter(StepRecord::hasLoss).findFirst().orElseThrow().loss();
    for (int i = 0; i < smooth.length; i++) {
      StepRecord step = steps.get(i);
      mean = step.hasLoss() ? mean + (step.loss() - mean) * SMOOTHING : mean;
      smooth[i] = mean;
    }
    List<Series> series = new ArrayList<>();
    series.add(new Series("training, smoothed", x, smooth, Style.LINE));
    List<StepRecord> evaluated =
        result.history().records().stream().filter(StepRecord::isEvaluated).toList();
    if (!evaluated.isEmpty()) {
      series.add(
          new Series(
              "held-out rows",
              evaluated.stream().mapToDouble(StepRecord::step).toArray(),
              evaluated.stream().mapToDouble(StepRecord::heldOut).toArray(),
              Style.LINE_AND_POINTS));
    }
    double[] ends = {0, x[x.length - 1]};
    baseline.ifPresent(
        without ->
            series.add(
                new Series(
                    without.told(),
                    ends,
                    new double[] {without.loss(), without.loss()},
                    Style.LINE)));
    double chance = Math.log(spec.vocabulary());
    series.add(new Series("by chance", ends, new double[] {chance, chance}, Style.LINE));
    return new CurvePlot("", "step", "loss (nats a token)", Scale.LINEAR, series).png();
  }

  private byte[] ratePlot() {
    List<StepRecord> steps = steps();
    Series rate =
        new Series(
            "learning rate",
            steps.stream().mapToDouble(StepRecord::step).toArray(),
            steps.stream().mapToDouble(StepRecord::rate).toArray(),
            Style.LINE);
    return new CurvePlot("", "step", "learning rate", Scale.LINEAR, List.of(rate)).png();
  }
}
