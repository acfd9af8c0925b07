package io.heed.classify;

import io.heed.checkpoint.ClassLabels.Problem;
import io.heed.engine.ClassScores;
import io.heed.layer.Poolings;
import io.heed.model.ModelHead;
import io.heed.settings.Settings;
import io.heed.spark.executor.ModelReference;
import io.heed.spark.executor.OpenModel;
import io.heed.spark.tokens.LengthLimit;
import io.heed.spark.tokens.TokenColumns;
import io.heed.spark.tokens.TokenPlanner;
import io.heed.spark.tokens.TokenSource;
import java.util.List;
import org.apache.spark.sql.types.StructType;

/** Decides, on the driver, how rows are classified: what the settings and the model say. */
final class ClassifyPlanner implements TokenPlanner<ClassifyPlan> {
  private final Settings settings;
  private final OpenModel model;

  /**
   * Opens the model of the settings.
   *
   * @throws io.heed.checkpoint.CheckpointException when it cannot be used
   */
  public ClassifyPlanner(Settings settings) {
    ClassifySettings.check(settings);
    this.settings = settings;
    this.model = new OpenModel(settings);
  }

  @Override
  public OpenModel model() {
    return model;
  }

  @Override
  public ClassifyPlan plan(TokenSource tokens) {
    TokenColumns.checkTypes(settings, tokens, model.spec());
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
        scores(model.checkpoint().labels().problem()),
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
    List<String> names = model.checkpoint().labels().names();
    return new ClassifyPlan.Told(names, settings.value(ClassifySettings.LOGITS));
  }

  @Override
  public StructType added(TokenSource tokens) {
    TokenColumns.checkTypes(settings, tokens, model.spec());
    model.checkpoint().classPooling();
    LengthLimit.of(settings, model);
    return told().added();
  }
}
