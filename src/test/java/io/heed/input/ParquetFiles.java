package io.heed.input;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;

/** Parquet files of types that Spark does not write. */
final class ParquetFiles {
  private ParquetFiles() {}

  /** A file of some fields, as {@code message} declares them, with a row for each filling. */
  @SafeVarargs
  static Path write(Path file, String fields, Consumer<Group>... rows) throws IOException {
    return write(file, MessageTypeParser.parseMessageType("message m {" + fields + "}"), rows);
  }

  /** A file of a schema. */
  @SafeVarargs
  static Path write(Path file, MessageType schema, Consumer<Group>... rows) throws IOException {
    Files.createDirectories(file.getParent());
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new LocalOutputFile(file)).withType(schema).build()) {
      for (Consumer<Group> row : List.of(rows)) {
        Group group = new SimpleGroup(schema);
        row.accept(group);
        writer.write(group);
      }
    }
    return file;
  }
}
