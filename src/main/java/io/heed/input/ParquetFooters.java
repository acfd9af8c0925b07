package io.heed.input;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.util.SerializableConfiguration;

/**
 * What the footers of all files say.
 *
 * @param rows rows of all files
 * @param rowGroups row groups that have rows
 * @param types the type of every wanted column that some file has
 * @param absent for files that lack wanted columns which other files have: path and columns
 * @param nulls for files that say of columns no more than that they are null: path and columns
 */
record ParquetFooters(
    long rows,
    int rowGroups,
    Map<String, DataType> types,
    Map<String, Set<String>> absent,
    Map<String, Set<String>> nulls) {

  /** Up to here, reading on the driver is faster than a Spark job. */
  private static final int READ_ON_DRIVER = 16;

  private static final int FILES_PER_TASK = 64;

  /**
   * Reads the footers of all files.
   *
   * @param wanted the columns that are read where they are there
   * @param settings as {@link ParquetReadings#ofTypes} has them
   * @throws InputException naming a file that is not Parquet, a column that cannot be read, or
   *     files that have a column in types which do not go together
   */
  static ParquetFooters read(
      List<InputFile> files,
      Map<String, ColumnUse> wanted,
      Map<String, String> settings,
      JavaSparkContext spark,
      Broadcast<SerializableConfiguration> configuration) {
    List<String> paths = files.stream().map(file -> file.path().toString()).toList();
    List<ParquetFooter> footers;
    if (paths.size() <= READ_ON_DRIVER) {
      Configuration local = configuration.value().value();
      FooterTypes types = new FooterTypes(settings);
      footers = paths.stream().map(path -> ParquetFooter.read(path, wanted, types, local)).toList();
    } else {
      int tasks = (paths.size() + FILES_PER_TASK - 1) / FILES_PER_TASK;
      footers =
          spark
              .parallelize(paths, tasks)
              .map(
                  path ->
                      JavaBytes.of(
                          ParquetFooter.read(
                              path,
                              wanted,
                              new FooterTypes(settings),
                              configuration.value().value())))
              .collect()
              .stream()
              .map(bytes -> JavaBytes.read(bytes, ParquetFooter.class))
              .toList();
    }
    return together(footers, wanted.keySet());
  }

  private static ParquetFooters together(List<ParquetFooter> footers, Set<String> wanted) {
    long rows = 0;
    int rowGroups = 0;
    for (ParquetFooter footer : footers) {
      if (footer.failure() != null) {
        throw new InputException(footer.failure());
      }
      rows += footer.rows();
      rowGroups = Math.addExact(rowGroups, footer.rowGroups());
    }
    Map<String, DataType> types = new LinkedHashMap<>();
    for (String name : wanted) {
      CommonType common = new CommonType(name);
      footers.forEach(common::add);
      common.type().ifPresent(type -> types.put(name, type));
    }
    Map<String, Set<String>> absent = new HashMap<>();
    Map<String, Set<String>> nulls = new HashMap<>();
    for (ParquetFooter footer : footers) {
      for (String name : types.keySet()) {
        FooterColumn column = footer.columns().get(name);
        if (column == null) {
          absent.computeIfAbsent(footer.path(), path -> new HashSet<>()).add(name);
        } else if (column.type() instanceof NullType) {
          nulls.computeIfAbsent(footer.path(), path -> new HashSet<>()).add(name);
        }
      }
    }
    // A column that is null wherever it is there could hold anything, a text too.
    types.replaceAll((name, type) -> type instanceof NullType ? DataTypes.StringType : type);
    return new ParquetFooters(rows, rowGroups, types, absent, nulls);
  }
}
