package io.heed.regression;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.param.Params;
import scala.Function1;

/**
 * The width as parameters of the estimator: given, or how it is learned.
 *
 * @param kernel how training rows are weighted
 * @param optimizer how kernel learned finds its width
 * @param stepSize factor of the gradient
 * @param maxIter number of epochs
 * @param seed draws the width at the beginning
 * @param width of kernel gaussian, or of sgd at the beginning
 * @param maxTrainingQueries most training rows whose errors make the loss
 */
record WidthParams(
    Param<String> kernel,
    Param<String> optimizer,
    DoubleParam stepSize,
    IntParam maxIter,
    LongParam seed,
    DoubleParam width,
    IntParam maxTrainingQueries)
    implements Serializable {
  private static final long serialVersionUID = 1;

  static WidthParams of(Params parent) {
    return new WidthParams(
        choice(
            parent, "kernel", "how training rows are weighted", AttentionPooling.Kernel.values()),
        choice(
            parent,
            "optimizer",
            "how kernel learned finds its width",
            AttentionPooling.Optimizer.values()),
        new DoubleParam(parent, "stepSize", "sgd: factor of the gradient", ParamValidators.gt(0)),
        new IntParam(parent, "maxIter", "sgd: number of epochs", atLeastOne("maxIter")),
        new LongParam(parent, "seed", "sgd: draws the width at the beginning from [0, 1)"),
        new DoubleParam(
            parent,
            "width",
            "width of kernel gaussian, 1 unless set; of sgd at the beginning, drawn unless set",
            ParamValidators.inRange(-Double.MAX_VALUE, Double.MAX_VALUE)),
        new IntParam(
            parent,
            "maxTrainingQueries",
            "most training rows whose errors make the loss; its time grows with rows times these",
            atLeastOne("maxTrainingQueries")));
  }

  private static Param<String> choice(
      Params parent, String name, String documentation, Enum<?>... values) {
    String[] names =
        Arrays.stream(values)
            .map(value -> value.name().toLowerCase(Locale.ROOT))
            .toArray(String[]::new);
    String text = String.format(Locale.ROOT, "%s: %s", documentation, String.join(", ", names));
    return new Param<>(parent, name, text, ParamValidators.inArray(names));
  }

  /** Spark's own check would name the value, and not the limits. */
  private static Function1<Object, Object> atLeastOne(String name) {
    return (Function1<Object, Object> & Serializable)
        value -> {
          if ((int) value < 1) {
            throw new IllegalArgumentException(
                String.format(
                    Locale.ROOT,
                    "%s: '%s' is not in range; expected a whole number from 1 to %d",
                    name,
                    value,
                    Integer.MAX_VALUE));
          }
          return true;
        };
  }

  /**
   * The width for some keys, and how it came about.
   *
   * @throws RegressionException where none can be learned from them
   */
  AttentionPoolingSummary fitted(Params values, Keys keys, JavaSparkContext spark) {
    return switch (AttentionPooling.Kernel.valueOf(upper(values, kernel))) {
      case AVERAGE -> given(keys, 0);
      case GAUSSIAN -> given(keys, values.isSet(width) ? (double) values.getOrDefault(width) : 1);
      case LEARNED -> learned(values, keys, spark);
    };
  }

  private static AttentionPoolingSummary given(Keys keys, double width) {
    return new AttentionPoolingSummary(
        keys.count(), keys.dimensions(), width, 0, Double.NaN, List.of(), List.of());
  }

  private AttentionPoolingSummary learned(Params values, Keys keys, JavaSparkContext spark) {
    LeaveOneOut training =
        new LeaveOneOut(spark, keys, (int) values.getOrDefault(maxTrainingQueries));
    LearnedWidth learned =
        switch (AttentionPooling.Optimizer.valueOf(upper(values, optimizer))) {
          case SEARCH -> new WidthSearch(training).learn();
          case SGD -> descent(values).learn(training);
        };
    return new AttentionPoolingSummary(
        keys.count(),
        keys.dimensions(),
        learned.width(),
        training.queries(),
        learned.loss(),
        learned.steps(),
        learned.warnings());
  }

  private WidthDescent descent(Params values) {
    double initial =
        values.isSet(width)
            ? (double) values.getOrDefault(width)
            : firstWidth((long) values.getOrDefault(seed));
    return new WidthDescent(
        initial, (double) values.getOrDefault(stepSize), (int) values.getOrDefault(maxIter));
  }

  /** The generator takes 48 bits of a seed, so those above them are folded in. */
  private static double firstWidth(long seed) {
    long bits = seed < 0 ? seed : seed ^ seed >>> 48;
    return new Random(bits).nextDouble();
  }

  private static String upper(Params values, Param<String> choice) {
    return values.getOrDefault(choice).toUpperCase(Locale.ROOT);
  }
}
