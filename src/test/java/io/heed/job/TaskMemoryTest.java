package io.heed.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.kernel.ForkedJvm;
import io.heed.kernel.ForkedJvm.Ended;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A task takes at most 64 MB beside the weights, at default settings.
 *
 * <p>Two tasks run in a JVM whose heap is filled until 100 MB are free, so that they run out of
 * memory where they need more, as they must with larger batches of the same rows. The other 28 MB
 * are what they take outside the heap:
 *
 * <ul>
 *   <li>direct buffers, most of them Spark's and Hadoop's: the JVM allows 16 MB for both tasks;
 *   <li>the Zstd library's: 6 MB for each task, which nothing here limits. A stream that compresses
 *       at Parquet's level takes 3.3 MB, one that decompresses 2.5 MB, and a task has one of each
 *       at a time. (The growth of the resident memory by twenty open streams, zstd-jni 1.5.7.)
 * </ul>
 *
 * <p>What the tokenizer takes for the few thousand characters it sees at a time is not counted.
 */
class TaskMemoryTest {
  private static final int PROMISED = 64 << 20;
  private static final int ZSTD = 6 << 20;

  /** For both tasks together. */
  private static final int DIRECT = 16 << 20;

  private static final List<String> OPTIONS =
      List.of(
          "-Xmx512m",
          // With one old and a small young space, what is free can be used for arrays of any size.
          "-XX:+UseSerialGC",
          "-Xmn8m",
          "-XX:MarkSweepAlwaysCompactCount=1",
          // What could be freed later is not there when the heap is filled.
          "-XX:SoftRefLRUPolicyMSPerMB=0",
          "-XX:MaxDirectMemorySize=" + DIRECT,
          "-XX:+ExitOnOutOfMemoryError");

  @Test
  void aTaskTakesNoMoreThanPromisedUntilItsBatchesAreMadeLarger(@TempDir Path directory)
      throws IOException {
    int heap = PROMISED - ZSTD - DIRECT / 2;
    Ended ended =
        ForkedJvm.end(
            Stream.concat(modulesOfThisJvm(), OPTIONS.stream()).toList(),
            EmbedInLittleMemory.class,
            directory.toString(),
            String.valueOf(heap));

    assertThat(ended.output().lines())
        .as(ended.errors())
        .containsExactly(
            "128 wide, short rows",
            "384 wide, texts beside pages",
            "1024 wide, Parquet",
            "384 wide, a vector per token",
            "Terminating due to java.lang.OutOfMemoryError: Java heap space");
  }

  private static Stream<String> modulesOfThisJvm() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--add-"));
  }
}
