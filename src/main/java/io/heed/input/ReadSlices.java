package io.heed.input;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskCompletionListener;

/** Reads the slices of a task, which come as {@link JavaBytes}, one after the other. */
final class ReadSlices implements FlatMapFunction<byte[], Line> {
  private final LineFormat format;
  private final LineColumns columns;
  private final Broadcast<SerializableConfiguration> configuration;

  ReadSlices(
      LineFormat format, LineColumns columns, Broadcast<SerializableConfiguration> configuration) {
    this.format = format;
    this.columns = columns;
    this.configuration = configuration;
  }

  @Override
  public Iterator<Line> call(byte[] bytes) {
    FileSlice[] slices = JavaBytes.read(bytes, FileSlice[].class);
    SliceSequence lines = new SliceSequence(List.of(slices).iterator());
    TaskCompletionListener closing = context -> lines.close();
    TaskContext.get().addTaskCompletionListener(closing);
    return lines;
  }

  /** At most one file is open at a time. */
  private final class SliceSequence implements Iterator<Line> {
    private final Iterator<FileSlice> slices;
    private Iterator<Line> lines = Collections.emptyIterator();

    SliceSequence(Iterator<FileSlice> slices) {
      this.slices = slices;
    }

    @Override
    public boolean hasNext() {
      while (!lines.hasNext()) {
        close();
        lines = Collections.emptyIterator();
        if (!slices.hasNext()) {
          return false;
        }
        lines = SliceLines.open(slices.next(), format, columns, configuration.value().value());
      }
      return true;
    }

    @Override
    public Line next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return lines.next();
    }

    void close() {
      if (lines instanceof SliceLines open) {
        try {
          open.close();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }
}
