package io.heed.training;

import io.heed.kernel.AdamSlice;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The moments of a run as files that do not depend on how many tasks there are: of each page the
 * first moments, then the second, float32, little-endian.
 */
final class MomentFiles {
  private final ParameterLayout layout;
  private final TrainingState state;
  private final Exchange exchange;
  private final Pages pages;

  MomentFiles(ParameterLayout layout, TrainingState state, Exchange exchange) {
    this.layout = layout;
    this.state = state;
    this.exchange = exchange;
    this.pages = new Pages(layout.pages(), exchange.tasks());
  }

  private static String firstKey(long step) {
    return "moments-" + step + "/first";
  }

  private static String secondKey(long step) {
    return "moments-" + step + "/second";
  }

  /** Lets other tasks read the moments of this one. */
  void put(long step, PageOptimizer optimizer) {
    AdamSlice slice = optimizer.slice();
    exchange.put(firstKey(step), slice.first(), 0, optimizer.length());
    exchange.put(secondKey(step), slice.second(), 0, optimizer.length());
  }

  /** Ends that. */
  void remove(long step) {
    exchange.remove("moments-" + step + "/");
  }

  /** Writes the files that fall to this task. */
  List<StateFile> write(long step) throws IOException {
    List<StateFile> entries = new ArrayList<>();
    int files = StateFormat.momentFiles(layout);
    for (int file = exchange.rank(); file < files; file += exchange.tasks()) {
      int number = file;
      entries.add(state.write(step, StateFormat.moments(file), out -> write(step, number, out)));
    }
    return entries;
  }

  private void write(long step, int file, OutputStream out) throws IOException {
    int end = Math.min(layout.pages(), (file + 1) * StateFormat.PAGES);
    for (int page = file * StateFormat.PAGES; page < end; page++) {
      int owner = pages.owner(page);
      int n = layout.page(page + 1) - layout.page(page);
      int from = layout.page(page) - layout.page(pages.first(owner));
      float[] both = new float[2 * n];
      List<CompletableFuture<Void>> fetches =
          List.of(
              exchange.fetch(owner, firstKey(step), from, both, 0, n),
              exchange.fetch(owner, secondKey(step), from, both, n, n));
      exchange.await(fetches);
      ByteBuffer bytes =
          ByteBuffer.allocate(both.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(both);
      out.write(bytes.array());
    }
  }

  /** Reads the moments of the pages of a task. */
  void read(TrainingState.Whole whole, PageOptimizer optimizer) throws IOException {
    for (int page = optimizer.firstPage(); page < optimizer.endPage(); page++) {
      int n = layout.page(page + 1) - layout.page(page);
      int at = layout.page(page) - optimizer.at();
      byte[] bytes = new byte[2 * n * Float.BYTES];
      String name = whole.folder() + "/" + StateFormat.moments(page / StateFormat.PAGES);
      state.files().read(name, StateFormat.momentsAt(page), bytes, bytes.length);
      ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      buffer.asFloatBuffer().get(optimizer.slice().first(), at, n);
      buffer.position(n * Float.BYTES);
      buffer
          .slice()
          .order(ByteOrder.LITTLE_ENDIAN)
          .asFloatBuffer()
          .get(optimizer.slice().second(), at, n);
    }
  }
}
