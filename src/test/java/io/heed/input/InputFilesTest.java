package io.heed.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdOutputStream;
import io.heed.row.Rejection.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.apache.spark.SparkConf;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.serializer.SerializerInstance;
import org.junit.jupiter.api.Test;
import scala.reflect.ClassTag;

class InputFilesTest extends SparkSuite {
  private interface Packing {
    OutputStream over(OutputStream out) throws IOException;
  }

  /** Two members or frames, one after the other. */
  private Path compressed(String name, Packing packing, String... parts) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    try (OutputStream out = Files.newOutputStream(file)) {
      for (String part : parts) {
        ByteArrayOutputStream member = new ByteArrayOutputStream();
        try (OutputStream packed = packing.over(member)) {
          packed.write(part.getBytes(StandardCharsets.UTF_8));
        }
        member.writeTo(out);
      }
    }
    return file;
  }

  @Test
  void textIsOneRowPerLine() throws IOException {
    Path file = write("a.txt", "first\r\n\n{\"id\": 1}\nlast");
    InputTable table = open(texts(file, "text"));
    assertThat(table.format()).isEqualTo(InputFormat.TEXT);
    assertThat(table.idField().name()).isEqualTo("id");
    assertThat(table.totalUnits()).isEqualTo(Files.size(file));
    List<InputRow> rows = rows(texts(file, "text"));
    assertThat(rows)
        .extracting(row -> row.payload()[0])
        .containsExactly("first", "", "{\"id\": 1}", "last");
    assertThat(rows)
        .extracting(InputRow::id)
        .containsExactly("a.txt#0", "a.txt#7", "a.txt#8", "a.txt#18");
    assertThatThrownBy(() -> open(withId(texts(file), "key")))
        .isInstanceOf(InputException.class)
        .hasMessage("there is no column key: text has only the column text");
    assertThatThrownBy(() -> open(tokens(file)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("read from jsonl or parquet, not from text");
  }

  @Test
  void compressedFilesHaveThePositionsOfTheirContent() throws IOException {
    String[] parts = {"{\"text\": \"a\"}\n{\"te", "xt\": \"b\"}\n"};
    Path plain = write("x/plain.jsonl", String.join("", parts));
    List<Object> ids = List.of("0", "14");
    for (Path file :
        List.of(
            plain,
            compressed("x/a.jsonl.gz", GZIPOutputStream::new, parts),
            compressed("x/b.jsonl.bz2", BZip2CompressorOutputStream::new, parts),
            compressed("x/c.jsonl.zst", ZstdOutputStream::new, parts))) {
      List<InputRow> rows = rows(texts(file));
      assertThat(rows).extracting(row -> row.payload()[0]).containsExactly("a", "b");
      assertThat(rows).extracting(row -> row.id().toString().replaceAll(".*#", "")).isEqualTo(ids);
      assertThat(rows.stream().mapToLong(InputRow::units).sum()).isBetween(1L, Files.size(file));
    }
    assertThat(outcomes(texts(directory.resolve("x")))).hasSize(8);
  }

  @Test
  void damagedFilesFailWithTheirName() throws IOException {
    String lines = "{\"text\": \"a\"}\n".repeat(3000);
    for (Path file :
        List.of(
            compressed("a.jsonl.gz", GZIPOutputStream::new, lines),
            compressed("b.jsonl.bz2", BZip2CompressorOutputStream::new, lines),
            compressed("c.jsonl.zst", ZstdOutputStream::new, lines))) {
      byte[] bytes = Files.readAllBytes(file);
      Files.write(file, Arrays.copyOf(bytes, bytes.length - 9));
      assertThatThrownBy(() -> open(texts(file)).rows().count())
          .hasStackTraceContaining("cannot read file:" + file + ": ");
    }
    Path wrong = write("d.jsonl.gz", "not gzip");
    assertThatThrownBy(() -> open(texts(wrong)))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("cannot read file:" + wrong + ": ");
  }

  @Test
  void readsDirectoriesGlobsAndOddNames() throws IOException {
    write("in put/b.jsonl", "{\"text\": \"b\"}\n");
    write("in put/a/c [1].jsonl", "{\"text\": \"c\"}\n");
    write("in put/k=v/50%20#größe.jsonl", "{\"text\": \"d\"}\n");
    write("in put/empty.jsonl", "");
    write("in put/_SUCCESS", "");
    write("in put/.hidden.jsonl", "{\"text\": \"hidden\"}\n");
    write("in put/_temporary/0/x.jsonl", "{\"text\": \"hidden\"}\n");
    Path in = directory.resolve("in put");

    assertThat(rows(texts(in)))
        .extracting(row -> row.id() + " " + row.payload()[0])
        .containsExactlyInAnyOrder("a/c [1].jsonl#0 c", "b.jsonl#0 b", "k=v/50%20#größe.jsonl#0 d");
    assertThat(open(texts(in)).roots()).hasToString("[file:" + in + "]");

    InputTable glob = open(texts(in + "/*"));
    assertThat(glob.rows().map(InputRow::id).collect())
        .containsExactlyInAnyOrder("a/c [1].jsonl#0", "b.jsonl#0", "k=v/50%20#größe.jsonl#0");
    assertThat(glob.roots())
        .extracting(Object::toString)
        .contains("file:" + in + "/b.jsonl", "file:" + in + "/a");
    assertThat(outcomes(texts(in + "/{b,zz}.jsonl"))).containsExactly("b");
    assertThat(outcomes(texts(in + "/a/c [1].jsonl"))).containsExactly("c");
  }

  @Test
  void splitsAndShufflesKeepRowsAndIds() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 50; i++) {
      lines
          .append(String.format(Locale.ROOT, "{\"text\": \"t%d\"}\n", i))
          .append(i % 7 == 0 ? "\n" : "");
    }
    Path file = write("a.jsonl", lines + "broken");
    List<String> whole = shown(texts(file));
    assertThat(whole).hasSize(51);
    for (Partitioning partitioning :
        List.of(
            Partitioning.ofInput(13, 2),
            Partitioning.exactly(7, 100, 2),
            Partitioning.automatic(8 << 20, 3))) {
      assertThat(shown(split(texts(file), partitioning))).isEqualTo(whole);
    }
    assertThat(open(split(texts(file), Partitioning.ofInput(100, 2))).rows().getNumPartitions())
        .isEqualTo(9);
    assertThat(open(split(texts(file), Partitioning.exactly(7, 100, 2))).rows().getNumPartitions())
        .isEqualTo(7);
    assertThat(open(split(texts(file), Partitioning.automatic(100, 2))).rows().getNumPartitions())
        .isEqualTo(9);
    assertThat(open(split(texts(file), Partitioning.automatic(8 << 20, 3))).rows())
        .satisfies(rows -> assertThat(rows.getNumPartitions()).isEqualTo(12))
        .satisfies(rows -> assertThat(rows.glom().filter(List::isEmpty).count()).isZero());
  }

  private static List<String> shown(InputRequest request) {
    return rows(request).stream().map(row -> row.id() + " " + outcome(row)).toList();
  }

  @Test
  void refusesInputThatCannotBeRead() throws IOException {
    Path missing = directory.resolve("missing");
    assertThatThrownBy(() -> open(texts(missing)))
        .isInstanceOf(InputException.class)
        .hasMessage("input %s does not exist", missing);
    assertThatThrownBy(() -> open(texts(missing + "/*.jsonl")))
        .isInstanceOf(InputException.class)
        .hasMessage("input %s/*.jsonl matches nothing", missing);
    assertThatThrownBy(() -> open(texts("nofs://x/y")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("nofs");
    Files.createDirectory(directory.resolve("empty"));
    assertThatThrownBy(() -> open(texts(directory.resolve("empty"))))
        .isInstanceOf(InputException.class)
        .hasMessageEndingWith("holds no file");

    write("mixed/a.jsonl", "{}");
    write("mixed/b.csv.gz", "x");
    assertThatThrownBy(() -> open(texts(directory.resolve("mixed"))))
        .isInstanceOf(InputException.class)
        .hasMessage("an input holds one format, but a.jsonl is jsonl and b.csv.gz is csv");

    Path unknown = write("data.log", "line\n");
    assertThatThrownBy(() -> open(texts(unknown)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("--input-format");
    assertThat(outcomes(withFormat(texts(unknown), InputFormat.TEXT))).containsExactly("line");
    assertThat(outcomes(withFormat(typed(texts(unknown), "text STRING"), InputFormat.JSONL)))
        .containsExactly(Reason.MALFORMED);
  }

  @Test
  void kryoCarriesSlicesAndLines() {
    SerializerInstance kryo = new KryoSerializer(new SparkConf(false)).newInstance();
    FileSlice slice = new FileSlice("file:/in/a.csv", "a.csv", 3, 9);
    CsvHeader header = CsvHeader.of(List.of("a", "b"), List.of("b", "c"), "a.csv");
    Line line = new Line(slice, 4, 5, "x,y", null, header);

    ClassTag<Line> lineTag = ClassTag.apply(Line.class);
    Line copy = kryo.deserialize(kryo.serialize(line, lineTag), lineTag);
    assertThat(copy).usingRecursiveComparison().isEqualTo(line);
    ClassTag<FileSlice> sliceTag = ClassTag.apply(FileSlice.class);
    assertThat(kryo.<FileSlice>deserialize(kryo.serialize(slice, sliceTag), sliceTag))
        .usingRecursiveComparison()
        .isEqualTo(slice);
  }
}
