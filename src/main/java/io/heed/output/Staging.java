package io.heed.output;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The hidden directory beside OUTPUT that holds everything of one run.
 *
 * <pre>
 * .NAME.heed-RUN/
 *   claim      who runs, written once (see Lease); renamed to `removed` before the rest is deleted
 *   beat       rewritten while the run lives
 *   data/      what becomes OUTPUT
 *   aside/     what was written to data/ first, where that is written anew
 *   heed/      what becomes OUTPUT/_heed
 *   rejected/  rejected side files of every task attempt, failed ones included
 *   placing    present once files of the result may stand in OUTPUT (stores without atomic rename)
 *   replaced/  what stood at OUTPUT, until the result stands there
 * </pre>
 *
 * @param root the directory itself
 */
record Staging(Path root) {
  private static final Logger LOG = LoggerFactory.getLogger(Staging.class);

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final String RUN = "\\d{8}T\\d{6}Z-[0-9a-f]{8}";

  /** The place of a new run's staging; nothing is created. */
  static Staging beside(Path output) {
    String run =
        TIME.format(Instant.now())
            + String.format(Locale.ROOT, "-%08x", ThreadLocalRandom.current().nextInt());
    return new Staging(sibling(output, "." + output.getName() + ".heed-" + run));
  }

  /** A path beside another. A name alone, with a colon in it, would be taken for a URI. */
  static Path sibling(Path path, String name) {
    return new Path(path.getParent(), new Path(null, null, name));
  }

  /** Every staging directory beside {@code output}, of this run, of live and of dead ones. */
  static List<Staging> allBeside(FileSystem files, Path output) throws IOException {
    Pattern name = Pattern.compile(Pattern.quote("." + output.getName() + ".heed-") + RUN);
    List<Staging> found = new ArrayList<>();
    FileStatus[] entries;
    try {
      entries = files.listStatus(output.getParent());
    } catch (FileNotFoundException e) {
      return found;
    }
    for (FileStatus entry : entries) {
      if (entry.isDirectory() && name.matcher(entry.getPath().getName()).matches()) {
        found.add(new Staging(entry.getPath()));
      }
    }
    return found;
  }

  /** Distinguishes the runs of one OUTPUT and orders them, roughly by time. */
  String run() {
    String name = root.getName();
    return name.substring(name.lastIndexOf(".heed-") + ".heed-".length());
  }

  Path claim() {
    return new Path(root, "claim");
  }

  Path beat() {
    return new Path(root, "beat");
  }

  Path removed() {
    return new Path(root, "removed");
  }

  Path data() {
    return new Path(root, "data");
  }

  Path aside() {
    return new Path(root, "aside");
  }

  Path heed() {
    return new Path(root, "heed");
  }

  Path rejected() {
    return new Path(root, "rejected");
  }

  Path placing() {
    return new Path(root, "placing");
  }

  Path replaced() {
    return new Path(root, "replaced");
  }

  /**
   * Deletes everything, so that a run that still writes here, or finds the deletion cut off, can
   * tell: the claim goes first, what replaces it last.
   */
  void remove(FileSystem files) throws IOException {
    if (files.exists(claim())) {
      files.rename(claim(), removed());
    }
    if (files.exists(root)) {
      for (FileStatus entry : files.listStatus(root)) {
        if (!entry.getPath().getName().equals(removed().getName())) {
          files.delete(entry.getPath(), true);
        }
      }
      files.delete(root, true);
    }
  }

  /** The same; what cannot be removed now is removed by the next run. */
  void discard(FileSystem files) {
    try {
      remove(files);
    } catch (IOException | RuntimeException | FSError e) {
      LOG.warn("cannot remove {}: {}", root, OutputLocation.reason(e));
    }
  }
}
