package io.heed.output;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Where OUTPUT really is: absolute, with its file system, symbolic links of a local path followed,
 * so that staging lies on the same disk and a link stays a link.
 *
 * @param what it is, for messages
 * @param files the file system of {@code path}
 * @param path qualified; never a root
 */
record OutputLocation(String what, FileSystem files, Path path) {

  private static final int MAX_LINKS = 40;

  /**
   * Resolves what the user gave.
   *
   * @throws OutputException not a path, a root directory, or a mount point
   */
  static OutputLocation resolve(Configuration configuration, String what, String output) {
    try {
      Path given = new Path(output);
      FileSystem files = given.getFileSystem(configuration);
      Path path = canonical(files, given);
      if (path.getParent() == null || path.getName().isEmpty()) {
        throw new OutputException(
            String.format(Locale.ROOT, "%s %s is a root directory", what, output));
      }
      if (isLocal(files) && LocalPaths.isMountPoint(LocalPaths.of(path))) {
        throw new OutputException(
            String.format(
                Locale.ROOT,
                "%s %s is a mount point and cannot be replaced by a rename; name a directory below it",
                what,
                path));
      }
      return new OutputLocation(what, files, path);
    } catch (OutputException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw new OutputException(
          String.format(Locale.ROOT, "%s \"%s\" is not usable: %s", what, output, reason(e)), e);
    }
  }

  /**
   * Requires that it neither is, holds nor lies in a place that is read, or what a link in it leads
   * to.
   *
   * @param places files, directories, or the longest parts of globs without a wildcard
   */
  void requireApartFrom(List<ReadPlace> places, Configuration configuration) throws IOException {
    for (ReadPlace place : places) {
      FileSystem store = place.path().getFileSystem(configuration);
      Path read = canonical(store, place.path());
      if (!store(store).equals(store(files))) {
        continue;
      }
      requireApart(place.what(), read);
      if (isLocal(store)) {
        for (java.nio.file.Path linked : LinkedPlaces.of(LocalPaths.of(read))) {
          requireApart(place.what(), LocalPaths.toHadoop(linked));
        }
      }
    }
  }

  private void requireApart(String place, Path read) {
    String in = read.toUri().getPath();
    String out = path.toUri().getPath();
    if (in.equals(out)) {
      throw new OutputException(String.format(Locale.ROOT, "%s %s is the %s", what, path, place));
    }
    if (isBelow(in, out)) {
      throw new OutputException(
          String.format(Locale.ROOT, "%s %s holds the %s %s", what, path, place, read));
    }
    if (isBelow(out, in)) {
      throw new OutputException(
          String.format(Locale.ROOT, "%s %s lies in the %s %s", what, path, place, read));
    }
  }

  /** Creates a directory with its parents; one that is there is fine. */
  static void createDirectory(FileSystem files, Path directory) throws IOException {
    boolean created = files.mkdirs(directory);
    if (!created && isLocal(files)) {
      // Java says why it cannot, which Hadoop does not.
      Files.createDirectories(LocalPaths.of(directory));
    } else if (!created) {
      throw new IOException("cannot create the directory " + directory);
    }
  }

  static boolean isLocal(FileSystem files) {
    return "file".equals(files.getUri().getScheme());
  }

  /**
   * What a person needs of an exception: Hadoop leaves many messages empty and wraps others, and
   * Java names no more than the file that may not be written.
   */
  static String reason(Throwable e) {
    if (e instanceof FSError && e.getCause() != null) {
      return reason(e.getCause());
    }
    if (e instanceof AccessDeniedException) {
      return String.format(Locale.ROOT, "%s: permission denied", e.getMessage());
    }
    return e.getMessage() == null || e.getMessage().isBlank()
        ? e.getClass().getSimpleName()
        : e.getMessage();
  }

  private static boolean isBelow(String path, String ancestor) {
    return path.startsWith(ancestor.endsWith("/") ? ancestor : ancestor + "/");
  }

  /** Two names of one HDFS, with and without port, have one service name. */
  private static String store(FileSystem files) {
    String service = files.getCanonicalServiceName();
    return files.getUri().getScheme() + "://" + (service == null ? authority(files) : service);
  }

  private static String authority(FileSystem files) {
    return files.getUri().getAuthority() == null ? "" : files.getUri().getAuthority();
  }

  private static Path canonical(FileSystem files, Path given) throws IOException {
    Path qualified = files.makeQualified(given);
    return isLocal(files) ? LocalPaths.toHadoop(followLinks(LocalPaths.of(qualified))) : qualified;
  }

  /** Follows every link on the way, also those whose target does not exist. */
  private static java.nio.file.Path followLinks(java.nio.file.Path path) throws IOException {
    java.nio.file.Path current = path.toAbsolutePath().normalize();
    for (int links = 0; links < MAX_LINKS; links++) {
      java.nio.file.Path existing = current;
      while (existing != null && !Files.exists(existing, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
        existing = existing.getParent();
      }
      if (existing == null) {
        return current;
      }
      java.nio.file.Path rest = existing.relativize(current);
      if (Files.exists(existing)) {
        java.nio.file.Path real = existing.toRealPath();
        return rest.toString().isEmpty() ? real : real.resolve(rest);
      }
      java.nio.file.Path target =
          existing.resolveSibling(Files.readSymbolicLink(existing)).normalize();
      current = rest.toString().isEmpty() ? target : target.resolve(rest);
    }
    throw new IOException(
        String.format(Locale.ROOT, "more than %d symbolic links: %s", MAX_LINKS, path));
  }
}
