package io.heed.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.row.Rejection.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class CsvInputTest extends SparkSuite {
  @Test
  void readsQuotedCellsAndTellsEmptyFromNull() throws IOException {
    Path file =
        write(
            "a.csv",
            "\uFEFF\"id\",text,n\r\n"
                + "007,\"two\nlines, \"\"quoted\"\"\",1\r\n"
                + "b,\"\",\n"
                + "\n"
                + "c,,x\n"
                + "d, spaces are kept ,y");
    List<InputRow> rows = rows(texts(file, "n"));
    assertThat(rows).extracting(InputRow::id).containsExactly("007", "b", "c", "d");
    assertThat(rows)
        .extracting(row -> row.payload()[0])
        .containsExactly("two\nlines, \"quoted\"", "", null, " spaces are kept ");
    assertThat(rows).extracting(row -> row.kept()[0]).containsExactly("1", null, "x", "y");
    assertThat(rows.get(0).raw()).isEqualTo("007,\"two\nlines, \"\"quoted\"\"\",1");
    assertThat(rows.get(0).position()).isEqualTo(16);
  }

  @Test
  void rejectsRecordsThatBreakTheRules() throws IOException {
    Path file =
        write(
            "a.csv",
            "id,text,n\n1,fine,2\n2,few\n3,many,1,2\n4,a \"quote,1\n5,\"x\"y,1\n,no id,1\n"
                + "x,id of another type,1\n7,n of another type,1.0\n");
    InputRequest request = typed(texts(file, "n"), "id BIGINT, n INT");
    List<InputRow> rows = rows(request);
    assertThat(rows)
        .extracting(SparkSuite::outcome)
        .containsExactly(
            "fine",
            Reason.WRONG_CELL_COUNT,
            Reason.WRONG_CELL_COUNT,
            Reason.MALFORMED,
            Reason.MALFORMED,
            Reason.MISSING_ID,
            Reason.WRONG_TYPE,
            Reason.WRONG_TYPE);
    assertThat(rows.get(1).rejection().orElseThrow().message())
        .isEqualTo("the record has 2 cells, the header 3");
    assertThat(rows.get(7).rejection().orElseThrow().message())
        .isEqualTo("column n: \"1.0\" is not of type int");
    assertThat(rows.get(0).kept()).containsExactly(2);
  }

  @Test
  void readsEveryCellType() throws IOException {
    Path file = write("a.csv", "text,a,b,c,d,e,f\nx,true,1.5,2024-02-29,2.50,127,1e400\n");
    String ddl = "a BOOLEAN, b DOUBLE, c DATE, d DECIMAL(5,2), e TINYINT";
    InputRow row = rows(typed(texts(file, "a", "b", "c", "d", "e"), ddl)).get(0);
    assertThat(Arrays.asList(row.kept())).hasToString("[true, 1.5, 2024-02-29, 2.50, 127]");
    assertThat(outcomes(typed(texts(file, "f"), "f DOUBLE"))).containsExactly(Reason.WRONG_TYPE);
  }

  @Test
  void headersOfFilesMayDiffer() throws IOException {
    write("many/a.csv", "text,k\nx,1\n");
    write("many/b.csv", "other,k,text\no,2,y\n");
    write("many/c.csv", "text\nz\n");
    InputRequest request = texts(directory.resolve("many"), "k");
    assertThat(outcomes(request)).containsExactly("x", "y", Reason.MISSING_COLUMN);
    assertThat(outcomes(split(request, Partitioning.automatic(8 << 20, 4))))
        .containsExactly("x", "y", Reason.MISSING_COLUMN);
  }

  @Test
  void refusesWhatCsvCannotGive() throws IOException {
    Path file = write("a.csv", "text,n,text\nx,1,y\n");
    assertThatThrownBy(() -> rows(texts(file)))
        .hasStackTraceContaining("the header of file:" + file + " names column text twice");
    Path good = write("b.csv", "text,tokens\nx,1\n");
    assertThatThrownBy(() -> open(tokens(good)))
        .isInstanceOf(InputException.class)
        .hasMessage("column tokens of type array<int> is read from jsonl or parquet, not from csv");
    assertThatThrownBy(() -> open(texts(good, "z")))
        .isInstanceOf(InputException.class)
        .hasMessage("there is no column z: the header of file:%s has text, tokens", good);
    assertThatThrownBy(() -> open(typed(texts(good, "tokens"), "tokens ARRAY<INT>")))
        .isInstanceOf(InputException.class)
        .hasMessage("column tokens of type array<int> cannot be read from csv");
    Path empty = write("c.csv", "\n\n");
    assertThatThrownBy(() -> open(texts(empty)))
        .isInstanceOf(InputException.class)
        .hasMessage("file:%s has no header", empty);
  }
}
