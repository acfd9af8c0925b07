package io.heed.engine;

import io.heed.kernel.Kernels;
import io.heed.tensor.Matrix;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;

/** Kernels that remember how many rows each linear map was given. */
final class WatchedKernels {
  private final Kernels watched;
  private final Kernels proxy;
  private final List<Integer> rows = new ArrayList<>();

  WatchedKernels(Kernels watched) {
    this.watched = watched;
    this.proxy =
        (Kernels)
            Proxy.newProxyInstance(
                Kernels.class.getClassLoader(),
                new Class<?>[] {Kernels.class},
                (self, method, arguments) -> call(method, arguments));
  }

  private Object call(Method method, Object... arguments) throws Throwable {
    if (method.getName().startsWith("linear")) {
      rows.add(((Matrix) arguments[0]).rows());
    }
    try {
      return method.invoke(watched, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  Kernels kernels() {
    return proxy;
  }

  /** Rows of all maps so far. */
  List<Integer> rows() {
    return rows;
  }
}
