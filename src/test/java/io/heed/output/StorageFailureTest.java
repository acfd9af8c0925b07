package io.heed.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.nio.file.AccessDeniedException;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.FSError;
import org.apache.spark.SparkException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import scala.jdk.javaapi.CollectionConverters;

class StorageFailureTest {
  private static final String RULE =
      "the output, or what Spark keeps meanwhile in its local directories, cannot be written: ";

  private static SparkException aborted(String text, Throwable cause) {
    return new SparkException("Job aborted due to stage failure: " + text, cause);
  }

  /** As Spark wraps whatever happens in a task that writes. */
  private static SparkException writing(Throwable cause) {
    scala.collection.immutable.Map<String, String> parameters =
        scala.collection.immutable.Map$.MODULE$.from(
            CollectionConverters.asScala(Map.of("path", "file:/o/.out.heed-1/data")));
    return aborted("Task 0", new SparkException("TASK_WRITE_FAILED", parameters, cause));
  }

  private static Optional<String> told(Throwable error) {
    return StorageFailure.in(error).map(Throwable::getMessage);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "No space left on device",
        "Disk quota exceeded",
        "/o/part-0.parquet (Read-only file system)",
        "/o/part-0.parquet (Permission denied)",
        "The DiskSpace quota of /user/a is exceeded: quota = 1 B",
        "Failed to create local dir in /tmp/blockmgr-1"
      })
  void theFirstCauseIsTold(String words) {
    IOException first = new IOException(words);
    assertThat(told(writing(first))).contains(RULE + words);
    assertThat(told(writing(new UncheckedIOException(first)))).contains(RULE + words);
    assertThat(told(writing(ofFileSystem(first)))).contains(RULE + words);
  }

  /** As Hadoop's local file system throws it, with a constructor of its own package. */
  private static Error ofFileSystem(IOException cause) {
    try {
      Constructor<FSError> constructor = FSError.class.getDeclaredConstructor(Throwable.class);
      constructor.setAccessible(true);
      return constructor.newInstance(cause);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void anExceptionOfAnExecutorThatIsTextIsRead() {
    String text =
        "Lost task 0.0 (TID 1) (10.0.0.7 executor 1): org.apache.spark.SparkException: [X]\n"
            + "\tat org.apache.spark.Task.run\n"
            + "Caused by: java.io.IOException: No space left on device\n"
            + "\tat java.base/java.io.FileOutputStream";
    assertThat(told(aborted(text, null))).contains(RULE + "No space left on device");
  }

  @Test
  void whateverAFileSystemSaysWhileATaskWritesIsOfTheOutput() {
    IOException gone = new FileNotFoundException("/o/.out.heed-1/data (No such file or directory)");
    assertThat(told(writing(gone))).contains(RULE + gone.getMessage());
    assertThat(told(writing(new AccessDeniedException("/o/x"))))
        .contains(RULE + "/o/x: permission denied");
  }

  @Test
  void aLocalDirectoryThatIsGoneIsToldAsOne() {
    IOException gone =
        new FileNotFoundException(
            "/tmp/blockmgr-01234567-89ab-cdef-0123-456789abcdef/0a/temp (No such file or directory)");
    assertThat(told(aborted("Task 0", gone))).contains(RULE + gone.getMessage());
  }

  @Test
  void otherFailuresAreNone() {
    assertThat(told(new IOException("Connection reset"))).isEmpty();
    assertThat(told(aborted("Task 0", new IOException("Connection reset")))).isEmpty();
    assertThat(told(writing(new IllegalStateException("a bug")))).isEmpty();
    assertThat(told(new RuntimeException((String) null))).isEmpty();
    // Of input, of a checkpoint or of Spark's own files as well as of output.
    assertThat(told(new AccessDeniedException("/native/library.so"))).isEmpty();
    assertThat(told(new IOException("/spark-events (Permission denied)"))).isEmpty();
  }
}
