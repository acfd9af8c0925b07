package io.heed.input;

import java.io.IOException;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * Directories that a stream of Spark writes: its log says which files belong to batches that are
 * done, and the others hold rows that stand in those as well.
 */
final class StreamedFiles {
  private static final String LOG = "_spark_metadata";

  private StreamedFiles() {}

  /** Only the files of batches that are done, where a stream has written the directory. */
  static InputFiles done(SparkSession spark, InputFiles input) {
    if (input.roots().size() != 1 || !input.roots().get(0).equals(input.base())) {
      return input;
    }
    String root = input.base().toString();
    if (!hasLog(input.base(), spark.sparkContext().hadoopConfiguration())) {
      return input;
    }
    Set<Path> done = new HashSet<>();
    for (String file : NamedPaths.reader(spark).text(root).inputFiles()) {
      done.add(new Path(URI.create(file)));
    }
    List<InputFile> files =
        input.files().stream().filter(file -> done.contains(file.path())).toList();
    if (files.isEmpty()) {
      throw new InputException(
          String.format(Locale.ROOT, "%s holds no file of a batch that is done", root));
    }
    return new InputFiles(input.roots(), input.base(), files, input.notes());
  }

  private static boolean hasLog(Path directory, Configuration configuration) {
    try {
      return directory.getFileSystem(configuration).exists(new Path(directory, LOG));
    } catch (IOException e) {
      throw new InputException(
          String.format(Locale.ROOT, "cannot list %s: %s", directory, e.getMessage()), e);
    }
  }
}
