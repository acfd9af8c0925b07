package io.heed.input;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.InternalRow$;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.execution.datasources.NoopCache$;
import org.apache.spark.sql.execution.datasources.PartitionDirectory;
import org.apache.spark.sql.execution.datasources.PartitionPath;
import org.apache.spark.sql.execution.datasources.PartitionSpec;
import org.apache.spark.sql.execution.datasources.PartitioningAwareFileIndex;
import scala.Option;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The files of an input as Spark's reading takes them: those that were listed, each once, and no
 * others. Spark's own listing follows every link, leaves out a hidden file that was asked for, and
 * finds what came later. Directories such as {@code k=v} below the base make columns.
 */
final class ListedFiles extends PartitioningAwareFileIndex {
  private final Path base;
  private final List<InputFile> files;
  private final PartitionSpec partitions;

  private ListedFiles(
      SparkSession session, Path base, List<InputFile> files, Map<String, String> parameters) {
    super(session, immutable(parameters), Option.empty(), NoopCache$.MODULE$);
    this.base = base;
    this.files = files;
    this.partitions = inferPartitioning();
  }

  private ListedFiles(SparkSession session, ListedFiles all, List<InputFile> some) {
    super(session, immutable(Map.of()), Option.empty(), NoopCache$.MODULE$);
    this.base = all.base;
    this.files = some;
    this.partitions = all.partitions;
  }

  /**
   * All files of an input.
   *
   * @throws InputException when directories do not agree on the columns that they make
   */
  static ListedFiles of(SparkSession session, InputFiles input) {
    boolean hasColumns = input.files().stream().anyMatch(file -> inKeyValue(file.name()));
    Map<String, String> parameters =
        hasColumns
            ? Map.of("basePath", input.base().toString())
            : Map.of("recursiveFileLookup", "true");
    ListedFiles listed;
    try {
      listed = new ListedFiles(session, input.base(), input.files(), parameters);
    } catch (RuntimeException | AssertionError e) { // Spark asserts that directories agree.
      throw new InputException(
          String.format(
              Locale.ROOT,
              "the directories of %s make no columns: %s",
              input.base(),
              e.getMessage()),
          e);
    }
    listed.requireAllPartitioned();
    return listed;
  }

  /** Some of these files, with the columns that the directories of all make. */
  ListedFiles only(SparkSession session, List<InputFile> some) {
    return new ListedFiles(session, this, some);
  }

  private static boolean inKeyValue(String name) {
    int directory = name.lastIndexOf('/');
    return directory > 0 && name.substring(0, directory).contains("=");
  }

  /** Spark would pass over a file that lies beside the directories. */
  private void requireAllPartitioned() {
    if (partitions.partitionColumns().isEmpty()) {
      return;
    }
    Set<Path> directories = partitionPaths().map(PartitionPath::path).collect(Collectors.toSet());
    for (InputFile file : files) {
      if (!directories.contains(file.path().getParent())) {
        throw new InputException(
            String.format(
                Locale.ROOT,
                "%s lies in no directory such as %s=…, as other files of the input do",
                file.path(),
                partitions.partitionColumns().fieldNames()[0]));
      }
    }
  }

  private Stream<PartitionPath> partitionPaths() {
    return CollectionConverters.asJava(partitions.partitions()).stream();
  }

  @Override
  public PartitionSpec partitionSpec() {
    return partitions;
  }

  @Override
  public Seq<Path> rootPaths() {
    return CollectionConverters.asScala(List.of(base)).toSeq();
  }

  @Override
  public Seq<PartitionDirectory> listFiles(Seq<Expression> ofPartitions, Seq<Expression> ofData) {
    List<PartitionDirectory> directories = new ArrayList<>();
    if (partitions.partitionColumns().isEmpty()) {
      InternalRow none = InternalRow$.MODULE$.empty();
      directories.add(PartitionDirectory.apply(none, statuses(files)));
    } else {
      Map<Path, List<InputFile>> byDirectory = byDirectory();
      partitionPaths()
          .filter(partition -> byDirectory.containsKey(partition.path()))
          .map(p -> PartitionDirectory.apply(p.values(), statuses(byDirectory.get(p.path()))))
          .forEach(directories::add);
    }
    return CollectionConverters.asScala(directories).toSeq();
  }

  @Override
  public Seq<FileStatus> allFiles() {
    return CollectionConverters.asScala(List.of(statuses(files))).toSeq();
  }

  @Override
  public scala.collection.mutable.LinkedHashMap<Path, FileStatus> leafFiles() {
    var leaves = new scala.collection.mutable.LinkedHashMap<Path, FileStatus>();
    files.forEach(file -> leaves.put(file.path(), file.status()));
    return leaves;
  }

  @Override
  public scala.collection.immutable.Map<Path, FileStatus[]> leafDirToChildrenFiles() {
    Map<Path, FileStatus[]> children = new HashMap<>();
    byDirectory().forEach((directory, inside) -> children.put(directory, statuses(inside)));
    return immutable(children);
  }

  private Map<Path, List<InputFile>> byDirectory() {
    Map<Path, List<InputFile>> byDirectory = new HashMap<>();
    for (InputFile file : files) {
      byDirectory.computeIfAbsent(file.path().getParent(), path -> new ArrayList<>()).add(file);
    }
    return byDirectory;
  }

  private static FileStatus[] statuses(List<InputFile> files) {
    return files.stream().map(InputFile::status).toArray(FileStatus[]::new);
  }

  private static <K, V> scala.collection.immutable.Map<K, V> immutable(Map<K, V> map) {
    return scala.collection.immutable.Map$.MODULE$.from(CollectionConverters.asScala(map));
  }

  /** The files are those that were listed, whatever happens to them. */
  @Override
  public void refresh() {}

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}
