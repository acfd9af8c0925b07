package io.heed.input;

import java.io.IOException;
import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;

/**
 * What the footers of all files say.
 *
 * @param rows rows of all files
 * @param rowGroups row groups that have rows
 * @param absent for files that lack wanted columns which other files have: path and columns
 */
record ParquetFooters(long rows, int rowGroups, Map<String, Set<String>> absent) {

  /** Up to here, reading on the driver is faster than a Spark job. */
  private static final int READ_ON_DRIVER = 16;

  private static final int FILES_PER_TASK = 64;

  /** One file; the failure is null when it could be read. */
  private record Footer(String path, long rows, int rowGroups, Set<String> absent, String failure)
      implements Serializable {}

  /**
   * Reads the footers of all files.
   *
   * @param wanted columns whose absence matters
   * @throws InputException naming a file that is not Parquet
   */
  static ParquetFooters read(
      List<InputFile> files,
      Set<String> wanted,
      JavaSparkContext spark,
      Broadcast<SerializableConfiguration> configuration) {
    List<String> paths = files.stream().map(file -> file.path().toString()).toList();
    List<Footer> footers;
    if (paths.size() <= READ_ON_DRIVER) {
      Configuration local = configuration.value().value();
      footers = paths.stream().map(path -> footer(path, wanted, local)).toList();
    } else {
      int tasks = (paths.size() + FILES_PER_TASK - 1) / FILES_PER_TASK;
      footers =
          spark
              .parallelize(paths, tasks)
              .map(path -> JavaBytes.of(footer(path, wanted, configuration.value().value())))
              .collect()
              .stream()
              .map(bytes -> JavaBytes.read(bytes, Footer.class))
              .toList();
    }
    return together(footers);
  }

  private static Footer footer(String path, Set<String> wanted, Configuration configuration) {
    try (ParquetFileReader reader =
        ParquetFileReader.open(HadoopInputFile.fromPath(new Path(path), configuration))) {
      List<BlockMetaData> groups = reader.getFooter().getBlocks();
      MessageType schema = reader.getFooter().getFileMetaData().getSchema();
      return new Footer(
          path,
          groups.stream().mapToLong(BlockMetaData::getRowCount).sum(),
          (int) groups.stream().filter(group -> group.getRowCount() > 0).count(),
          wanted.stream()
              .filter(name -> !schema.containsField(name))
              .collect(Collectors.toCollection(TreeSet::new)),
          null);
    } catch (IOException | RuntimeException e) {
      String reason = String.valueOf(e.getMessage()).replace(path + " is ", "it is ");
      String failure = "cannot read %s as Parquet: %s".formatted(path, reason);
      return new Footer(path, 0, 0, Set.of(), failure);
    }
  }

  private static ParquetFooters together(List<Footer> footers) {
    long rows = 0;
    int rowGroups = 0;
    Set<String> nowhere = new TreeSet<>(footers.get(0).absent());
    Map<String, Set<String>> absent = new HashMap<>();
    for (Footer footer : footers) {
      if (footer.failure() != null) {
        throw new InputException(footer.failure());
      }
      rows += footer.rows();
      rowGroups = Math.addExact(rowGroups, footer.rowGroups());
      nowhere.retainAll(footer.absent());
      absent.put(footer.path(), footer.absent());
    }
    // What no file has is a partition column, or not a column of the input at all.
    absent.values().forEach(names -> names.removeAll(nowhere));
    absent.values().removeIf(Set::isEmpty);
    return new ParquetFooters(rows, rowGroups, absent);
  }
}
