package io.heed.regress;

import io.heed.regression.AttentionPooling;
import io.heed.settings.Setting;
import io.heed.settings.ValueType;
import java.util.List;

/** The settings of attention pooling. */
public final class RegressSettings {
  public static final Setting<List<String>> FEATURES =
      Setting.ofRun(
          "features",
          ValueType.names("A,B"),
          "Columns with numbers, or one with arrays of numbers or vectors");
  public static final Setting<String> LABEL =
      Setting.ofRun("label", ValueType.text("NAME"), "Column with the numbers to predict")
          .withDefault("label");
  public static final Setting<String> QUERIES =
      Setting.ofRun(
              "queries",
              ValueType.text("PATH"),
              "Table to predict for; without it, predictions are for the rows of the input, each of which"
                  + " is then among the rows it is predicted from")
          .ofExecution();
  public static final Setting<String> TRUTH =
      Setting.ofRun(
          "truth",
          ValueType.text("NAME"),
          "Column of the queries with the true numbers, which is drawn beside the predictions");
  public static final Setting<AttentionPooling.Kernel> WEIGHTING =
      Setting.ofRun(
              "weighting",
              ValueType.choice(AttentionPooling.Kernel.class),
              "How rows are weighted: all alike, or by distance with a given or a learned width")
          .withDefault(AttentionPooling.Kernel.LEARNED);
  public static final Setting<AttentionPooling.Optimizer> OPTIMIZER =
      Setting.ofRun(
              "optimizer",
              ValueType.choice(AttentionPooling.Optimizer.class),
              "How a width is learned: the best of all widths, or by gradient descent, which may"
                  + " overshoot")
          .withDefault(AttentionPooling.Optimizer.SEARCH);
  public static final Setting<Double> STEP_SIZE =
      Setting.ofRun("step-size", ValueType.positive(), "Factor of the gradient in sgd")
          .withDefault(0.5);
  public static final Setting<Integer> EPOCHS =
      Setting.ofRun("epochs", ValueType.integer(1, Integer.MAX_VALUE), "Steps of sgd")
          .withDefault(5);
  public static final Setting<Long> SEED =
      Setting.ofRun(
              "seed",
              ValueType.longInteger(0, Long.MAX_VALUE),
              "Draws the width at which sgd begins, from 0 to 1")
          .withDefault(0L);
  public static final Setting<Double> WIDTH =
      Setting.ofRun(
          "width",
          ValueType.positive(),
          "Width of weighting gaussian (default: 1), or at which sgd begins (default: drawn)");
  public static final Setting<Integer> MAX_TRAINING_QUERIES =
      Setting.ofRun(
              "max-training-queries",
              ValueType.integer(1, Integer.MAX_VALUE),
              "Most rows whose errors make the loss, since its time grows with rows times these")
          .withDefault(10_000);

  private RegressSettings() {}
}
