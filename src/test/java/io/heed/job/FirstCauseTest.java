package io.heed.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.heed.LocalSpark;
import java.util.List;
import java.util.Locale;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;

class FirstCauseTest {

  @Test
  void an_error_is_told_by_kind_and_message() {
    assertThat(FirstCause.of(new IllegalStateException("it is late")))
        .isEqualTo("IllegalStateException: it is late");
  }

  @Test
  void stack_traces_in_a_message_are_left_out() {
    assertThat(FirstCause.of(new RuntimeException("lost: gone\n\tat a.B.c(B.java:1)")))
        .isEqualTo("RuntimeException: lost: gone");
    assertThat(FirstCause.of(new RuntimeException("lost\n\nDriver stacktrace:")))
        .isEqualTo("RuntimeException: lost");
  }

  @Test
  void a_static_initialiser_keeps_the_message_of_what_it_met() {
    for (int use = 0; use < 2; use++) {
      Throwable error = catchThrowable(() -> Closed.DOOR.length());
      assertThat(error).isInstanceOf(LinkageError.class);
      assertThat(FirstCause.of(error)).contains("IllegalStateException: the door is shut");
    }
  }

  @Test
  void an_initialiser_that_cannot_load_unmappedcode_says_where_from() {
    for (int use = 0; use < 2; use++) {
      Throwable error = catchThrowable(() -> Unmapped.CODE.length());
      assertThat(FirstCause.of(error))
          .contains("UnsatisfiedLinkError: failed to map segment")
          .contains("java.io.tmpdir, here " + System.getProperty("java.io.tmpdir") + ",")
          .contains("noexec");
    }
  }

  @Test
  void an_error_that_names_the_directory_itself_is_left_alone() {
    Throwable unmapped = new UnsatisfiedLinkError("failed to map segment");
    assertThat(FirstCause.of(new IllegalStateException("by way of java.io.tmpdir /a", unmapped)))
        .isEqualTo("IllegalStateException: by way of java.io.tmpdir /a");
    assertThat(FirstCause.of(new IllegalStateException("it is late", unmapped)))
        .startsWith("UnsatisfiedLinkError: failed to map segment; native code is loaded");
  }

  @Test
  void a_task_tells_the_first_cause_too() {
    JavaSparkContext spark = new JavaSparkContext(LocalSpark.twoCores().sparkContext());
    Throwable error =
        catchThrowable(
            () -> spark.parallelize(List.of(1, 2), 2).map(i -> InTask.CODE.length()).collect());

    assertThat(FirstCause.of(error))
        .contains("UnsatisfiedLinkError: failed to map")
        .contains("noexec")
        .doesNotContain("\n");
  }

  private static final class Closed {
    static final String DOOR = open();

    private static String open() {
      throw new IllegalStateException("the door is shut");
    }
  }

  private static final class Unmapped {
    static final String CODE = map();
  }

  private static final class InTask {
    static final String CODE = map().toLowerCase(Locale.ROOT);
  }

  private static String map() {
    throw new UnsatisfiedLinkError("failed to map segment from shared object");
  }
}
