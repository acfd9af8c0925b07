package io.heed.output;

import java.io.IOException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Two renames, or one where nothing stands at OUTPUT. Between the two OUTPUT is absent; a run that
 * dies there is undone by the next one.
 */
final class AtomicPlacement implements Placement {
  private final FileSystem files;
  private final DirectoryRename directories;

  AtomicPlacement(FileSystem files, DirectoryRename directories) {
    this.files = files;
    this.directories = directories;
  }

  @Override
  public void place(Staging staging, Path output) throws IOException {
    switch (StandingOutput.at(files, output)) {
      case ABSENT -> {}
      // Not recursive: fails if something was put there meanwhile.
      case EMPTY -> files.delete(output, false);
      default -> directories.rename(output, staging.replaced());
    }
    directories.rename(staging.data(), output);
  }

  @Override
  public void undoUnfinished(Staging staging, Path output) throws IOException {
    if (files.exists(staging.replaced()) && !files.exists(output)) {
      directories.rename(staging.replaced(), output);
    }
  }
}
