package io.heed.train;

import io.heed.training.RunFiles;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;

/**
 * A directory of any store that Hadoop knows. A file that is renamed over another takes its place
 * at once on local disks, on HDFS and wherever else Hadoop's {@link FileContext} reaches; elsewhere
 * there is none in between.
 */
public final class HadoopRunFiles implements RunFiles {
  private static final String PART = "[A-Za-z0-9_][A-Za-z0-9._-]*";
  private static final Pattern NAME = Pattern.compile(PART + "(/" + PART + ")*");

  private final HadoopDirectory directory;

  /** The files of a directory, which is made with the first of them. */
  public HadoopRunFiles(String directory, Configuration configuration) throws IOException {
    this.directory = new HadoopDirectory(directory, configuration);
  }

  private Path path(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "\"%s\" is no file of %s", name, directory));
    }
    return directory.file(name);
  }

  /** The directory itself has the empty name. */
  private Path pathOrDirectory(String name) {
    return name.isEmpty() ? directory.path() : path(name);
  }

  @Override
  public OutputStream create(String name) throws IOException {
    return directory.create(path(name));
  }

  @Override
  public InputStream open(String name) throws IOException {
    return directory.files().open(path(name));
  }

  @Override
  public void read(String name, long position, byte[] target, int count) throws IOException {
    directory.read(path(name), position, target, count);
  }

  @Override
  public long length(String name) throws IOException {
    return directory.files().getFileStatus(path(name)).getLen();
  }

  @Override
  public boolean exists(String name) throws IOException {
    return directory.files().exists(pathOrDirectory(name));
  }

  @Override
  public List<String> list(String folder) throws IOException {
    Path path = pathOrDirectory(folder);
    FileStatus[] entries;
    try {
      if (!directory.files().getFileStatus(path).isDirectory()) {
        return List.of();
      }
      entries = directory.files().listStatus(path);
    } catch (FileNotFoundException e) {
      return List.of();
    }
    return Stream.of(entries).map(entry -> entry.getPath().getName()).sorted().toList();
  }

  @Override
  public void rename(String from, String to) throws IOException {
    Path source = path(from);
    Path target = path(to);
    if (directory.isLocal()) {
      // As of POSIX, replacing what is there.
      requireRenamed(directory.files().rename(source, target), source, target);
      return;
    }
    try {
      FileContext.getFileContext(source.toUri(), directory.files().getConf())
          .rename(source, target, Options.Rename.OVERWRITE);
    } catch (UnsupportedFileSystemException e) {
      if (!directory.files().exists(source)) {
        throw new FileNotFoundException(source.toString());
      }
      directory.files().delete(target, false);
      requireRenamed(directory.files().rename(source, target), source, target);
    }
  }

  private static void requireRenamed(boolean isRenamed, Path source, Path target)
      throws IOException {
    if (!isRenamed) {
      throw new IOException(
          String.format(Locale.ROOT, "cannot rename %s to %s", source, target.getName()));
    }
  }

  @Override
  public void delete(String name) throws IOException {
    Path path = pathOrDirectory(name);
    if (!directory.files().delete(path, true) && directory.files().exists(path)) {
      throw new IOException(String.format(Locale.ROOT, "cannot delete %s", path));
    }
  }

  @Override
  public String place() {
    return directory.toString();
  }
}
