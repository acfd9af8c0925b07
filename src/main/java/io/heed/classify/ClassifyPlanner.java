package io.heed.classify;

import io.heed.checkpoint.ClassLabels;
import io.heed.checkpoint.ClassLabels.Problem;
import io.heed.engine.ClassScores;
import io.heed.layer.Poolings;
import io.heed.model.ModelHead;
import io.heed.settings.Settings;
import io.heed.spark.executor.ModelReference;
import io.heed.spark.executor.OpenModel;
import io.heed.spark.tokens.LengthLimit;
import io.heed.spark.tokens.TokenPlanner;
import io.heed.spark.tokens.TokenSource;
import org.apache.spark.sql.types.StructType;

/** Decides, on the driver, how rows are classified: what the settings and the model say. */
final class ClassifyPlanner implements TokenPlanner<ClassifyPlan> {
  private final Settings settings;
  private final OpenModel model;
  private final ClassLabels labels;

  /**
   * Opens the model of the settings.
   *
   * @throws io.heed.checkpoint.CheckpointException when it cannot be used, or tells no classes
   */
  public ClassifyPlanner(Settings settings) {
    this.settings = settings;
    this.model = new OpenModel(settings);
    this.labels = model.checkpoint().labels();
  }

  @Override
  public OpenModel model() {
    return model;
  }

  @Override
  public ClassifyPlan plan(TokenSource tokens) {
    ModelReference reference = model.reference(ModelHead.SEQUENCE_CLASSES);
    LengthLimit limit = LengthLimit.of(settings, model);
    if (tokens.tokenizes()) {
      limit.requireRoom(
          tokens instanceof TokenSource.Pairs
              ? model.checkPairTokenizer()
              : model.checkTokenizer());
    }
    return new ClassifyPlan(
        reference,
        tokens,
        limit.tokens(),
        Poolings.of(model.checkpoint().classPooling()),
        scores(labels.problem()),
        told(),
        model.batchTokens());
  }

  private static ClassScores scores(Problem problem) {
    return switch (problem) {
      case REGRESSION -> ClassScores.IDENTITY;
      case SINGLE_LABEL_CLASSIFICATION -> ClassScores.SOFTMAX;
      case MULTI_LABEL_CLASSIFICATION -> ClassScores.SIGMOID;
    };
  }

  private ClassifyPlan.Told told() {
    return new ClassifyPlan.Told(labels.names(), settings.value(ClassifySettings.LOGITS));
  }

  @Override
  public StructType added(TokenSource tokens) {
    LengthLimit.of(settings, model);
    return told().added();
  }
}
