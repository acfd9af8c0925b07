package io.heed.output;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * For object stores, whose rename of a directory is a copy that others see half done: files move
 * one by one (a copy inside the store), the commit marker leaves first and arrives last, and only a
 * directory with its marker is complete.
 */
final class FileByFilePlacement implements Placement {
  private final FileSystem files;

  FileByFilePlacement(FileSystem files) {
    this.files = files;
  }

  @Override
  public void place(Staging staging, Path output) throws IOException {
    List<Path> standing = filesBelow(output);
    standing.sort(commitMarkerLast().reversed());
    move(standing, output, staging.replaced());
    files.delete(output, true);

    // From here on the files at OUTPUT are this run's, and may be deleted to undo it.
    SmallFiles.write(files, staging.placing(), "");
    List<Path> result = filesBelow(staging.data());
    result.sort(commitMarkerLast());
    move(result, staging.data(), output);
  }

  @Override
  public void undoUnfinished(Staging staging, Path output) throws IOException {
    if (StandingOutput.isCommitted(files, output)) {
      return;
    }
    if (files.exists(staging.placing())) {
      files.delete(output, true);
    }
    List<Path> replaced = filesBelow(staging.replaced());
    replaced.sort(commitMarkerLast());
    for (Path file : replaced) {
      // A move that was cut off between its copy and its delete; objects appear whole.
      files.delete(moved(file, staging.replaced(), output), false);
    }
    move(replaced, staging.replaced(), output);
  }

  private void move(List<Path> sources, Path from, Path to) throws IOException {
    for (Path source : sources) {
      Path target = moved(source, from, to);
      files.mkdirs(target.getParent());
      if (files.exists(target) || !files.rename(source, target)) {
        throw new IOException(String.format(Locale.ROOT, "cannot move %s to %s", source, target));
      }
    }
  }

  private static Path moved(Path source, Path from, Path to) {
    String below = source.toUri().getPath().substring(from.toUri().getPath().length());
    return new Path(
        to.toUri().getScheme(), to.toUri().getAuthority(), to.toUri().getPath() + below);
  }

  private List<Path> filesBelow(Path directory) throws IOException {
    List<Path> found = new ArrayList<>();
    try {
      RemoteIterator<LocatedFileStatus> entries = files.listFiles(directory, true);
      while (entries.hasNext()) {
        found.add(entries.next().getPath());
      }
    } catch (FileNotFoundException e) {
      return new ArrayList<>();
    }
    return found;
  }

  /** The report is the marker of a directory that holds rejected rows alone. */
  private static Comparator<Path> commitMarkerLast() {
    return Comparator.comparingInt(
        path ->
            switch (path.getName()) {
              case OwnFiles.SUCCESS -> 2;
              case OwnFiles.REPORT -> 1;
              default -> 0;
            });
  }
}
