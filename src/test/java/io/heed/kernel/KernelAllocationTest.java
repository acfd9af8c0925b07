package io.heed.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The kernels keep their vectors in registers, whatever other vectors the JVM has used. */
class KernelAllocationTest {
  /** Views of matrices and the like. One vector for each row would come to tens of thousands. */
  static final long MOST_BYTES = 1_000;

  /** Each loop waits for its compiler, so that a number of calls says that it is compiled. */
  static final String COMPILE_FIRST = "-Xbatch";

  /** Java 25, for one, knows the class of a vector without casts. */
  private static final int JAVA_WITH_THE_TRAP = 17;

  /** Those that are not meant to be called for each batch. */
  private static final Set<String> NOT_MEASURED = Set.of("name", "allocate", "allocateKeyValues");

  @Test
  void vectorsUsedBeforeTheWarmUpPutNoneInTheHeap() throws IOException {
    Map<String, Long> polluted = measured("polluted:", fork("polluted"));
    long trapped = polluted.remove(KernelAllocation.TRAP);
    if (Runtime.version().feature() == JAVA_WITH_THE_TRAP) {
      assertThat(trapped).isGreaterThan(MOST_BYTES);
    }
    checkKernels(polluted);
  }

  @Test
  void vectorsUsedAfterTheWarmUpPutNoneInTheHeap() throws IOException {
    String printed = fork();
    Map<String, Long> clean = measured("clean:", printed);
    assertThat(clean.remove(KernelAllocation.TRAP)).isZero();
    checkKernels(clean);
    Map<String, Long> polluted = measured("polluted:", printed);
    polluted.remove(KernelAllocation.TRAP);
    checkKernels(polluted);
  }

  private static String fork(String... arguments) throws IOException {
    return ForkedJvm.run(
        List.of(ForkedJvm.VECTOR_MODULE, COMPILE_FIRST), KernelAllocation.class, arguments);
  }

  /** Bytes a call by name, of the lines that begin with {@code prefix}. */
  static Map<String, Long> measured(String prefix, String printed) {
    return printed
        .lines()
        .filter(line -> line.startsWith(prefix))
        .map(line -> line.substring(prefix.length()).split(" "))
        .collect(
            Collectors.toMap(
                line -> line[0], line -> Long.valueOf(line[1]), Math::max, TreeMap::new));
  }

  private static void checkKernels(Map<String, Long> bytes) {
    Set<String> operations = new TreeSet<>(NOT_MEASURED);
    bytes.keySet().forEach(name -> operations.add(name.replaceFirst(":.*", "")));
    assertThat(operations)
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(Kernels.class.getMethods()).map(Method::getName).toList());
    assertThat(bytes).allSatisfy((name, each) -> assertThat(each).isLessThan(MOST_BYTES));
  }
}
