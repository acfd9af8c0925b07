package io.heed.input;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/**
 * The files that a path stands for, ordered by name, each of them once. A directory is read with
 * all directories below it; files and directories whose names begin with {@code _} or {@code .} are
 * left out, as Spark does (a partition directory such as {@code _k=v} stays in), and so are files
 * of no bytes beside others.
 *
 * @param roots the file, the directory, or what the glob matched
 * @param base the directory that file names are relative to: the directory itself, the parent of a
 *     file, or the longest part of a glob before its first pattern
 * @param files at least one; those of no bytes stand only among their like
 * @param notes what a person should know of the choice
 */
record InputFiles(List<Path> roots, Path base, List<InputFile> files, List<String> notes) {

  /** A path with a scheme; whatever else holds a colon is a plain path. */
  private static final Pattern URI = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:/.*", Pattern.DOTALL);

  /**
   * Lists the files.
   *
   * @throws InputException when nothing is there or it cannot be listed
   */
  static InputFiles list(String input, Configuration configuration) {
    try {
      return listing(input, configuration);
    } catch (FileNotFoundException e) {
      throw new InputException(String.format(Locale.ROOT, "input %s does not exist", input), e);
    } catch (IOException e) {
      throw new InputException(String.format(Locale.ROOT, "cannot list input %s: %s", input, e), e);
    } catch (IllegalArgumentException e) {
      throw new InputException(
          String.format(Locale.ROOT, "input %s is not a path: %s", input, e.getMessage()), e);
    }
  }

  private static InputFiles listing(String input, Configuration configuration) throws IOException {
    Path given = URI.matcher(input).matches() ? new Path(input) : new Path(null, null, input);
    FileSystem files = given.getFileSystem(configuration);
    FileTree tree = FileTree.of(files);
    Path path = files.makeQualified(given);
    boolean isGlob = GlobPaths.isPattern(path) && !files.exists(path);
    List<FileStatus> matches = isGlob ? GlobPaths.matches(tree, path) : List.of(tree.status(path));
    if (matches.isEmpty()) {
      throw new InputException(String.format(Locale.ROOT, "input %s matches nothing", input));
    }
    Path base = isGlob || !matches.get(0).isDirectory() ? path.getParent() : path;
    while (isGlob && GlobPaths.isPattern(base)) {
      base = base.getParent();
    }
    TreeWalk walk = new TreeWalk(tree, base);
    for (FileStatus match : matches) {
      walk.walk(match);
    }
    walk.followLinks();
    List<Path> roots = matches.stream().map(FileStatus::getPath).toList();
    return new InputFiles(roots, base, withRows(input, walk.files()), notes(walk.passed()));
  }

  private static List<InputFile> withRows(String input, List<InputFile> found) {
    if (found.isEmpty()) {
      throw new InputException(String.format(Locale.ROOT, "input %s holds no file", input));
    }
    boolean hasBytes = found.stream().anyMatch(file -> file.length() > 0);
    return found.stream()
        .filter(file -> !hasBytes || file.length() > 0)
        .sorted(Comparator.comparing(InputFile::name))
        .toList();
  }

  private static List<String> notes(List<Path> passed) {
    return passed.isEmpty()
        ? List.of()
        : List.of(
            String.format(
                Locale.ROOT,
                "each file is read once: %s%s leads to what is read under another name",
                passed.get(0),
                passed.size() > 1
                    ? String.format(Locale.ROOT, ", like %d others,", passed.size() - 1)
                    : ""));
  }

  /** How the files are opened. */
  Configuration opening(Configuration configuration) {
    Map<String, String> settings = openingSettings();
    if (settings.isEmpty()) {
      return configuration;
    }
    Configuration opening = new Configuration(configuration);
    settings.forEach(opening::set);
    return opening;
  }

  /**
   * What has to be set for them to be opened. Hadoop keeps checksums of local files beside them,
   * and fails on a name with a colon when it looks for those.
   */
  Map<String, String> openingSettings() {
    boolean hasColon =
        "file".equals(base.toUri().getScheme())
            && files.stream().anyMatch(file -> file.path().getName().indexOf(':') >= 0);
    return hasColon
        ? Map.of(
            "fs.file.impl",
            RawLocalFileSystem.class.getName(),
            "fs.file.impl.disable.cache",
            "true")
        : Map.of();
  }

  /** The bytes of all files as stored. */
  long bytes() {
    return files.stream().mapToLong(InputFile::length).sum();
  }
}
