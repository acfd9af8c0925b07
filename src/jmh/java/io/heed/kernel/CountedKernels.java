package io.heed.kernel;

import io.heed.tensor.Matrix;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/**
 * Kernels that count the floating-point operations of products, two for each multiply-add: those of
 * linear maps, and those of attention with the keys that a query sees.
 */
public final class CountedKernels {
  private final Kernels counted;
  private final Kernels proxy;
  private double operations;

  /** Counts what is asked of some kernels. */
  public CountedKernels(Kernels counted) {
    this.counted = counted;
    this.proxy =
        (Kernels)
            Proxy.newProxyInstance(
                Kernels.class.getClassLoader(),
                new Class<?>[] {Kernels.class},
                (self, method, arguments) -> call(method, arguments));
  }

  /** The kernels that count. */
  public Kernels kernels() {
    return proxy;
  }

  /** Operations so far. */
  public double operations() {
    return operations;
  }

  private Object call(Method method, Object... arguments) throws Throwable {
    switch (method.getName()) {
      case "linear", "linearTwice", "linearGated" -> {
        for (Object argument : arguments) {
          if (argument instanceof Projection map) {
            operations += map((Matrix) arguments[0], map);
          }
        }
      }
      case "attention" -> operations += attention((AttentionInputs) arguments[0], arguments[1]);
      default -> {}
    }
    try {
      return method.invoke(counted, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static double map(Matrix input, Projection map) {
    return 2.0 * input.rows() * map.weights().inputs() * map.weights().outputs();
  }

  private static double attention(AttentionInputs inputs, Object ruled) {
    AttentionRule rule = (AttentionRule) ruled;
    double pairs = 0;
    for (int s = 0; s < inputs.sequences(); s++) {
      int keys = inputs.keyCount(s);
      for (int query = 0; query < inputs.queryCount(s); query++) {
        pairs += rule.mask().end(s, query, keys) - rule.mask().start(s, query);
      }
    }
    long terms =
        rule.terms().stream()
            .mapToLong(some -> some.keys().stream().count() + some.queries().stream().count())
            .sum();
    double products = (1 + terms) * inputs.headWidth() + inputs.valueWidth();
    return 2.0 * pairs * inputs.heads() * products;
  }
}
