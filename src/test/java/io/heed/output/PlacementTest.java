package io.heed.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Replacing an output when the store fails at any point. */
class PlacementTest {
  private static final RejectedTable TABLE =
      RejectedTable.forIds(DataTypes.StringType, Provenance.NONE);
  private static final String REPORT = "{\"complete\": true}";

  @TempDir Path temporary;
  private Path output;

  @BeforeEach
  void chooseOutput() throws IOException {
    output = temporary.toRealPath().resolve("out");
  }

  @AfterEach
  void repairStore() {
    UnsteadyStore.live();
  }

  private Publication begin(OverwritePolicy policy) {
    String uri = UnsteadyStore.SCHEME + "://" + output;
    return Publication.begin(UnsteadyStore.configuration(), uri, policy, List.of());
  }

  private static void writeData(Publication publication, String content) throws IOException {
    Path data = Files.createDirectories(LocalPaths.of(publication.data()));
    Files.writeString(data.resolve("part-0.parquet"), content);
    Files.writeString(data.resolve("part-1.parquet"), content);
    Files.writeString(LocalPaths.of(publication.heed()).resolve("plot.json"), content);
  }

  private void run(String content) throws IOException {
    try (Publication publication = begin(OverwritePolicy.REPLACE)) {
      writeData(publication, content);
      publication.publish(TABLE, List.of(), REPORT);
    }
  }

  private void assertStands(String content) {
    for (String file : List.of("part-0.parquet", "part-1.parquet", "_heed/plot.json")) {
      assertThat(output.resolve(file)).hasContent(content);
    }
    assertThat(output.resolve("_SUCCESS")).exists();
    assertThat(output.resolve("_heed/report.json")).hasContent(REPORT);
    assertThat(output.getParent().toFile().list()).containsExactly("out");
  }

  @Test
  void objectStoresAreReplacedFileByFile() throws IOException {
    run("old");
    assertStands("old");
    run("new");
    assertStands("new");
  }

  @Test
  void whereverTheStoreDiesOldOrNewIsWholeAfterTheNextStart() throws IOException {
    run("old");
    boolean published = false;
    int olds = 0;
    for (int changes = 0; !published; changes++) {
      assertThat(changes).as("changes of one publication").isLessThan(200);
      Publication publication = begin(OverwritePolicy.REPLACE);
      writeData(publication, "new");
      UnsteadyStore.dieAfter(changes);
      try (publication) {
        publication.publish(TABLE, List.of(), REPORT);
        published = true;
      } catch (OutputException e) {
        assertThat(e).hasMessageContaining("the store is gone");
      }
      UnsteadyStore.live();
      assertThatThrownBy(() -> begin(OverwritePolicy.REFUSE))
          .isInstanceOf(OutputException.class)
          .hasMessageContaining("--overwrite");
      if (!published) {
        assertStands("old");
        olds++;
      }
    }
    assertThat(olds).isGreaterThan(10);
    begin(OverwritePolicy.REPLACE).close();
    assertStands("new");
  }

  @Test
  void aFailedRenamePutsTheOldOutputBack() throws IOException {
    FileSystem files = FileSystem.getLocal(new Configuration());
    Staging staging = Staging.beside(LocalPaths.toHadoop(output));
    Files.createDirectories(output);
    Files.writeString(output.resolve("part-0.parquet"), "old");
    Files.createDirectories(LocalPaths.of(staging.data()));
    DirectoryRename rename = DirectoryRename.on(files, new Configuration());
    AtomicPlacement placement =
        new AtomicPlacement(
            files,
            (from, to) -> {
              if (from.equals(staging.data())) {
                throw new IOException("disk gone");
              }
              rename.rename(from, to);
            });

    assertThatThrownBy(() -> placement.place(staging, LocalPaths.toHadoop(output)))
        .hasMessage("disk gone");
    assertThat(output).doesNotExist();
    placement.undoUnfinished(staging, LocalPaths.toHadoop(output));
    assertThat(output.resolve("part-0.parquet")).hasContent("old");
  }

  @Test
  void directoriesAreNeverRenamedIntoAnother() throws IOException {
    Path from = Files.createDirectories(temporary.resolve("from"));
    Path to = Files.createDirectories(temporary.resolve("to"));
    Files.writeString(to.resolve("file"), "other");
    DirectoryRename local =
        DirectoryRename.on(FileSystem.getLocal(new Configuration()), new Configuration());
    DirectoryRename context = FileContext.getLocalFSFileContext()::rename;
    for (DirectoryRename rename : List.of(local, context)) {
      assertThatThrownBy(() -> rename.rename(LocalPaths.toHadoop(from), LocalPaths.toHadoop(to)))
          .isInstanceOf(IOException.class);
      assertThat(to.toFile().list()).containsExactly("file");
      assertThat(from).exists();
    }
  }
}
