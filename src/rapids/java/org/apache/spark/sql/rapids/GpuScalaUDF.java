package org.apache.spark.sql.rapids;

import ai.rapids.cudf.ColumnVector;
import com.nvidia.spark.RapidsUDF;
import java.io.Serializable;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.SparkException;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenContext;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenFallback;
import org.apache.spark.sql.catalyst.expressions.codegen.ExprCode;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.DataType;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * For tests: a function on the GPU, called with each row alone, and with some of them again, as
 * where memory is short.
 */
public final class GpuScalaUDF extends Expression implements CodegenFallback, Serializable {
  private static final long serialVersionUID = 1;
  private static final AtomicLong CALLS = new AtomicLong();
  private static final int AGAIN = 3;

  private final RapidsUDF function;
  private final DataType type;
  private final Expression child;

  public GpuScalaUDF(RapidsUDF function, DataType type, Expression child) {
    this.function = function;
    this.type = type;
    this.child = child;
  }

  @Override
  public Object eval(InternalRow row) {
    int[] ids = ((ArrayData) child.eval(row)).toIntArray();
    if (CALLS.incrementAndGet() % AGAIN == 0) {
      call(ids);
    }
    return UnsafeArrayData.fromPrimitiveArray(call(ids));
  }

  private float[] call(int... ids) {
    try (ColumnVector lists = ColumnVector.listsOf(0, ids);
        ColumnVector vectors = function.evaluateColumnar(1, lists)) {
      return vectors.floats()[0];
    } catch (Exception e) {
      throw sneaky(new SparkException("Failed to execute user defined function", e));
    }
  }

  @SuppressWarnings("unchecked")
  private static <E extends Exception> RuntimeException sneaky(Exception e) throws E {
    throw (E) e;
  }

  @Override
  public ExprCode doGenCode(CodegenContext context, ExprCode code) {
    return CodegenFallback.super.doGenCode(context, code);
  }

  @Override
  public Seq<Expression> children() {
    return CollectionConverters.asScala(List.of(child)).toSeq();
  }

  @Override
  public DataType dataType() {
    return type;
  }

  @Override
  public boolean nullable() {
    return false;
  }

  @Override
  public Expression withNewChildrenInternal(IndexedSeq<Expression> others) {
    return new GpuScalaUDF(function, type, others.head());
  }

  @Override
  public int productArity() {
    return 3;
  }

  @Override
  public Object productElement(int n) {
    return n == 0 ? function : n == 1 ? type : child;
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof GpuScalaUDF;
  }
}
