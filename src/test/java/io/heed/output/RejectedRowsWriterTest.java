package io.heed.output;

import static io.heed.output.ParquetFiles.read;
import static io.heed.output.ParquetFiles.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.row.Rejection;
import io.heed.row.Rejection.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RejectedRowsWriterTest {
  @TempDir Path temporary;

  private RejectedRowsWriter writer(DataType idType) {
    return RejectedTable.forIds(idType, Provenance.NONE)
        .newWriter(new Configuration(), LocalPaths.toHadoop(temporary), 3, 17);
  }

  private org.apache.hadoop.fs.Path file() {
    return LocalPaths.toHadoop(temporary.resolve("rejected-00003-17.parquet"));
  }

  @Test
  void withoutRowsThereIsNoFile() throws IOException {
    assertThat(writer(DataTypes.LongType).finish()).isEmpty();
    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  void aFinishedFileIsNamedAndStays() throws IOException {
    try (RejectedRowsWriter writer = writer(DataTypes.LongType)) {
      writer.write(row(5L));
      assertThat(writer.finish()).contains("rejected-00003-17.parquet");
    }
    Group read = read(file()).get(0);
    assertThat(read.getLong("id", 0)).isEqualTo(5);
    assertThat(read.getString("reason", 0)).isEqualTo("null_text");
    assertThat(read.getString("message", 0)).isEqualTo("text is null (in.jsonl:7)");
    assertThat(read.getString("source", 0)).isEqualTo("in.jsonl");
    assertThat(read.getLong("position", 0)).isEqualTo(7);
    assertThat(read.getString("row", 0)).isEqualTo("{}");
  }

  @Test
  void anAbandonedFileIsGone() throws IOException {
    try (RejectedRowsWriter writer = writer(DataTypes.LongType)) {
      writer.write(row(5L));
      assertThat(temporary).isNotEmptyDirectory();
    }
    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  void nothingIsWrittenAfterTheEnd() throws IOException {
    RejectedRowsWriter writer = writer(DataTypes.LongType);
    writer.finish();
    assertThatThrownBy(() -> writer.write(row(1L))).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(writer::finish).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void idsKeepTheirTypeOrBecomeText() throws IOException {
    Map<Object, DataType> kept =
        Map.of(
            (byte) -1,
            DataTypes.ByteType,
            (short) -300,
            DataTypes.ShortType,
            -70_000,
            DataTypes.IntegerType);
    for (Map.Entry<Object, DataType> id : kept.entrySet()) {
      assertThat(written(id.getKey(), id.getValue()).getInteger("id", 0))
          .isEqualTo(((Number) id.getKey()).intValue());
    }
    Instant instant = Instant.parse("2026-01-02T03:04:05.006Z");
    Map<Object, String> text =
        Map.of(
            "ключ",
            "ключ",
            2.5,
            "2.5",
            new byte[] {1, 2, 3},
            "AQID",
            LocalDate.of(2026, 1, 2),
            "2026-01-02",
            Timestamp.from(instant),
            "2026-01-02T03:04:05.006Z",
            instant,
            "2026-01-02T03:04:05.006Z");
    for (Map.Entry<Object, String> id : text.entrySet()) {
      assertThat(written(id.getKey(), DataTypes.DateType).getString("id", 0))
          .isEqualTo(id.getValue());
    }
  }

  private Group written(Object id, DataType type) throws IOException {
    RejectedRowsWriter writer = writer(type);
    writer.write(row(id));
    writer.finish();
    Group read = read(file()).get(0);
    new java.io.File(temporary.toFile(), file().getName()).delete();
    return read;
  }

  @Test
  void anIdOfAnotherTypeIsAnError() {
    RejectedRowsWriter writer = writer(DataTypes.LongType);
    assertThatThrownBy(() -> writer.write(row("five")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("id of type java.lang.String in a column of type BIGINT");
  }

  @Test
  void everythingUnknownIsNull() throws IOException {
    RejectedRowsWriter writer = writer(DataTypes.LongType);
    writer.write(new RejectedRow(null, new Rejection(Reason.MISSING_ID, "no id"), null, 0, null));
    writer.finish();
    Group read = read(file()).get(0);
    for (String column : List.of("id", "source", "row")) {
      assertThat(read.getFieldRepetitionCount(column)).as(column).isZero();
    }
  }

  @Test
  void aRowOfAHundredMegabytesIsKept() throws IOException {
    String line = "x".repeat(100 << 20);
    RejectedRowsWriter writer = writer(DataTypes.LongType);
    writer.write(row(1L));
    writer.write(new RejectedRow(2L, new Rejection(Reason.MALFORMED, "long"), "in.jsonl", 9, line));
    writer.write(row(3L));
    writer.finish();
    List<Group> rows = read(file());
    assertThat(rows).extracting(row -> row.getLong("id", 0)).containsExactly(1L, 2L, 3L);
    assertThat(rows.get(1).getString("row", 0).equals(line)).isTrue();
  }

  @Test
  void memoryIsBoundedByTheRowGroup() throws IOException {
    int rowBytes = 1 << 20;
    RejectedRowsWriter writer = writer(DataTypes.LongType);
    Random random = new Random(1);
    for (long id = 0; id < 20; id++) {
      String line =
          random
              .ints(rowBytes, ' ', '~')
              .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
              .toString();
      writer.write(
          new RejectedRow(id, new Rejection(Reason.MALFORMED, "long"), "in.jsonl", id, line));
    }
    writer.finish();
    try (ParquetFileReader reader =
        ParquetFileReader.open(HadoopInputFile.fromPath(file(), new Configuration()))) {
      assertThat(reader.getRecordCount()).isEqualTo(20);
      assertThat(reader.getRowGroups())
          .hasSizeGreaterThan(2)
          .extracting(BlockMetaData::getCompressedSize)
          .allMatch(bytes -> bytes <= RejectedRowsParquet.ROW_GROUP_BYTES + rowBytes);
    }
  }
}
