package io.heed.input;

import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/** A format whose files are read line by line, or record by record. */
interface LineFormat extends FileFormat {
  /** What the beginning of the files says of their columns. */
  KnownColumns columns(List<InputFile> files, InputRequest request, Configuration configuration);

  /** What turns lines into rows. */
  LineParser parser(RowPlan plan);

  /** What finds the ends of records. */
  default RecordEnd recordEnd() {
    return RecordEnd.ofLines();
  }

  /** Whether a record can be found from the middle of a file. */
  default boolean splits() {
    return true;
  }

  /** Whether the first record names the columns. */
  default boolean hasHeader() {
    return false;
  }

  /** Whether the record that was read last is a row. */
  boolean isRow(RecordReader records);

  /** What a file is that begins with a text and cannot be of this format: ends "it is …". */
  Optional<String> foreign(String content);

  @Override
  default boolean bindsTypes() {
    return false;
  }
}
