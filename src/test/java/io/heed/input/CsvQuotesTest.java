package io.heed.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.row.Rejection.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.junit.jupiter.api.Test;

/** A quote that nobody closes loses no line in silence. */
class CsvQuotesTest extends SparkSuite {
  private static String table(String lineEnd, String... lines) {
    return String.join(lineEnd, lines) + lineEnd;
  }

  private static InputRequest keepingQuotedRows(InputRequest r) {
    return new InputRequest(
        r.path(),
        r.format(),
        r.schema(),
        r.idColumn(),
        r.payload(),
        r.keptColumns(),
        r.partitioning(),
        QuotedRows.KEEP);
  }

  private void assertEndsAt(InputRequest request, String place) {
    assertThatThrownBy(() -> rows(request))
        .hasStackTraceContaining("InputException: cannot read file:" + request.path())
        .hasStackTraceContaining(
            "the quote that opens a cell at %s is not closed before the end of the file", place);
  }

  @Test
  void a_file_that_ends_inside_quotes_ends_the_reading() throws IOException {
    for (String end : new String[] {"\n", "\r\n"}) {
      String open = table(end, "id,text", "1,\"two", "lines\"", "2,\"open", "3,x", "4,y");
      int byteOffset = open.indexOf("\"open");
      assertEndsAt(
          texts(write("a.csv", open)), String.format(Locale.ROOT, "line 4 (byte %d)", byteOffset));
      assertEndsAt(
          texts(write("b.csv", open.strip())),
          String.format(Locale.ROOT, "line 4 (byte %d)", byteOffset));
      assertEndsAt(
          texts(write("c.csv", "\uFEFF" + open)),
          String.format(Locale.ROOT, "line 4 (byte %d)", byteOffset + 3));
    }
    assertEndsAt(texts(write("d.csv", "id,text\n1,x\n2,\"")), "line 3 (byte 14)");
    assertEndsAt(texts(write("e.csv", "id,text\n1,\"x\"\"\n")), "line 2 (byte 10)");
  }

  @Test
  void so_does_a_compressed_one_and_one_among_others() throws IOException {
    byte[] open = "id,text\n1,x\n2,\"open\n3,y\n".getBytes(StandardCharsets.UTF_8);
    Path gzip = directory.resolve("a.csv.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(gzip))) {
      out.write(open);
    }
    Path bzip2 = directory.resolve("a.csv.bz2");
    try (OutputStream out = new BZip2CompressorOutputStream(Files.newOutputStream(bzip2))) {
      out.write(open);
    }
    assertEndsAt(texts(gzip), "line 3 (byte 14)");
    assertEndsAt(texts(bzip2), "line 3 (byte 14)");

    write("many/a.csv", "id,text\n1,x\n");
    Files.write(directory.resolve("many/b.csv"), open);
    write("many/c.csv", "id,text\n9,z\n");
    assertThatThrownBy(() -> rows(texts(directory.resolve("many"))))
        .hasStackTraceContaining("many/b.csv: the quote that opens a cell at line 3 (byte 14)");
  }

  @Test
  void a_header_may_not_leave_a_quote_open_either() throws IOException {
    assertThatThrownBy(() -> open(texts(write("a.csv", "id,\"text\n1,x\n2,y\n"))))
        .isInstanceOf(InputException.class)
        .hasMessageEndingWith(
            "the quote that opens a cell at line 1 (byte 3) is not closed before the end of the file");
    assertThatThrownBy(() -> open(texts(write("b.csv", "text,id,\"n\n1,x,2\n2,y,3\"\n4,z,5\n"))))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("has in each of 3 lines the 3 cells of a row");
    Path several = write("c.csv", "text,\"price\n(EUR)\"\nx,1\n");
    assertThat(outcomes(texts(several))).containsExactly("x");
  }

  @Test
  void every_line_of_a_malformed_record_is_a_rejected_row() throws IOException {
    Path file = write("a.csv", "id,text\n1,a\n2,\"stray\n3,über\n\n4,c\n5,\"another\n6,d\n");
    List<InputRow> rows = rows(texts(file));
    assertThat(rows)
        .extracting(SparkSuite::outcome)
        .containsExactly(
            "a", Reason.MALFORMED, Reason.MALFORMED, Reason.MALFORMED, Reason.MALFORMED, "d");
    assertThat(rows)
        .extracting(InputRow::raw)
        .containsExactly("1,a", "2,\"stray", "3,über", "4,c", "5,\"another", "6,d");
    assertThat(rows).extracting(InputRow::position).containsExactly(8L, 12L, 21L, 30L, 34L, 45L);
    assertThat(rows.stream().mapToLong(InputRow::units).sum()).isEqualTo(Files.size(file));
    assertThat(rows.get(2).rejection().orElseThrow().message())
        .isEqualTo(
            "the record that begins at line 3 is malformed: cell 1 goes on after its closing quote"
                + " (character 24) (each of its lines is rejected)");
  }

