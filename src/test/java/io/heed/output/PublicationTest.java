package io.heed.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.FileNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublicationTest {
  private static final RejectedTable TABLE =
      RejectedTable.forIds(DataTypes.LongType, Provenance.NONE);
  private static final String COMPLETE = "{\"complete\": true}";
  private static final String INCOMPLETE = "{\"complete\": false}";

  private final Configuration configuration = new Configuration();

  @TempDir Path temporary;
  private Path output;

  @BeforeEach
  void chooseOutput() throws IOException {
    temporary = temporary.toRealPath();
    output = temporary.resolve("out");
  }

  private Publication begin(Object where, OverwritePolicy policy, Path... inputs) {
    List<org.apache.hadoop.fs.Path> roots = Stream.of(inputs).map(LocalPaths::toHadoop).toList();
    return Publication.begin(
        configuration, where.toString(), policy, ReadPlace.all("input", roots));
  }

  /** Stands for Spark. */
  private static void writeData(Publication publication, String content) throws IOException {
    Path data = LocalPaths.of(publication.data());
    Files.createDirectories(data.resolve("_temporary/0"));
    Files.writeString(data.resolve("part-0.parquet"), content);
    Files.writeString(data.resolve("_SUCCESS"), "");
  }

  private void run(Object where, OverwritePolicy policy, String content) throws IOException {
    try (Publication publication = begin(where, policy)) {
      writeData(publication, content);
      publication.publish(TABLE, List.of(), COMPLETE);
    }
  }

  private List<String> entries(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }

  private void assertPublished(Path where, String content) throws IOException {
    assertThat(entries(where)).containsExactly("_SUCCESS", "_heed", "part-0.parquet");
    assertThat(where.resolve("part-0.parquet")).hasContent(content);
    assertThat(where.resolve("_heed/report.json")).hasContent(COMPLETE);
    assertThat(entries(where.toRealPath().getParent())).noneMatch(name -> name.contains(".heed-"));
  }

  @Test
  void publishesDataReportAndMarker() throws IOException {
    try (Publication publication = begin(output, OverwritePolicy.REFUSE)) {
      writeData(publication, "rows");
      Files.writeString(LocalPaths.of(publication.heed()).resolve("plot.png"), "plot");
      assertThat(output).doesNotExist();
      publication.publish(TABLE, List.of(), COMPLETE);
    }
    assertPublished(output, "rows");
    assertThat(output.resolve("_heed/plot.png")).hasContent("plot");
  }

  @Test
  void publishesWhatIsWrittenAnewAlone() throws IOException {
    try (Publication publication = begin(output, OverwritePolicy.REFUSE)) {
      writeData(publication, "first");
      org.apache.hadoop.fs.Path first = publication.setAside();
      assertThat(LocalPaths.of(publication.data())).doesNotExist();
      assertThat(LocalPaths.of(first)).isNotEmptyDirectory();
      writeData(publication, "second");
      publication.publish(TABLE, List.of(), COMPLETE);
    }
    assertPublished(output, "second");
    assertThat(entries(output.getParent())).containsExactly(output.getFileName().toString());
  }

  @Test
  void publishesFilesAddedBesides() throws IOException {
    try (Publication publication = begin(output, OverwritePolicy.REFUSE)) {
      writeData(publication, "rows");
      publication.addFile("plots/row-001.png", new byte[] {1, 2});
      publication.addFile("plots/row-002.png", new byte[] {3});
      publication.publish(TABLE, List.of(), COMPLETE);
    }
    assertPublished(output, "rows");
    assertThat(entries(output.resolve("_heed")))
        .containsExactly("plots", "rejected", "report.json");
    assertThat(entries(output.resolve("_heed/plots")))
        .containsExactly("row-001.png", "row-002.png");
    assertThat(output.resolve("_heed/plots/row-001.png")).hasBinaryContent(new byte[] {1, 2});
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../x.png",
        "plots/../../x.png",
        "/x.png",
        "plots//x.png",
        ".x.png",
        "plots/.x",
        "",
        "a b",
        "plots/",
        "a\nb",
        "file:x",
        "plots/é.png"
      })
  void filesAreAddedBelowTheDirectory(String name) throws IOException {
    try (Publication publication = begin(output, OverwritePolicy.REFUSE)) {
      assertThatThrownBy(() -> publication.addFile(name, new byte[1]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(name);
    }
    assertThat(entries(temporary)).isEmpty();
  }

  @Test
  void keepsOnlyTheNamedSideFiles() throws IOException {
    try (Publication publication = begin(output, OverwritePolicy.REFUSE)) {
      writeData(publication, "rows");
      RejectedRowsWriter failed = TABLE.newWriter(configuration, publication.rejectedSide(), 0, 1);
      failed.write(ParquetFiles.row(1L));
      failed.finish();
      RejectedRowsWriter won = TABLE.newWriter(configuration, publication.rejectedSide(), 0, 2);
      won.write(ParquetFiles.row(2L));
      publication.publish(TABLE, List.of(won.finish().orElseThrow()), COMPLETE);
    }
    assertThat(entries(output.resolve("_heed/rejected")))
        .containsExactly(".rejected-00000-2.parquet.crc", "rejected-00000-2.parquet");
  }

  @Test
  void withoutRejectedRowsTheTableIsThereAndEmpty() throws IOException {
    run(output, OverwritePolicy.REFUSE, "rows");
    Path none = output.resolve("_heed/rejected/rejected-none.parquet");
    assertThat(none).exists();
    assertThat(ParquetFiles.read(LocalPaths.toHadoop(none))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"../elsewhere.parquet", "a/b.parquet", ".."})
  void sideFilesAreNamedWithoutDirectories(String name) throws IOException {
    try (Publication publication = begin(output, OverwritePolicy.REFUSE)) {
      writeData(publication, "rows");
      assertThatThrownBy(() -> publication.publish(TABLE, List.of(name), COMPLETE))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(name);
    }
    assertThat(output).doesNotExist();
  }

  @Test
  void aMissingSideFileIsAnError() throws IOException {
    try (Publication publication = begin(output, OverwritePolicy.REFUSE)) {
      writeData(publication, "rows");
      assertThatThrownBy(
              () -> publication.publish(TABLE, List.of("rejected-00000-9.parquet"), COMPLETE))
          .isInstanceOf(OutputException.class)
          .hasMessageContaining("rejected-00000-9.parquet");
    }
    assertThat(output).doesNotExist();
  }

  @Test
  void withoutPublishingNothingIsLeft() throws IOException {
    try (Publication publication = begin(output, OverwritePolicy.REFUSE)) {
      writeData(publication, "rows");
    }
    assertThat(entries(temporary)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "two words",
        "größe 日本",
        "trailing/",
        "new/parents/out",
        "per%20cent",
        "a[1]*",
        "{{ ds }}",
        "a:b",
        "#1?x=\\y"
      })
  void namesOfEveryKind(String name) throws IOException {
    FileNames.assumeWritable(name);
    run(temporary + "/" + name, OverwritePolicy.REFUSE, "rows");
    assertPublished(temporary.resolve(name), "rows");
  }

  @Test
  void fileUriAndDotSegments() throws IOException {
    run("file:" + temporary + "/a/../uri", OverwritePolicy.REFUSE, "rows");
    assertPublished(temporary.resolve("uri"), "rows");
    run("file://" + temporary + "/uri2/", OverwritePolicy.REFUSE, "rows");
    assertPublished(temporary.resolve("uri2"), "rows");
  }

  @Test
  void relativeToTheWorkingDirectory() throws IOException {
    String name = "target/publication-test-" + ProcessHandle.current().pid();
    run(name, OverwritePolicy.REFUSE, "rows");
    assertPublished(Path.of(name), "rows");
    run(name, OverwritePolicy.REPLACE, "again");
    assertPublished(Path.of(name), "again");
    org.apache.commons.io.FileUtils.deleteDirectory(Path.of(name).toFile());
  }

  @Test
  void aSymbolicLinkStaysOne() throws IOException {
    Path disk = Files.createDirectories(temporary.resolve("disk/results"));
    Path link = Files.createSymbolicLink(temporary.resolve("link"), disk);
    run(link, OverwritePolicy.REFUSE, "rows");
    assertPublished(disk, "rows");
    run(link, OverwritePolicy.REPLACE, "again");
    assertPublished(disk, "again");
    assertThat(link).isSymbolicLink();
  }

  @Test
  void aLinkToNothingIsFollowed() throws IOException {
    Path link = Files.createSymbolicLink(temporary.resolve("link"), Path.of("disk/results"));
    run(link, OverwritePolicy.REFUSE, "rows");
    assertPublished(temporary.resolve("disk/results"), "rows");
    assertThat(link).isSymbolicLink();
  }

  @Test
  void linksInACircleAreRefused() throws IOException {
    Files.createSymbolicLink(temporary.resolve("a"), temporary.resolve("b"));
    Files.createSymbolicLink(temporary.resolve("b"), temporary.resolve("a"));
    assertThatThrownBy(() -> begin(temporary.resolve("a"), OverwritePolicy.REFUSE))
        .isInstanceOf(OutputException.class)
        .hasMessageContaining("symbolic links");
  }

  @Test
  void anEmptyOutputCountsAsAbsent() throws IOException {
    Files.createDirectory(output);
    run(output, OverwritePolicy.REFUSE, "rows");
    assertPublished(output, "rows");
  }

  @Test
  void anExistingOutputIsReplacedOnlyOnRequest() throws IOException {
    run(output, OverwritePolicy.REFUSE, "old");
    assertThatThrownBy(() -> begin(output, OverwritePolicy.REFUSE))
        .isInstanceOf(OutputException.class)
        .hasMessage("output file:%s exists; --overwrite replaces it", output);
    assertPublished(output, "old");

    run(output, OverwritePolicy.REPLACE, "new");
    assertPublished(output, "new");
  }

  @Test
  void anOldOutputStandsUntilTheNewOneIsPublished() throws IOException {
    run(output, OverwritePolicy.REFUSE, "old");
    try (Publication publication = begin(output, OverwritePolicy.REPLACE)) {
      writeData(publication, "new");
      assertThat(output.resolve("part-0.parquet")).hasContent("old");
    }
    assertPublished(output, "old");
  }

  @Test
  void whatIsNotAnOutputIsNeverReplaced() throws IOException {
    Files.createDirectory(output);
    Files.writeString(output.resolve("thesis.tex"), "years");
    assertThatThrownBy(() -> begin(output, OverwritePolicy.REPLACE))
        .isInstanceOf(OutputException.class)
        .hasMessageContaining("not an output of Heed");
    assertThat(output.resolve("thesis.tex")).hasContent("years");
    assertThat(entries(temporary)).containsExactly("out");
  }

  @Test
  void aFileIsNotAnOutput() throws IOException {
    Files.writeString(output, "text");
    assertThatThrownBy(() -> begin(output, OverwritePolicy.REPLACE))
        .isInstanceOf(OutputException.class)
        .hasMessageContaining("is a file");
  }

  @Test
  void anOutputThatAppearsMeanwhileIsNotTouched() throws IOException {
    try (Publication publication = begin(output, OverwritePolicy.REPLACE)) {
      writeData(publication, "rows");
      Files.createDirectory(output);
      Files.writeString(output.resolve("other"), "other");
      assertThatThrownBy(() -> publication.publish(TABLE, List.of(), COMPLETE))
          .isInstanceOf(OutputException.class);
    }
    assertThat(entries(temporary)).containsExactly("out");
    assertThat(entries(output)).containsExactly("other");
  }

  @Test
  void tooManyRejectedRowsPublishOnlyHeed() throws IOException {
    try (Publication publication = begin(output, OverwritePolicy.REFUSE)) {
      writeData(publication, "rows");
      publication.publishRejectedOnly(TABLE, List.of(), INCOMPLETE);
    }
    assertThat(entries(output)).containsExactly("_heed");
    assertThat(entries(output.resolve("_heed"))).containsExactly("rejected", "report.json");

    run(output, OverwritePolicy.REFUSE, "second try");
    assertPublished(output, "second try");
  }

  @Test
  void tooManyRejectedRowsLeaveAResultThatStands() throws IOException {
    run(output, OverwritePolicy.REFUSE, "good");
    for (int attempt = 0; attempt < 2; attempt++) {
      try (Publication publication = begin(output, OverwritePolicy.REPLACE)) {
        writeData(publication, "rows");
        assertThat(publication.publishRejectedOnly(TABLE, List.of(), INCOMPLETE).getName())
            .isEqualTo("out.rejected");
      }
      assertPublished(output, "good");
      assertThat(entries(temporary)).containsExactly("out", "out.rejected");
      assertThat(entries(temporary.resolve("out.rejected"))).containsExactly("_heed");
    }
  }

  @Test
  void anIncompleteOutputWithOtherFilesIsReplacedOnlyOnRequest() throws IOException {
    try (Publication publication = begin(output, OverwritePolicy.REFUSE)) {
      publication.publishRejectedOnly(TABLE, List.of(), INCOMPLETE);
    }
    Files.writeString(output.resolve("notes.txt"), "why so many?");
    assertThatThrownBy(() -> begin(output, OverwritePolicy.REFUSE))
        .isInstanceOf(OutputException.class)
        .hasMessageContaining("--overwrite");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "not json", "[]", "{\"complete\": \"false\"}"})
  void aReportThatIsNotPlainlyIncompleteIsKept(String report) throws IOException {
    Files.createDirectories(output.resolve("_heed"));
    Files.writeString(output.resolve("_heed/report.json"), report);
    assertThatThrownBy(() -> begin(output, OverwritePolicy.REFUSE))
        .isInstanceOf(OutputException.class)
        .hasMessageContaining("--overwrite");
  }

  @Test
  void outputAndInputAreApart() throws IOException {
    Path input = Files.createDirectories(temporary.resolve("in"));
    Path link = Files.createSymbolicLink(temporary.resolve("link-to-in"), input);
    assertRefused(input, input, "is the input");
    assertRefused(link, input, "is the input");
    assertRefused(input, link, "is the input");
    assertRefused(temporary, input, "holds the input");
    assertRefused(input.resolve("out"), input, "lies in the input");
    assertRefused(link.resolve("deep/out"), input, "lies in the input");
    assertThat(entries(temporary)).containsExactly("in", "link-to-in");

    begin(temporary.resolve("in-2"), OverwritePolicy.REFUSE, input).close();
  }

  @Test
  void whatALinkInTheInputLeadsToIsReadAsWell() throws IOException {
    Path blobs = Files.createDirectories(temporary.resolve("cache/blobs"));
    Files.writeString(blobs.resolve("1234"), "weights");
    Path snapshot = Files.createDirectories(temporary.resolve("cache/snapshots/main"));
    Files.createSymbolicLink(snapshot.resolve("model.safetensors"), Path.of("../../blobs/1234"));
    assertRefused(blobs, snapshot, "holds the input file:" + blobs.resolve("1234"));
    begin(temporary.resolve("cache/out"), OverwritePolicy.REPLACE, snapshot).close();
  }

  @Test
  void linksBehindLinksAndFarBelowAreFollowed() throws IOException {
    Path results = Files.createDirectories(temporary.resolve("results"));
    Path far = Files.createDirectories(temporary.resolve("disk/a=1/b=2/c=3/d=4/e=5/f=6/g=7"));
    Path input = Files.createDirectories(temporary.resolve("in"));
    Files.createSymbolicLink(input.resolve("table"), temporary.resolve("disk"));
    begin(results, OverwritePolicy.REPLACE, input).close();

    Files.createSymbolicLink(far.resolve("more"), results);
    Files.createSymbolicLink(far.resolve("round"), input);
    assertRefused(results, input, "is the input");
    assertRefused(results.resolve("of/today"), input, "lies in the input file:" + results);
  }

  @Test
  void theOutputNamesWhatItHolds() throws IOException {
    Path model = Files.createDirectories(output.resolve("model"));
    List<ReadPlace> places =
        List.of(
            new ReadPlace("input", LocalPaths.toHadoop(temporary.resolve("in"))),
            new ReadPlace("model", LocalPaths.toHadoop(model)));
    assertThatThrownBy(
            () ->
                Publication.begin(
                    configuration, output.toString() + "/", OverwritePolicy.REPLACE, places))
        .isInstanceOf(OutputException.class)
        .hasMessage("output file:%s holds the model file:%s", output, model);
    assertThat(model).exists();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "notes.txt",
        "part-list.csv",
        "k=v/part-00000-a.parquet",
        "_heed/why.md",
        "_heed/plots/x.svg",
        "_heed/rejected/mine.csv",
        "_heed/old/report.json"
      })
  void whatSomebodyElseHasPutThereIsNotDeleted(String name) throws IOException {
    run(output, OverwritePolicy.REFUSE, "old");
    Path foreign = output.resolve(name);
    Files.createDirectories(foreign.getParent());
    Files.writeString(foreign, "mine");
    assertThatThrownBy(() -> begin(output, OverwritePolicy.REPLACE))
        .isInstanceOf(OutputException.class)
        .hasMessageMatching(
            "output .*/out is not replaced, for it holds .*, which is not Heed's; .*");
    assertThat(foreign).hasContent("mine");
    assertThat(output.resolve("part-0.parquet")).hasContent("old");

    Files.delete(foreign);
    if (!foreign.getParent().equals(output) && !name.matches("_heed/(why|rejected).*")) {
      Files.delete(foreign.getParent());
    }
    run(output, OverwritePolicy.REPLACE, "new");
    assertPublished(output, "new");
  }

  @Test
  void whatIsPutIntoTheOldOutputMeanwhileIsMovedBesideIt() throws IOException {
    run(output, OverwritePolicy.REFUSE, "old");
    try (Publication publication = begin(output, OverwritePolicy.REPLACE)) {
      writeData(publication, "new");
      Files.writeString(output.resolve("notes.txt"), "mine");
      Files.createDirectory(output.resolve(".checkpoints"));
      publication.publish(TABLE, List.of(), COMPLETE);
    }
    assertPublished(output, "new");
    try (Stream<Path> kept = Files.walk(output.getParent())) {
      assertThat(kept.filter(path -> path.getParent().toString().contains(".kept-")))
          .extracting(path -> path.getFileName().toString().substring(2))
          .containsExactlyInAnyOrder("notes.txt", ".checkpoints");
    }
  }

  private void assertRefused(Path where, Path input, String why) {
    assertThatThrownBy(() -> begin(where, OverwritePolicy.REPLACE, input))
        .isInstanceOf(OutputException.class)
        .hasMessageContaining(why);
  }

  @Test
  void outputBelowAFileCannotBeWritten() throws IOException {
    Path file = Files.writeString(temporary.resolve("file"), "text");
    assertThatThrownBy(() -> begin(file.resolve("out"), OverwritePolicy.REFUSE))
        .isInstanceOf(OutputException.class)
        .hasMessageContaining("cannot write output")
        .hasMessageContaining(file.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/proc/out", "/", "", "nosuchscheme://host/out", "/proc"})
  void unusableOutputs(String where) {
    assertThatThrownBy(() -> begin(where, OverwritePolicy.REFUSE))
        .isInstanceOf(OutputException.class)
        .hasMessageContaining("output");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aMountPointCannotBeReplaced() {
    assertThatThrownBy(() -> begin("/proc", OverwritePolicy.REPLACE))
        .isInstanceOf(OutputException.class)
        .hasMessageContaining("mount point");
  }

  @Test
  void aResultThatWasNotWrittenCannotBePublished() {
    try (Publication publication = begin(output, OverwritePolicy.REFUSE)) {
      assertThatThrownBy(() -> publication.publish(TABLE, List.of(), COMPLETE))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("no result");
    }
    assertThat(output).doesNotExist();
  }

  @Test
  void publishesOnce() throws IOException {
    try (Publication publication = begin(output, OverwritePolicy.REFUSE)) {
      writeData(publication, "rows");
      publication.publish(TABLE, List.of(), COMPLETE);
      assertThatThrownBy(() -> publication.publish(TABLE, List.of(), COMPLETE))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("closed");
    }
    assertPublished(output, "rows");
  }
}
