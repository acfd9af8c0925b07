package io.heed.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.EnumSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every operation of training is met by the check at the start of the SIMD kernels. */
class TrainingSelfCheckTest {

  @Test
  void everyOperationAndActivationIsMet() {
    Set<String> met = new TreeSet<>();
    Set<Activation> activations = EnumSet.noneOf(Activation.class);
    TrainingKernels reference = new ReferenceTraining();
    TrainingKernels recording =
        (TrainingKernels)
            Proxy.newProxyInstance(
                TrainingKernels.class.getClassLoader(),
                new Class<?>[] {TrainingKernels.class},
                (self, method, arguments) -> {
                  met.add(method.getName());
                  if (arguments[0] instanceof Activation activation) {
                    activations.add(activation);
                  }
                  try {
                    return method.invoke(reference, arguments);
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });
    TrainingSelfCheck.run(recording);
    Set<String> operations =
        Stream.of(TrainingKernels.class.getMethods())
            .map(Method::getName)
            .filter(name -> !name.equals("name"))
            .collect(Collectors.toSet());
    assertThat(met).containsExactlyInAnyOrderElementsOf(operations);
    assertThat(activations).containsExactly(Activation.values());
  }
}
