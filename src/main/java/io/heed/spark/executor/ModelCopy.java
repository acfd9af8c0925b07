package io.heed.spark.executor;

import io.heed.checkpoint.CheckpointException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
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
  /** What a checkpoint consists of; anything else in its directory is not copied. */
  private static final List<String> SUFFIXES =
      List.of(
          ".json",
          ".safetensors",
          "vocab.txt",
          "merges.txt",
          "sentencepiece.bpe.model",
          "spiece.model",
          "spm.model");

  /** Weights that nobody reads where there are {@link #READ_FIRST others}. */
  private static final Pattern TORCH_WEIGHTS = Pattern.compile("pytorch_model.*\\.bin");

  private static final Set<String> READ_FIRST =
      Set.of("model.safetensors", "model.safetensors.index.json");

  private static final Map<List<Part>, Path> COPIES = new HashMap<>();

  /**
   * A file to copy.
   *
   * @param module directory of sentence-transformers that it stands in, or empty
   */
  private record Part(String uri, String module, String name, long length, long modified) {}

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
    List<Part> parts = new ArrayList<>();
    FileStatus[] entries = store.listStatus(source);
    addParts(parts, "", entries);
    for (FileStatus entry : entries) {
      if (entry.isDirectory()) {
        addParts(parts, entry.getPath().getName(), store.listStatus(entry.getPath()));
      }
    }
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

  private static void addParts(List<Part> parts, String module, FileStatus[] entries) {
    boolean torch = Arrays.stream(entries).map(ModelCopy::name).noneMatch(READ_FIRST::contains);
    for (FileStatus entry : entries) {
      String name = name(entry);
      boolean wanted =
          SUFFIXES.stream().anyMatch(name::endsWith)
              || torch && TORCH_WEIGHTS.matcher(name).matches();
      if (entry.isFile() && wanted) {
        parts.add(part(module, entry));
      }
    }
  }

  private static String name(FileStatus entry) {
    return entry.getPath().getName();
  }

  private static Part part(String module, FileStatus file) {
    return new Part(
        file.getPath().toString(),
        module,
        file.getPath().getName(),
        file.getLen(),
        file.getModificationTime());
  }

  private static Path copy(FileSystem store, List<Part> parts) throws IOException {
    Path parent = Path.of(SparkFiles.getRootDirectory()).toAbsolutePath();
    Path target = Files.createTempDirectory(parent, "heed-model-");
    deleteAtExit(target.toFile());
    try {
      for (Part part : parts) {
        Path directory = child(target, part.module());
        Files.createDirectories(directory);
        store.copyToLocalFile(
            false,
            new org.apache.hadoop.fs.Path(part.uri()),
            new org.apache.hadoop.fs.Path(child(directory, part.name()).toUri()),
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
    if (!name.isEmpty() && !directory.equals(child.getParent())) {
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
