package io.heed.input;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/** A file system that Hadoop knows and that has no links. */
final class HadoopTree implements FileTree {
  private final FileSystem files;

  HadoopTree(FileSystem files) {
    this.files = files;
  }

  private record Listed(FileStatus status) implements Entry {

    @Override
    public Path path() {
      return status.getPath();
    }

    @Override
    public boolean isLink() {
      return false;
    }
  }

  @Override
  public FileStatus status(Path path) throws IOException {
    FileStatus status = files.getFileStatus(path);
    return status.isFile()
        ? new LocatedFileStatus(status, files.getFileBlockLocations(status, 0, status.getLen()))
        : status;
  }

  @Override
  public List<Entry> entries(Path directory) throws IOException {
    List<Entry> entries = new ArrayList<>();
    RemoteIterator<LocatedFileStatus> statuses = files.listLocatedStatus(directory);
    while (statuses.hasNext()) {
      entries.add(new Listed(statuses.next()));
    }
    entries.sort(Comparator.comparing(entry -> entry.path().getName()));
    return entries;
  }

  @Override
  public Path real(Path path) {
    return path;
  }
}
