package com.nvidia.spark.rapids;

import com.nvidia.spark.RapidsUDF;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.Method;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.SparkSessionExtensions;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ScalaUDF;
import org.apache.spark.sql.catalyst.rules.Rule;
import org.apache.spark.sql.execution.ColumnarRule;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.rapids.GpuScalaUDF;
import scala.runtime.AbstractFunction1;
import scala.runtime.AbstractPartialFunction;
import scala.runtime.BoxedUnit;

/** For tests: puts the functions of a plan that have a form for the GPU there, and nothing else. */
public final class SQLExecPlugin extends AbstractFunction1<SparkSessionExtensions, BoxedUnit> {

  @Override
  public BoxedUnit apply(SparkSessionExtensions extensions) {
    extensions.injectColumnar(
        new AbstractFunction1<SparkSession, ColumnarRule>() {
          @Override
          public ColumnarRule apply(SparkSession session) {
            return new ToGpu();
          }
        });
    return BoxedUnit.UNIT;
  }

  private static final class ToGpu extends ColumnarRule {
    @Override
    public Rule<SparkPlan> preColumnarTransitions() {
      return new Rule<>() {
        @Override
        public SparkPlan apply(SparkPlan plan) {
          return (SparkPlan) plan.transformAllExpressions(new Functions());
        }
      };
    }
  }

  private static final class Functions extends AbstractPartialFunction<Expression, Expression> {
    @Override
    public boolean isDefinedAt(Expression expression) {
      return expression instanceof ScalaUDF udf && ofGpu(udf) != null;
    }

    @Override
    public Expression apply(Expression expression) {
      ScalaUDF udf = (ScalaUDF) expression;
      return new GpuScalaUDF(ofGpu(udf), udf.dataType(), udf.children().head());
    }

    /** Spark has wrapped the function; what it was stands in what the wrapper has captured. */
    private static RapidsUDF ofGpu(ScalaUDF udf) {
      try {
        Method replace = udf.function().getClass().getDeclaredMethod("writeReplace");
        replace.setAccessible(true);
        return ((SerializedLambda) replace.invoke(udf.function())).getCapturedArg(0)
                instanceof RapidsUDF function
            ? function
            : null;
      } catch (ReflectiveOperationException e) {
        return null;
      }
    }
  }
}
