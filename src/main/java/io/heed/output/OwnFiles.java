package io.heed.output;

import java.io.IOException;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Tells what runs have written into an output from what somebody else has put beside it, which is
 * never deleted. Checksums go with their files.
 */
final class OwnFiles {
  /** The marker of a complete result. */
  static final String SUCCESS = "_SUCCESS";

  /** The directory of all that is no result. */
  static final String HEED = "_heed";

  /** What a model was trained by, in {@link #HEED}: its output holds a model. */
  static final String RECIPE = "recipe.json";

  /** What is told of the run, in {@link #HEED}. */
  static final String REPORT = "report.json";

  private static final Pattern CHECKSUM = Pattern.compile("\\.(.+)\\.crc");
  private static final Pattern RESULT = Pattern.compile("part-\\p{Nd}+.*\\.parquet|_SUCCESS");
  private static final Pattern MODEL =
      Pattern.compile("[A-Za-z0-9_-]+\\.json|model\\.safetensors|(merges|vocab)\\.txt|_SUCCESS");
  private static final Pattern REJECTED_DIRECTORY = Pattern.compile("rejected(-[a-z]+)?");
  private static final Pattern REJECTED = Pattern.compile("rejected-.*\\.parquet");
  private static final Pattern FACTS = Pattern.compile(".*\\.json|steps\\.csv");
  private static final Pattern PICTURE = Pattern.compile(".*\\.png");

  private final FileSystem files;

  private OwnFiles(FileSystem files) {
    this.files = files;
  }

  /** A file or directory in {@code output} that no run has written, if there is one. */
  static Optional<Path> foreign(FileSystem files, Path output) throws IOException {
    return new OwnFiles(files).foreign(output);
  }

  private Optional<Path> foreign(Path output) throws IOException {
    Pattern own = files.exists(new Path(new Path(output, HEED), RECIPE)) ? MODEL : RESULT;
    for (FileStatus entry : files.listStatus(output)) {
      boolean isHeed = entry.isDirectory() && name(entry).equals(HEED);
      Optional<Path> foreign = isHeed ? foreignInHeed(entry.getPath()) : unless(entry, own);
      if (foreign.isPresent()) {
        return foreign;
      }
    }
    return Optional.empty();
  }

  private Optional<Path> foreignInHeed(Path heed) throws IOException {
    for (FileStatus entry : files.listStatus(heed)) {
      Optional<Path> foreign;
      if (entry.isDirectory() && REJECTED_DIRECTORY.matcher(name(entry)).matches()) {
        foreign = foreignIn(entry.getPath(), REJECTED);
      } else if (entry.isDirectory() && name(entry).equals("plots")) {
        foreign = foreignIn(entry.getPath(), PICTURE);
      } else {
        foreign = unless(entry, FACTS);
      }
      if (foreign.isPresent()) {
        return foreign;
      }
    }
    return Optional.empty();
  }

  private Optional<Path> foreignIn(Path directory, Pattern own) throws IOException {
    for (FileStatus entry : files.listStatus(directory)) {
      Optional<Path> foreign = unless(entry, own);
      if (foreign.isPresent()) {
        return foreign;
      }
    }
    return Optional.empty();
  }

  /** The entry, unless it is a file of such a name or the checksum of one. */
  private static Optional<Path> unless(FileStatus entry, Pattern own) {
    String name = CHECKSUM.matcher(name(entry)).replaceFirst("$1");
    boolean isOwn = !entry.isDirectory() && own.matcher(name).matches();
    return isOwn ? Optional.empty() : Optional.of(entry.getPath());
  }

  private static String name(FileStatus entry) {
    return entry.getPath().getName();
  }
}
