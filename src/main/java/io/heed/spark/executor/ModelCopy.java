package io.heed.spark.executor;

import io.heed.checkpoint.CheckpointException;
import io.heed.checkpoint.WeightNames;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FileUtil;
import org.apache.spark.SparkEnv;
import org.apache.spark.SparkFiles;
import org.apache.spark.deploy.SparkHadoopUtil;

/**
 * Checkpoints of Hadoop stores, copied into this executor's own directory: once per JVM as long as
 * the store lists the same files, and gone with the JVM.
 */
final class ModelCopy {
  /** What a checkpoint consists of beside its weights; anything else is not copied. */
  private static final List<String> SUFFIXES =
      List.of(
          ".json",
          "vocab.txt",
          "merges.txt",
          "sentencepiece.bpe.model",
          "spiece.model",
          "spm.model");

  /** Folders below the directory: a module of a router stands in that of the router. */
  private static final int DEPTH = 2;

  private static final Map<List<Part>, Path> COPIES = new HashMap<>();

  /**
   * A file to copy.
   *
   * @param folder that it stands in, below the directory, each name with a slash behind it
   */
  private record Part(String uri, String folder, String name, long length, long modified) {
    /** Its place below the directory. */
    private String path() {
      return folder + name;
    }
  }

  private ModelCopy() {}

  /** Finds what to copy. */
  private interface Listing {
    List<Part> parts(FileSystem store, org.apache.hadoop.fs.Path source) throws IOException;
  }

  /**
   * The directory that holds the copy.
   *
   * @throws CheckpointException when the URI names no directory or cannot be read
   */
  static Path of(String uri) {
    return copied(uri, ModelCopy::parts);
  }

  /**
   * The copy of a file, without what stands beside it.
   *
   * @throws CheckpointException when the URI names no file or cannot be read
   */
  static Path ofFile(String uri) {
    Path directory = copied(uri, ModelCopy::part);
    return directory.resolve(new org.apache.hadoop.fs.Path(uri).getName());
  }

  private static synchronized Path copied(String uri, Listing listing) {
    try {
      org.apache.hadoop.fs.Path source = new org.apache.hadoop.fs.Path(uri);
      FileSystem store = source.getFileSystem(configuration());
      List<Part> parts = listing.parts(store, source);
      Path copy = COPIES.get(parts);
      // The directory goes with its application; a driver's JVM can outlive that.
      if (copy == null || !Files.isDirectory(copy)) {
        copy = copy(store, parts);
        COPIES.put(parts, copy);
      }
      return copy;
    } catch (IOException | IllegalArgumentException e) {
      throw new CheckpointException(
          String.format(Locale.ROOT, "the checkpoint %s cannot be copied: %s", uri, e.getMessage()),
          e);
    }
  }

  private static Configuration configuration() {
    return SparkHadoopUtil.get().newConfiguration(SparkEnv.get().conf());
  }

  private static List<Part> parts(FileSystem store, org.apache.hadoop.fs.Path source)
      throws IOException {
    if (!store.getFileStatus(source).isDirectory()) {
      throw new CheckpointException(
          String.format(Locale.ROOT, "the checkpoint %s is not a directory", source));
    }
    Map<String, List<Part>> folders = new TreeMap<>();
    list(store, source, "", DEPTH, folders);
    List<Part> parts = new ArrayList<>();
    Set<String> weights = new HashSet<>();
    for (List<Part> folder : folders.values()) {
      parts.addAll(folder);
      weights.addAll(weights(store, folder));
    }
    parts.removeIf(part -> !weights.contains(part.path()) && !isBesideWeights(part.name()));
    parts.sort(Comparator.comparing(Part::uri));
    return parts;
  }

  private static List<Part> part(FileSystem store, org.apache.hadoop.fs.Path source)
      throws IOException {
    FileStatus file = store.getFileStatus(source);
    if (!file.isFile()) {
      throw new CheckpointException(String.format(Locale.ROOT, "%s is not a file", source));
    }
    return List.of(part("", file));
  }

  /** Adds the files of a folder and of those below it, by folder. */
  private static void list(
      FileSystem store,
      org.apache.hadoop.fs.Path source,
      String folder,
      int depth,
      Map<String, List<Part>> folders)
      throws IOException {
    for (FileStatus entry : store.listStatus(source)) {
      if (entry.isFile()) {
        folders.computeIfAbsent(folder, absent -> new ArrayList<>()).add(part(folder, entry));
      } else if (entry.isDirectory() && depth > 0) {
        String inside = folder + entry.getPath().getName() + "/";
        list(store, entry.getPath(), inside, depth - 1, folders);
      }
    }
  }

  private static boolean isBesideWeights(String name) {
    return SUFFIXES.stream().anyMatch(name::endsWith);
  }

  /** Where the weights of a folder stand that are read, of all that it has. */
  private static Set<String> weights(FileSystem store, List<Part> folder) throws IOException {
    Map<String, Part> byName = new HashMap<>();
    folder.forEach(part -> byName.put(part.name(), part));
    Optional<Part> first = WeightNames.first(byName::containsKey).map(byName::get);
    if (first.isEmpty() || !WeightNames.isIndex(first.get().name())) {
      return first.map(Part::path).map(Set::of).orElse(Set.of());
    }
    Set<String> shards = new HashSet<>();
    for (String shard : shards(store, first.get())) {
      shards.add(Path.of(first.get().folder(), shard).normalize().toString());
    }
    return shards;
  }

  /** None where the index is wrong: it is copied, and who reads it says what is. */
  private static Set<String> shards(FileSystem store, Part index) throws IOException {
    try (InputStream in = store.open(new org.apache.hadoop.fs.Path(index.uri()))) {
      return WeightNames.shards(in, index.path());
    } catch (CheckpointException e) {
      return Set.of();
    }
  }

  private static Part part(String folder, FileStatus file) {
    return new Part(
        file.getPath().toString(),
        folder,
        file.getPath().getName(),
        file.getLen(),
        file.getModificationTime());
  }

  private static Path copy(FileSystem store, List<Part> parts) throws IOException {
    // Executors call it ".", which the checks of names would trip over.
    Path parent = Path.of(SparkFiles.getRootDirectory()).toAbsolutePath().normalize();
    Path target = Files.createTempDirectory(parent, "heed-model-");
    deleteAtExit(target.toFile());
    try {
      for (Part part : parts) {
        Path file = target;
        for (String segment : part.path().split("/")) {
          file = child(file, segment);
        }
        Files.createDirectories(file.getParent());
        store.copyToLocalFile(
            false,
            new org.apache.hadoop.fs.Path(part.uri()),
            new org.apache.hadoop.fs.Path(file.toUri()),
            true);
      }
      return target;
    } catch (IOException | RuntimeException e) {
      FileUtil.fullyDelete(target.toFile());
      throw e;
    }
  }

  /** The store names its files; a name must not lead elsewhere. */
  private static Path child(Path directory, String name) throws IOException {
    Path child = directory.resolve(name).normalize();
    if (!directory.equals(child.getParent())) {
      throw new IOException(String.format(Locale.ROOT, "'%s' is not a file name", name));
    }
    return child;
  }

  private static void deleteAtExit(File directory) {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> FileUtil.fullyDelete(directory), "heed-delete-" + directory.getName()));
  }
}
