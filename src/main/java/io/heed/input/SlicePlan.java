package io.heed.input;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.fs.BlockLocation;

/**
 * Cuts files into slices and gathers neighbouring small ones, in the order of the files, into tasks
 * of about equal bytes.
 */
final class SlicePlan {
  /** The slices of a task and the hosts that hold its first bytes. */
  record SliceTask(FileSlice[] slices, List<String> hosts) {}

  private final long splitBytes;
  private final LineFormat format;
  private final List<SliceTask> tasks = new ArrayList<>();
  private final List<FileSlice> open = new ArrayList<>();
  private List<String> openHosts = List.of();
  private long openBytes;

  private SlicePlan(LineFormat format, long splitBytes) {
    this.format = format;
    this.splitBytes = splitBytes;
  }

  /** The tasks; each has at least one slice. */
  static List<SliceTask> tasks(List<InputFile> files, LineFormat format, long splitBytes) {
    SlicePlan plan = new SlicePlan(format, splitBytes);
    files.forEach(plan::add);
    plan.close();
    return plan.tasks;
  }

  private void add(InputFile file) {
    long step = isSplittable(file) ? splitBytes : file.length();
    for (long start = 0; start < file.length(); start += step) {
      long end = Math.min(file.length(), start + step);
      if (openBytes > 0 && openBytes + (end - start) > splitBytes) {
        close();
      }
      if (open.isEmpty()) {
        openHosts = hosts(file, start);
      }
      open.add(new FileSlice(file.path().toString(), file.name(), start, end));
      openBytes += end - start;
    }
  }

  private void close() {
    if (!open.isEmpty()) {
      tasks.add(new SliceTask(open.toArray(FileSlice[]::new), openHosts));
      open.clear();
      openBytes = 0;
    }
  }

  private boolean isSplittable(InputFile file) {
    return format.splits() && file.compression() == Compression.NONE;
  }

  private static List<String> hosts(InputFile file, long position) {
    try {
      for (BlockLocation block : file.blocks()) {
        long end = block.getOffset() + block.getLength();
        if (block.getOffset() <= position && position < end) {
          return Stream.of(block.getHosts()).filter(host -> !host.equals("localhost")).toList();
        }
      }
      return List.of();
    } catch (IOException e) {
      return List.of(); // only a preference
    }
  }
}
