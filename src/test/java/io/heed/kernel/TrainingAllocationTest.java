package io.heed.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The kernels of training keep their vectors in registers, whatever other vectors the JVM uses. */
class TrainingAllocationTest {

  @Test
  void noOperationPutsVectorsInTheHeap() throws IOException {
    String printed =
        ForkedJvm.run(
            List.of(ForkedJvm.VECTOR_MODULE, KernelAllocationTest.COMPILE_FIRST),
            TrainingAllocation.class);
    Map<String, Long> bytes = KernelAllocationTest.measured("polluted:", printed);
    Set<String> operations = new TreeSet<>(Set.of("name"));
    bytes.keySet().forEach(name -> operations.add(name.replaceFirst(":.*", "")));
    assertThat(operations)
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(TrainingKernels.class.getMethods()).map(Method::getName).toList());
    assertThat(bytes)
        .allSatisfy((name, each) -> assertThat(each).isLessThan(KernelAllocationTest.MOST_BYTES));
  }
}
