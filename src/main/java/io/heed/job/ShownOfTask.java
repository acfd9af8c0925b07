package io.heed.job;

import io.heed.input.InputRow;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.apache.spark.sql.Row;

/** Keeps the first rows of one task attempt, and puts no other into words. Not thread-safe. */
final class ShownOfTask {
  private final ShownRows ofAll;
  private final NavigableSet<ShownRow> earliest = new TreeSet<>();

  ShownOfTask(ShownRows ofAll) {
    this.ofAll = ofAll;
  }

  void offer(InputRow row, Row output) {
    if (!isEarly(row)) {
      return;
    }
    earliest.add(ShownRow.of(row, output));
    if (earliest.size() > ofAll.capacity()) {
      earliest.pollLast();
    }
  }

  private boolean isEarly(InputRow row) {
    if (earliest.size() < ofAll.capacity()) {
      return true;
    }
    if (earliest.isEmpty()) {
      return false;
    }
    int sources = row.source().compareTo(earliest.last().source());
    return sources < 0 || sources == 0 && row.position() < earliest.last().position();
  }

  /** All rows of the task have become something. */
  void finish() {
    earliest.forEach(ofAll::add);
  }
}
