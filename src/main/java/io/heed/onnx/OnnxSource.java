package io.heed.onnx;

import io.heed.checkpoint.CheckpointException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Where a graph and its tokenizer come from: an ONNX file, or a jar or zip file that holds one.
 *
 * @param graph the ONNX file, on its own
 * @param name of it, for messages
 * @param tokenizer beside it, if there is one
 */
record OnnxSource(Path graph, String name, Optional<Path> tokenizer) {
  /** What a message of protocol buffers can have, and one buffer of Java. */
  private static final long MOST_BYTES = Integer.MAX_VALUE;

  private static final long MOST_TOKENIZER_BYTES = 256L << 20;
  private static final String GRAPH = ".onnx";
  private static final String TOKENIZER = "tokenizer.json";

  /**
   * Finds both.
   *
   * @param given an ONNX file, a jar or a zip file
   * @param work a directory into which files of a jar are taken out
   * @throws CheckpointException when there is no graph, or several
   */
  static OnnxSource of(Path given, Path work) {
    if (!Files.isRegularFile(given)) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT,
              Files.exists(given) ? "%s is not a file" : "there is no file %s",
              given));
    }
    String name = given.getFileName().toString();
    try {
      return isArchive(name) ? inside(given, work) : new OnnxSource(given, name, beside(given));
    } catch (IOException e) {
      throw new CheckpointException(
          String.format(Locale.ROOT, "%s cannot be read: %s", given, e.getMessage()), e);
    }
  }

  /** The file's content, in memory that is not the heap's. */
  ByteBuffer content() {
    try (FileChannel channel = FileChannel.open(graph)) {
      requireSize(name, channel.size(), MOST_BYTES);
      return channel.map(MapMode.READ_ONLY, 0, channel.size());
    } catch (IOException e) {
      throw new CheckpointException(
          String.format(Locale.ROOT, "%s cannot be read: %s", name, e.getMessage()), e);
    }
  }

  private static boolean isArchive(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.endsWith(".jar") || lower.endsWith(".zip");
  }

  /** Hubs keep exports in a folder of their own, below the tokenizer. */
  private static Optional<Path> beside(Path file) {
    Path folder = file.toAbsolutePath().normalize().getParent();
    Path above = folder.getParent() == null ? folder : folder.getParent();
    return List.of(folder.resolve(TOKENIZER), above.resolve(TOKENIZER)).stream()
        .filter(Files::isRegularFile)
        .findFirst();
  }

  private static OnnxSource inside(Path archive, Path work) throws IOException {
    try (ZipFile zip = new ZipFile(archive.toFile())) {
      Optional<ZipEntry> graph = entry(zip, archive, GRAPH);
      if (graph.isEmpty()) {
        throw new CheckpointException(
            String.format(Locale.ROOT, "there is no %s file in %s", GRAPH, archive));
      }
      Path file = take(zip, graph.get(), work.resolve("graph" + GRAPH), MOST_BYTES);
      Optional<ZipEntry> tokenizer = entry(zip, archive, TOKENIZER);
      Optional<Path> taken =
          tokenizer.isEmpty()
              ? Optional.empty()
              : Optional.of(
                  take(zip, tokenizer.get(), work.resolve(TOKENIZER), MOST_TOKENIZER_BYTES));
      return new OnnxSource(file, graph.get().getName(), taken);
    }
  }

  private static Optional<ZipEntry> entry(ZipFile zip, Path archive, String ending) {
    List<? extends ZipEntry> found =
        Collections.list(zip.entries()).stream()
            .filter(entry -> !entry.isDirectory() && isCalled(entry.getName(), ending))
            .toList();
    if (found.size() > 1) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT,
              "%s has several %s files: %s",
              archive,
              ending,
              String.join(", ", found.stream().map(ZipEntry::getName).toList())));
    }
    return found.stream().<ZipEntry>map(entry -> entry).findFirst();
  }

  /** Such as {@code model.onnx}, {@code tokenizer.json} or {@code minilm-tokenizer.json}. */
  private static boolean isCalled(String entry, String ending) {
    String name = entry.substring(entry.lastIndexOf('/') + 1);
    return name.equals(ending) || name.endsWith(ending.startsWith(".") ? ending : "-" + ending);
  }

  private static Path take(ZipFile zip, ZipEntry entry, Path file, long most) throws IOException {
    requireSize(entry.getName(), entry.getSize(), most);
    try (InputStream in = zip.getInputStream(entry);
        OutputStream out = Files.newOutputStream(file)) {
      byte[] buffer = new byte[1 << 16];
      long taken = 0;
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        taken += read;
        // The size that the archive tells may be wrong.
        requireSize(entry.getName(), taken, most);
        out.write(buffer, 0, read);
      }
    }
    return file;
  }

  private static void requireSize(String name, long bytes, long most) {
    if (bytes > most) {
      throw new CheckpointException(
          String.format(Locale.ROOT, "%s has more than %d bytes", name, most));
    }
  }
}
