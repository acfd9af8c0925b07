package io.heed.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A directory that belongs to one run at a time, whether or not it is there. */
class DirectoryLeaseTest {
  @TempDir Path temporary;
  private Path state;

  @BeforeEach
  void chooseDirectory() throws IOException {
    temporary = temporary.toRealPath();
    state = temporary.resolve("runs/state");
  }

  private DirectoryLease acquire(ReadPlace... places) {
    return DirectoryLease.acquire(
        new Configuration(), "training state", state.toString(), List.of(places));
  }

  private List<String> beside() throws IOException {
    try (Stream<Path> entries = Files.list(state.getParent())) {
      return entries.map(entry -> entry.getFileName().toString()).toList();
    }
  }

  @Test
  void belongsToOneRunAtATime() throws IOException {
    try (DirectoryLease first = acquire()) {
      first.requireHeld();
      assertThat(first.isHeld()).isTrue();
      assertThatThrownBy(this::acquire)
          .isInstanceOf(OutputException.class)
          .hasMessageStartingWith(
              "another run is writing training state file:" + state + ": process ");
      assertThat(beside()).hasSize(1);
    }
    assertThat(beside()).isEmpty();
    DirectoryLease next = acquire();
    next.close();
    assertThat(next.isHeld()).isFalse();
  }

  @Test
  void aDeadRunLeavesItToTheNext() throws IOException {
    Path dead = state.resolveSibling(".state.heed-20260101T000000Z-0123abcd");
    Files.createDirectories(dead);
    Files.writeString(dead.resolve("claim"), Owner.thisProcess().toJson());
    acquire().close();
    assertThat(beside()).isEmpty();
  }

  /** Whoever used the name for an output may have left there what stood at it. */
  @Test
  void whatADeadRunToAnOutputLeftStays() throws IOException {
    Path dead = state.resolveSibling(".state.heed-20260101T000000Z-0123abcd");
    Files.createDirectories(dead.resolve("replaced"));
    Files.writeString(dead.resolve("claim"), Owner.thisProcess().toJson());
    acquire().close();
    assertThat(beside()).containsExactly(dead.getFileName().toString());
  }

  @Test
  void oneThatWasTakenAwayIsNotHeld() throws IOException {
    try (DirectoryLease lease = acquire()) {
      Path claim = state.resolveSibling(beside().get(0)).resolve("claim");
      Files.delete(claim);
      assertThatThrownBy(lease::requireHeld).isInstanceOf(OutputException.class);
      assertThat(lease.isHeld()).isFalse();
    }
  }

  @Test
  void liesApartFromWhatIsRead() throws IOException {
    Path rows = temporary.resolve("runs");
    Files.createDirectories(rows);
    assertThatThrownBy(
            () -> acquire(new ReadPlace("input", new org.apache.hadoop.fs.Path(rows.toUri()))))
        .isInstanceOf(OutputException.class)
        .hasMessageStartingWith("training state ")
        .hasMessageContaining("lies in the input");
    assertThat(beside()).isEmpty();
  }
}
