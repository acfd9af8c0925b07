package io.heed.input;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * The files that a path stands for, ordered by name. A directory is read with all directories below
 * it; files and directories whose names begin with {@code _} or {@code .} are left out, as Spark
 * does (a partition directory such as {@code _k=v} stays in), and so are files of no bytes beside
 * others.
 *
 * @param roots the file, the directory, or what the glob matched
 * @param base the directory that file names are relative to: the directory itself, the parent of a
 *     file, or the longest part of a glob before its first pattern
 * @param files at least one; those of no bytes stand only among their like
 */
record InputFiles(List<Path> roots, Path base, List<InputFile> files) {

  /**
   * Lists the files.
   *
   * @throws InputException when nothing is there or it cannot be listed
   */
  static InputFiles list(String input, Configuration configuration) {
    try {
      return listing(input, configuration);
    } catch (FileNotFoundException e) {
      throw new InputException("input %s does not exist".formatted(input), e);
    } catch (IOException e) {
      throw new InputException("cannot list input %s: %s".formatted(input, e.getMessage()), e);
    } catch (IllegalArgumentException e) {
      throw new InputException("input %s is not a path: %s".formatted(input, e.getMessage()), e);
    }
  }

  private static InputFiles listing(String input, Configuration configuration) throws IOException {
    Path given = new Path(input);
    FileSystem files = given.getFileSystem(configuration);
    Path path = files.makeQualified(given);
    boolean isGlob = isPattern(path) && !files.exists(path);
    List<FileStatus> matches =
        isGlob ? matches(input, files.globStatus(path)) : List.of(files.getFileStatus(path));
    Path base = isGlob || !matches.get(0).isDirectory() ? path.getParent() : path;
    while (isGlob && isPattern(base)) {
      base = base.getParent();
    }
    List<InputFile> found = new ArrayList<>();
    for (FileStatus match : matches) {
      collect(files, match.getPath(), base, found);
    }
    if (found.isEmpty()) {
      throw new InputException("input %s holds no file".formatted(input));
    }
    if (found.stream().anyMatch(file -> file.length() > 0)) {
      found.removeIf(file -> file.length() == 0);
    }
    found.sort(Comparator.comparing(InputFile::name));
    List<Path> roots = matches.stream().map(FileStatus::getPath).toList();
    return new InputFiles(roots, base, List.copyOf(found));
  }

  private static List<FileStatus> matches(String input, FileStatus[] statuses) {
    List<FileStatus> matches =
        Stream.ofNullable(statuses)
            .flatMap(Stream::of)
            .filter(status -> !isHidden(status.getPath().getName()))
            .toList();
    if (matches.isEmpty()) {
      throw new InputException("input %s matches nothing".formatted(input));
    }
    return matches;
  }

  private static void collect(FileSystem files, Path root, Path base, List<InputFile> found)
      throws IOException {
    RemoteIterator<LocatedFileStatus> statuses = files.listLocatedStatus(root);
    while (statuses.hasNext()) {
      LocatedFileStatus status = statuses.next();
      Path path = status.getPath();
      if (!path.equals(root) && isHidden(path.getName())) {
        continue;
      }
      if (status.isDirectory()) {
        collect(files, path, base, found);
      } else {
        String name = nameBelow(base, path);
        found.add(new InputFile(path, name, status.getLen(), status.getBlockLocations()));
      }
    }
  }

  /** The path of a file relative to a directory above it, without any encoding. */
  static String nameBelow(Path base, Path file) {
    String parent = base.toUri().getPath();
    String prefix = parent.endsWith(Path.SEPARATOR) ? parent : parent + Path.SEPARATOR;
    String path = file.toUri().getPath();
    return path.startsWith(prefix) ? path.substring(prefix.length()) : path;
  }

  private static boolean isHidden(String name) {
    return name.startsWith(".") || name.startsWith("_") && !name.contains("=");
  }

  private static boolean isPattern(Path path) {
    return path.toString().chars().anyMatch(c -> "*?[{\\".indexOf(c) >= 0);
  }

  /** The bytes of all files as stored. */
  long bytes() {
    return files.stream().mapToLong(InputFile::length).sum();
  }

  /**
   * The one format of all files.
   *
   * @throws InputException when an extension names none, or two files differ
   */
  InputFormat format(Optional<InputFormat> given) {
    if (given.isPresent()) {
      return given.get();
    }
    InputFormat format = null;
    for (InputFile file : files) {
      InputFormat other = formatOf(file);
      if (format != null && other != format) {
        throw new InputException(
            "an input holds one format, but %s is %s and %s is %s"
                .formatted(
                    files.get(0).name(), format.optionName(), file.name(), other.optionName()));
      }
      format = other;
    }
    return format;
  }

  private static InputFormat formatOf(InputFile file) {
    return InputFormat.ofFileName(file.name())
        .orElseThrow(
            () ->
                new InputException(
                    "the name of %s ends in none of %s: --input-format says what it is"
                        .formatted(file.path(), knownExtensions())));
  }

  private static String knownExtensions() {
    return Stream.of(InputFormat.values())
        .flatMap(format -> format.extensions().stream())
        .map(extension -> "." + extension)
        .collect(Collectors.joining(" "));
  }
}
