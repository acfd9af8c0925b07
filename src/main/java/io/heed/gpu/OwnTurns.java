package io.heed.gpu;

import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Rotary positions of the sequences of a call that are turned in a way of their own, as their
 * frequencies depend on their length. There is room for the largest batch, and each batch is
 * prepared for. Not thread-safe.
 */
final class OwnTurns implements AutoCloseable {
  /** Words of a sequence: its first row, its tokens, the first of its rows of a table, unused. */
  private static final int SEQUENCE_WORDS = 4;

  private static final int ALIGNMENT = 256;

  /** Tokens that a sequence has to exceed. */
  private final int alike;

  private final List<Room> rooms = new ArrayList<>();
  private final HostMemory host;

  /**
   * Where on the device the sequences of a batch are, the frequencies of each, and the table that
   * these give.
   */
  private record Room(
      DeviceBlock.Turn turn, DeviceMemory.Block memory, long frequencies, long table) {

    long sequences() {
      return memory.address();
    }
  }

  /**
   * The room that the batches of a call need.
   *
   * @param turns all that the blocks have
   * @param positions tokens of the longest sequence
   */
  OwnTurns(
      List<DeviceBlock.Turn> turns,
      int positions,
      List<SequenceBatch> batches,
      DeviceMemory memory) {
    this.alike =
        turns.stream()
            .mapToInt(turn -> turn.frequencies().alikeUpTo(positions))
            .min()
            .orElse(positions);
    int most = batches.stream().mapToInt(batch -> of(batch).length).max().orElse(0);
    int rows = batches.stream().mapToInt(batch -> rows(batch, of(batch))).max().orElse(0);
    int pairs = turns.stream().mapToInt(DeviceBlock.Turn::pairs).max().orElse(0);
    this.host =
        new HostMemory(Math.max(1, (long) most * Math.max(SEQUENCE_WORDS, pairs) * Float.BYTES));
    if (most > 0) {
      allocate(turns, most, rows, memory);
    }
  }

  private void allocate(
      List<DeviceBlock.Turn> turns, int sequences, int rows, DeviceMemory memory) {
    try {
      turns.forEach(turn -> rooms.add(room(turn, sequences, rows, memory)));
    } catch (Throwable e) {
      close();
      throw e;
    }
  }

  private static Room room(DeviceBlock.Turn turn, long sequences, long rows, DeviceMemory memory) {
    long frequencies = aligned(sequences * SEQUENCE_WORDS * Integer.BYTES);
    long table = frequencies + aligned(sequences * turn.pairs() * Float.BYTES);
    DeviceMemory.Block block = memory.allocate(table + rows * turn.pairs() * 2 * Float.BYTES);
    return new Room(turn, block, block.address() + frequencies, block.address() + table);
  }

  private static long aligned(long bytes) {
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  /** Which sequences of a batch are turned so. */
  private int[] of(SequenceBatch batch) {
    return IntStream.range(0, batch.sequences()).filter(s -> batch.length(s) > alike).toArray();
  }

  private static int rows(SequenceBatch batch, int[] sequences) {
    return IntStream.of(sequences).map(batch::length).sum();
  }

  /**
   * Fills the tables for a batch.
   *
   * @param places {@code [T]}, in which the tokens of such sequences get other rows
   */
  void prepare(SequenceBatch batch, long places, GpuKernels kernels, LaunchArguments arguments) {
    int[] some = of(batch);
    if (some.length == 0) {
      return;
    }
    int[] words = new int[some.length * SEQUENCE_WORDS];
    int row = 0;
    for (int i = 0; i < some.length; i++) {
      words[i * SEQUENCE_WORDS] = batch.starts()[some[i]];
      words[i * SEQUENCE_WORDS + 1] = batch.length(some[i]);
      words[i * SEQUENCE_WORDS + 2] = row;
      row += batch.length(some[i]);
    }
    int longest = IntStream.of(some).map(batch::length).max().orElse(0);
    for (Room room : rooms) {
      host.buffer().asIntBuffer().put(words);
      send(room.sequences(), words.length);
      for (int i = 0; i < some.length; i++) {
        float[] perToken = room.turn().frequencies().of(batch.length(some[i]));
        host.buffer().asFloatBuffer().position(i * perToken.length).put(perToken);
      }
      send(room.frequencies(), some.length * room.turn().pairs());
      kernels.turnOwn(
          room.sequences(),
          room.frequencies(),
          places,
          room.table(),
          room.turn(),
          some.length,
          longest,
          arguments);
    }
  }

  /** The table of a turn, or 0 where no sequence of the call needs one. */
  long table(DeviceBlock.Turn turn) {
    return rooms.stream()
        .filter(room -> room.turn().equals(turn))
        .mapToLong(Room::table)
        .findFirst()
        .orElse(0);
  }

  /** Memory that is not pinned has been read when the call returns. */
  private void send(long to, int words) {
    Cuda.check(
        Cuda.cuMemcpyHtoDAsync_v2(to, host.address(), (long) words * Float.BYTES, Cuda.STREAM),
        "cuMemcpyHtoDAsync");
    Reference.reachabilityFence(host);
  }

  @Override
  public void close() {
    rooms.forEach(room -> room.memory().close());
  }
}
