package io.heed.input;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * The local file system. Hadoop's own listing leaves out links that lead nowhere and names that it
 * cannot decode, and does not tell links apart.
 */
final class LocalTree implements FileTree {
  private static final long BLOCK_BYTES = 32 << 20;

  private record Found(Path path, java.nio.file.Path file) implements Entry {

    @Override
    public boolean isLink() {
      return Files.isSymbolicLink(file);
    }

    @Override
    public FileStatus status() throws IOException {
      try {
        return statusOf(path, file);
      } catch (NoSuchFileException e) {
        if (isLink()) {
          throw nowhere(e);
        }
        throw e;
      }
    }

    private InputException nowhere(IOException cause) {
      try {
        return new InputException(
            String.format(
                Locale.ROOT,
                "%s is a link to %s, where nothing is",
                path,
                Files.readSymbolicLink(file)),
            cause);
      } catch (IOException e) {
        return new InputException(
            String.format(Locale.ROOT, "%s is a link that cannot be read", path), e);
      }
    }
  }

  @Override
  public FileStatus status(Path path) throws IOException {
    try {
      return statusOf(path, local(path));
    } catch (NoSuchFileException e) {
      throw (IOException) new FileNotFoundException(path.toString()).initCause(e);
    }
  }

  private static FileStatus statusOf(Path path, java.nio.file.Path file) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
    if (!attributes.isDirectory() && !attributes.isRegularFile()) {
      throw new InputException(
          String.format(Locale.ROOT, "%s is neither a file nor a directory", path));
    }
    return new FileStatus(
        attributes.isDirectory() ? 0 : attributes.size(),
        attributes.isDirectory(),
        1,
        BLOCK_BYTES,
        attributes.lastModifiedTime().toMillis(),
        path);
  }

  @Override
  public List<Entry> entries(Path directory) throws IOException {
    List<Entry> entries = new ArrayList<>();
    java.nio.file.Path parent = local(directory);
    try (DirectoryStream<java.nio.file.Path> files = Files.newDirectoryStream(parent)) {
      for (java.nio.file.Path file : files) {
        String name = file.getFileName().toString();
        requireDecoded(directory, file, name);
        entries.add(new Found(FileTree.child(directory, name), file));
      }
    }
    entries.sort(Comparator.comparing(entry -> entry.path().getName()));
    return entries;
  }

  /** Bytes that the locale cannot decode become other characters, under which no file stands. */
  private static void requireDecoded(Path directory, java.nio.file.Path file, String name) {
    boolean decoded;
    try {
      decoded = file.getParent().resolve(name).equals(file);
    } catch (InvalidPathException e) {
      decoded = false;
    }
    if (!decoded) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "the name of the file %s in %s cannot be read as %s, the encoding of this locale;"
                  + " rename the file, or set LC_ALL to a locale that has its characters",
              name,
              directory,
              System.getProperty("sun.jnu.encoding")));
    }
  }

  @Override
  public Path real(Path path) throws IOException {
    return new Path("file", null, local(path).toRealPath().toString());
  }

  private static java.nio.file.Path local(Path path) {
    return java.nio.file.Path.of(path.toUri().getPath());
  }
}
