package io.heed.kernel;

import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * The JVM of every benchmark: one, with the Vector API. After {@code mvn test-compile}, with the
 * beginning of a benchmark's name:
 *
 * <pre>
 * mvn -q dependency:build-classpath -Dmdep.outputFile=target/classpath
 * java -cp target/test-classes:target/classes:$(cat target/classpath) org.openjdk.jmh.Main Encoder
 * </pre>
 */
@State(Scope.Thread)
@Fork(
    value = 1,
    jvmArgsAppend = {VectorBenchmark.VECTOR_MODULE})
public abstract class VectorBenchmark {
  static final String VECTOR_MODULE = "--add-modules=jdk.incubator.vector";
}