  @Test
  void so_is_that_of_one_with_other_cells_other_bytes_or_a_line_end_in_a_number()
      throws IOException {
    Path cells = write("a.csv", "id,text\n1,\"stray\n2,b\n3,monitor 27\",5\n4,c\n");
    assertThat(outcomes(texts(cells)))
        .containsExactly(Reason.MALFORMED, Reason.MALFORMED, Reason.MALFORMED, "c");

    Path bytes = directory.resolve("b.csv");
    Files.write(bytes, "id,text\n1,\"a\ngr\u00f6\"\n2,c\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThat(outcomes(texts(bytes))).containsExactly(Reason.MALFORMED, Reason.MALFORMED, "c");

    Path number = write("c.csv", "text,n\na,\"1\nb,2\"\nc,3\n");
    assertThat(outcomes(texts(number, "n")))
        .as("a text may hold line ends")
        .containsExactly("a", "c");
    assertThat(outcomes(typed(texts(number, "n"), "n INT")))
        .containsExactly(Reason.MALFORMED, Reason.MALFORMED, "c");
    assertThat(outcomes(withPayload(texts(number), new PayloadColumn("n", PayloadType.NUMBER))))
        .containsExactly(Reason.MALFORMED, Reason.MALFORMED, 3.0);
  }

  @Test
  void lines_that_look_like_rows_are_taken_for_rows() throws IOException {
    Path numbered = write("a.csv", "id,text\n1,\"stray\n2,b\n3,27\"\n4,c\n");
    assertThat(outcomes(texts(numbered)))
        .containsExactly(Reason.MALFORMED, Reason.MALFORMED, Reason.MALFORMED, "c");
    assertThat(rows(texts(numbered)).get(0).rejection().orElseThrow().message())
        .contains("has in each line the 2 cells of a row: a quote seems to be left open");
    assertThat(outcomes(keepingQuotedRows(texts(numbered))))
        .containsExactly("stray\n2,b\n3,27", "c");

    String named = "b,x\n".repeat(8);
    assertThat(outcomes(texts(write("b.csv", "id,text\na,\"s\n" + named + "c,x\"\nd,y\n"))))
        .hasSize(11)
        .endsWith("y");
  }

  @Test
  void a_text_of_several_lines_stays_a_text() throws IOException {
    String address = "\"12 Main St,\nSpringfield, IL\"";
    String letter = "\"Dear all,\n\nsee below, please\n1,2\n3,4\nYours, X\"";
    String poem = "\"Roses are red,\nviolets, blue\nsugar, sweet\"";
    Path file =
        write(
            "a.csv",
            "id,text\n1," + address + "\n2," + letter + "\n3," + poem + "\n4,\"1\n2\n3\"\n");
    assertThat(outcomes(texts(file)))
        .hasSize(4)
        .allSatisfy(text -> assertThat(text).isInstanceOf(String.class));
    Path oneColumn = write("b.csv", "text\n\"" + "line\n".repeat(40) + "\"\nnext\n");
    assertThat(outcomes(texts(oneColumn))).containsExactly("line\n".repeat(40), "next");
  }

  /** As {@code start|text|fault}. */
  private static List<String> read(String content, int maxRecordBytes) throws IOException {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    List<String> seen = new ArrayList<>();
    try (RecordReader records =
        new RecordReader(new ByteArrayInputStream(bytes), 0, new CsvRecordEnd(), maxRecordBytes)) {
      while (records.next()) {
        String text = records.text();
        Optional<String> fault = records.fault(text);
        seen.add(
            String.format(
                Locale.ROOT,
                "%d|%s|%s",
                records.start(),
                text,
                fault.isPresent() ? "bad" : "good"));
      }
    }
    return seen;
  }

  @Test
  void a_record_that_does_not_fit_into_memory_is_read_by_line() throws IOException {
    assertThat(read("1,\"aaaa\n2,b\n\n33,longer than it\n4,c\"\n5,d\n", 10))
        .containsExactly(
            "0|1,\"aaaa|bad",
            "8|2,b|bad",
            "12||bad",
            "13|33,longer |bad",
            "31|4,c\"|bad",
            "36|5,d|good");
    assertThat(read("1,aaaaaaaaaaaa\n5,d", 10)).containsExactly("0|1,aaaaaaaa|bad", "15|5,d|good");
    assertThat(read("1,aaaaaaaa\n5,d", 10)).containsExactly("0|1,aaaaaaaa|good", "11|5,d|good");
    assertThatThrownBy(() -> read("1,a\n2,\"b\n" + "3,c\n".repeat(100), 10))
        .isInstanceOf(UnclosedQuoteException.class)
        .hasMessageContaining("line 2 (byte 6)");
  }

  @Test
  void lines_of_a_long_record_cross_buffers() throws IOException {
    StringBuilder content = new StringBuilder("0,\"");
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      content.append("line ").append(i).append('\n');
    }
    content.append("end\"\nnext");
    int start = 0;
    for (String line : content.toString().split("\n")) {
      boolean isNext = line.equals("next");
      expected.add(String.format(Locale.ROOT, "%d|%s|%s", start, line, isNext ? "good" : "bad"));
      start += line.length() + 1;
    }
    assertThat(read(content.toString(), 1000)).isEqualTo(expected);
    assertThat(read(content.toString(), 100_000)).isEqualTo(expected);
  }
}
