package io.heed.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Every operation that the SIMD kernels compute by themselves is met by the check at their start.
 */
class SelfCheckTest {
  /** Loops that the SIMD kernels have from the reference, or that all kernels in panels share. */
  private static final Set<String> SHARED =
      Set.of(
          "allocate",
          "pack",
          "packTransposed",
          "gather",
          "multiply",
          "add",
          "addRows",
          "scaleAndAddPositions",
          "meanPool",
          "maxPool",
          "allFinite");

  @Test
  void everyOperationOfTheSimdKernelsIsMet() throws ReflectiveOperationException {
    Set<String> met = met();
    Set<String> own = new TreeSet<>();
    Set<String> shared = new TreeSet<>();
    Kernels simd = new SimdKernels();
    for (Field field : KernelBundle.class.getDeclaredFields()) {
      field.setAccessible(true);
      Object part = field.get(simd);
      for (Class<?> kind : Kernels.class.getInterfaces()) {
        for (Method operation : kind.isInstance(part) ? kind.getMethods() : new Method[0]) {
          Class<?> home =
              part.getClass()
                  .getMethod(operation.getName(), operation.getParameterTypes())
                  .getDeclaringClass();
          (home.getSimpleName().startsWith("Simd") ? own : shared).add(operation.getName());
        }
      }
    }
    assertThat(shared).isEqualTo(new TreeSet<>(SHARED));
    assertThat(own).hasSize(Kernels.class.getMethods().length - 1 - SHARED.size());
    assertThat(met).containsAll(own);
  }

  /** The operations that the check calls. */
  private static Set<String> met() {
    Kernels reference = new ReferenceKernels();
    Set<String> met = new TreeSet<>();
    Kernels recording =
        (Kernels)
            Proxy.newProxyInstance(
                Kernels.class.getClassLoader(),
                new Class<?>[] {Kernels.class},
                (self, method, arguments) -> {
                  met.add(method.getName());
                  try {
                    return method.invoke(reference, arguments);
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });
    SelfCheck.run(recording);
    return met;
  }
}
