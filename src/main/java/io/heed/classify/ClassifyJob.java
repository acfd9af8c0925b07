package io.heed.classify;

import io.heed.engine.ClassifiedRow;
import io.heed.input.Columns;
import io.heed.job.JobRunner;
import io.heed.job.TableSettings;
import io.heed.job.TokenJob;
import io.heed.settings.Setting;
import io.heed.settings.Settings;
import io.heed.spark.executor.ModelSettings;
import io.heed.spark.executor.OpenModel;
import io.heed.spark.tokens.TokenPlanner;
import io.heed.spark.tokens.TokenSettings;
import io.heed.spark.tokens.TokenSource;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code jobs/classify}: a table of texts, pairs of them or token ids to classes. */
public final class ClassifyJob extends TokenJob<ClassifiedRow, ClassifyPlan> {

  /** Runs the job and ends the JVM with its exit code. */
  public static void main(String... arguments) {
    JobRunner.main(new ClassifyJob(), arguments);
  }

  @Override
  public String name() {
    return "classify";
  }

  @Override
  public List<String> description() {
    return List.of(
        "Tells the class of each text, or pair of texts, of a table by a checkpoint for sequence"
            + " classification, into Parquet: id, kept columns, label, score, the scores of all"
            + " classes, token_count, truncated. Without options it classifies the sample.");
  }

  @Override
  public List<Setting<?>> settings() {
    return TableSettings.around(
        ModelSettings.MODEL,
        TokenSettings.TEXT_COLUMN,
        ClassifySettings.PAIR_COLUMN,
        ClassifySettings.TRUNCATE_SIDE,
        TokenSettings.TOKENS_COLUMN,
        TokenSettings.TOKEN_TYPES_COLUMN,
        ClassifySettings.LOGITS,
        TokenSettings.MAX_LENGTH,
        ModelSettings.BATCH_TOKENS,
        ModelSettings.KERNEL);
  }

  @Override
  public void check(Settings settings) {
    super.check(settings);
    settings.exclude(TokenSettings.TOKENS_COLUMN, ClassifySettings.PAIR_COLUMN);
    ClassifySettings.check(settings);
  }

  @Override
  protected TokenSource source(Settings settings, Columns columns, OpenModel model) {
    Optional<String> second = settings.find(ClassifySettings.PAIR_COLUMN);
    return second.isEmpty()
        ? super.source(settings, columns, model)
        : new TokenSource.Pairs(
            columns.texts(settings.value(TokenSettings.TEXT_COLUMN)),
            columns.texts(second.get()),
            settings.value(ClassifySettings.TRUNCATE_SIDE),
            model.typesPairs());
  }

  @Override
  protected Sample sampleOf(Path data, PrintStream err) {
    return new Sample(
        data.resolve("topics"), "sample-classes", Map.of(TableSettings.KEEP_COLUMNS, "topic,text"));
  }

  @Override
  protected TokenPlanner<ClassifyPlan> planner(Settings settings) {
    return new ClassifyPlanner(settings);
  }
}
