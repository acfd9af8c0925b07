package io.heed.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.kernel.ForkedJvm;
import io.heed.kernel.ForkedJvm.Ended;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeTokenizersTest {
  @TempDir Path directory;

  @Test
  void every_use_of_a_library_that_cannot_be_loaded_says_why() throws IOException {
    Path absent = directory.resolve("absent");
    Ended ended = ForkedJvm.end(List.of("-Djava.io.tmpdir=" + absent), TwoUses.class);

    assertThat(ended.output().lines())
        .as(ended.errors())
        .hasSize(2)
        .allSatisfy(
            line ->
                assertThat(line)
                    .startsWith("the native tokenizer cannot be loaded by way of java.io.tmpdir ")
                    .contains(absent.toString())
                    .endsWith("that is writable and not mounted noexec"));
  }

  /** Prints what each of two uses says. */
  static final class TwoUses {
    private TwoUses() {}

    public static void main(String... arguments) {
      for (int use = 0; use < 2; use++) {
        try {
          NativeTokenizers.library();
        } catch (IllegalStateException e) {
          System.out.println(e.getMessage());
        }
      }
    }
  }
}
