package io.heed.output;

import io.heed.row.Rejection;
import io.heed.row.Rejection.Reason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.example.GroupReadSupport;

/** Side files without Spark. */
final class ParquetFiles {
  private ParquetFiles() {}

  static RejectedRow row(Object id) {
    return new RejectedRow(
        id, new Rejection(Reason.NULL_TEXT, "text is null (in.jsonl:7)"), "in.jsonl", 7, "{}");
  }

  static List<Group> read(Path file) throws IOException {
    List<Group> rows = new ArrayList<>();
    try (ParquetReader<Group> reader =
        ParquetReader.builder(new GroupReadSupport(), file).withConf(new Configuration()).build()) {
      for (Group row = reader.read(); row != null; row = reader.read()) {
        rows.add(row);
      }
    }
    return rows;
  }
}
