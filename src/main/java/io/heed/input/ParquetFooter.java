package io.heed.input;

import java.io.IOException;
import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.FileMetaData;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.schema.Type;

/** What the footer of one file says. */
final class ParquetFooter implements Serializable {
  private final String path;
  private final String failure;
  private long rows;
  private int rowGroups;
  private final Map<String, FooterColumn> columns = new HashMap<>();

  private ParquetFooter(String path, String failure) {
    this.path = path;
    this.failure = failure;
  }

  /**
   * Reads a footer.
   *
   * @param wanted the columns to look for
   */
  static ParquetFooter read(
      String path, Map<String, ColumnUse> wanted, FooterTypes types, Configuration configuration) {
    try (ParquetFileReader reader = open(path, configuration)) {
      ParquetFooter footer = new ParquetFooter(path, null);
      List<BlockMetaData> groups = reader.getFooter().getBlocks();
      footer.rows = groups.stream().mapToLong(BlockMetaData::getRowCount).sum();
      footer.rowGroups = (int) groups.stream().filter(group -> group.getRowCount() > 0).count();
      FileMetaData file = reader.getFooter().getFileMetaData();
      wanted.forEach(
          (name, use) -> {
            if (file.getSchema().containsField(name)) {
              footer.columns.put(name, types.column(file, name, use));
            }
          });
      return footer;
    } catch (IOException | RuntimeException e) {
      return new ParquetFooter(path, failure(path, e));
    }
  }

  /** The names of all columns of a file. */
  static List<String> names(Path path, Configuration configuration) {
    try (ParquetFileReader reader = open(path.toString(), configuration)) {
      return reader.getFooter().getFileMetaData().getSchema().getFields().stream()
          .map(Type::getName)
          .toList();
    } catch (IOException | RuntimeException e) {
      throw new InputException(failure(path.toString(), e), e);
    }
  }

  private static ParquetFileReader open(String path, Configuration configuration)
      throws IOException {
    return ParquetFileReader.open(HadoopInputFile.fromPath(new Path(path), configuration));
  }

  private static String failure(String path, Exception e) {
    String reason = String.valueOf(e.getMessage()).replace(path + " is ", "it is ");
    return String.format(Locale.ROOT, "cannot read %s as Parquet: %s", path, reason);
  }

  String path() {
    return path;
  }

  /** Why the file could not be read, null when it could. */
  String failure() {
    return failure;
  }

  long rows() {
    return rows;
  }

  /** Row groups that have rows. */
  int rowGroups() {
    return rowGroups;
  }

  /** The wanted columns that the file has. */
  Map<String, FooterColumn> columns() {
    return columns;
  }
}
