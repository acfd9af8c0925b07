package io.heed.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import net.jqwik.api.statistics.Statistics;
import org.apache.hadoop.fs.FileUtil;

/**
 * A file of {@code torch.save} that was changed anywhere is refused as a broken checkpoint or read,
 * whatever was changed, and costs no more memory than the file lets expect.
 */
class TorchFuzzTest {
  private static final Path GOLDENS = Path.of("src/test/resources/goldens/torch");

  /** What reading a file of some kilobytes may allocate, buffers included. */
  private static final long MOST_BYTES = 4L << 20;

  private static final com.sun.management.ThreadMXBean THREADS =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static Path directory;
  private static List<byte[]> files;

  /** A file that a seed changes. */
  private record Case(int file, long seed) {}

  @BeforeContainer
  static void readFiles() throws IOException {
    directory = Files.createTempDirectory("heed-torch-");
    files = new ArrayList<>();
    for (String name : List.of("plain.bin", "protocol4.pt", "state_dict.bin", "parameters.bin")) {
      files.add(Files.readAllBytes(GOLDENS.resolve(name)));
    }
    for (RawZip.Form form : RawZip.Form.values()) {
      files.add(
          new RawTorch()
              .counting("a", 2, 3)
              .add("t", "HalfStorage", 2, new byte[24], 0, new long[] {3, 4}, 1, 3)
              .bytes(form));
    }
  }

  @AfterContainer
  static void deleteFiles() {
    FileUtil.fullyDelete(directory.toFile());
  }

  @Provide
  Arbitrary<Case> cases() {
    return Arbitraries.integers()
        .between(0, 7)
        .flatMap(file -> Arbitraries.longs().map(seed -> new Case(file, seed)));
  }

  @Property(tries = 2000)
  void anyChangeIsRefusedOrRead(@ForAll("cases") Case given) throws IOException {
    Random random = new Random(given.seed);
    collect(tensors(mutated(files.get(given.file), random)));
  }

  /** Where only bytes around the pickle and the storages changed, values are as before. */
  @Property(tries = 2000)
  void whatIsReadOfAnArchiveIsWhatWasWritten(@ForAll("cases") Case given) throws IOException {
    Random random = new Random(given.seed);
    byte[] file = files.get(given.file);
    Map<String, float[]> expected = tensors(file).orElseThrow();
    byte[] changed = file.clone();
    for (int at : outsideOfData(file, random)) {
      changed[at] = (byte) interesting(random);
    }
    Optional<Map<String, float[]>> read = tensors(changed);
    collect(read);
    read.ifPresent(
        found -> {
          assertThat(found.keySet()).isEqualTo(expected.keySet());
          found.forEach((name, values) -> assertThat(values).isEqualTo(expected.get(name)));
        });
  }

  @Property(tries = 4000)
  void anyChangeOfAPickleIsRefusedOrRead(@ForAll("cases") Case given) throws IOException {
    Random random = new Random(given.seed);
    byte[] file = files.get(given.file);
    RawZip changed = new RawZip(RawZip.Form.TORCH);
    for (Map.Entry<String, byte[]> entry : entries(file).entrySet()) {
      boolean pickle = entry.getKey().endsWith("data.pkl");
      byte[] bytes = entry.getValue();
      changed.add(entry.getKey(), pickle ? mutated(bytes, random) : bytes);
    }
    collect(tensors(changed.bytes()));
  }

  /** Operations in any order, with arguments that are likely to be taken. */
  @Property(tries = 4000)
  void anyProgramIsRefusedOrRead(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    RawPickle pickle = RawPickle.dict();
    for (int i = random.nextInt(1 << random.nextInt(6)); i >= 0; i--) {
      step(pickle, random);
    }
    byte[] storage = new byte[16];
    collect(tensors(RawTorch.zip(RawZip.Form.TORCH, pickle.stop(), storage).bytes()));
  }

  /** Both ends have to come about, else the changes are too small or too large. */
  private static void collect(Optional<?> read) {
    Statistics.collect(read.isPresent());
    Statistics.coverage(
        share -> {
          share.check(true).percentage(percent -> percent > 1);
          share.check(false).percentage(percent -> percent > 1);
        });
  }

  private static void step(RawPickle pickle, Random random) {
    long[] numbers = {0, 1, 2, 4, -1, 1L << 31, 1L << 62, Long.MAX_VALUE, Long.MIN_VALUE};
    PickleOpcode[] opcodes = PickleOpcode.values();
    long number = numbers[random.nextInt(numbers.length)];
    switch (random.nextInt(16)) {
      case 0 -> pickle.text(random.nextBoolean() ? "0" : "_metadata");
      case 1 -> pickle.whole(number);
      case 2 -> pickle.wholes(number, numbers[random.nextInt(numbers.length)]);
      case 3 -> pickle.storage("FloatStorage", "0", random.nextBoolean() ? 4 : number);
      case 4 -> pickle.global(RawPickle.REBUILD);
      case 5 -> pickle.orderedDict();
      case 6 -> pickle.op(PickleOpcode.BINGET).raw(random.nextInt(4));
      case 7 -> pickle.op(PickleOpcode.MEMOIZE);
      case 8 -> pickle.op(opcodes[random.nextInt(opcodes.length)]);
      default -> {
        long[] sizes = {random.nextInt(3), random.nextInt(3)};
        long[] steps = {random.nextInt(3), random.nextInt(3)};
        pickle.text("t" + random.nextInt(999));
        pickle.tensor("FloatStorage", "0", 4, random.nextInt(3), sizes, steps);
        pickle.put();
      }
    }
  }

  private static int interesting(Random random) {
    int[] bytes = {0, 1, 2, 4, 8, 0x7f, 0x80, 0xff};
    return random.nextBoolean() ? bytes[random.nextInt(bytes.length)] : random.nextInt(256);
  }

  /** Some bytes changed, left out, doubled or moved. */
  private static byte[] mutated(byte[] bytes, Random random) {
    byte[] changed = bytes;
    for (int i = random.nextInt(1 << random.nextInt(3)); i >= 0; i--) {
      int at = random.nextInt(changed.length + 1);
      int length = Math.min(random.nextInt(1 << random.nextInt(8)), changed.length - at);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      out.write(changed, 0, at);
      switch (random.nextInt(6)) {
        case 0 -> out.write(changed, at + length, changed.length - at - length);
        case 1 -> {
          out.write(changed, at, length);
          out.write(changed, at, changed.length - at);
        }
        case 2 -> {
          out.write(interesting(random));
          out.write(changed, at, changed.length - at);
        }
        default -> {
          out.write(changed, at, changed.length - at);
          byte[] whole = out.toByteArray();
          int end = Math.min(at + 1 + random.nextInt(1 << random.nextInt(4)), whole.length);
          for (int j = at; j < end; j++) {
            whole[j] = (byte) interesting(random);
          }
          out.reset();
          out.writeBytes(whole);
        }
      }
      changed = out.toByteArray();
    }
    return random.nextInt(20) == 0
        ? Arrays.copyOf(changed, random.nextInt(changed.length + 1))
        : changed;
  }

  private static Map<String, byte[]> entries(byte[] file) {
    try (OpenFile opened = OpenFile.open(write(file), "a.bin")) {
      Map<String, byte[]> entries = new LinkedHashMap<>();
      StoredZip.read(opened)
          .forEach(
              (name, entry) ->
                  entries.put(name, opened.read(entry.position(), (int) entry.length()).array()));
      return entries;
    }
  }

  /** Some bytes of the file that are in no entry's content. */
  private static int[] outsideOfData(byte[] file, Random random) {
    try (OpenFile opened = OpenFile.open(write(file), "a.bin")) {
      Collection<StoredZip.Entry> entries = StoredZip.read(opened).values();
      return random
          .ints(0, file.length)
          .filter(at -> entries.stream().noneMatch(e -> isInside(e, at)))
          .limit(1 + random.nextInt(3))
          .toArray();
    }
  }

  private static boolean isInside(StoredZip.Entry entry, int at) {
    return at >= entry.position() && at < entry.position() + entry.length();
  }

  private static Path write(byte[] file) {
    try {
      return Files.write(directory.resolve("a.bin"), file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All tensors that can be read, or empty for a file that is refused. */
  private static Optional<Map<String, float[]>> tensors(byte[] bytes) {
    Path path = write(bytes);
    long before = THREADS.getCurrentThreadAllocatedBytes();
    Optional<Map<String, float[]>> read = read(path);
    assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isLessThan(MOST_BYTES);
    return read;
  }

  private static Optional<Map<String, float[]>> read(Path path) {
    Map<String, float[]> tensors = new LinkedHashMap<>();
    try (TensorFile file = TensorFile.open(path, "a.bin")) {
      for (String name : file.names()) {
        long[] shape = file.shape(name).stream().mapToLong(Long::longValue).toArray();
        try {
          tensors.put(name, file.read(name, shape));
        } catch (CheckpointException e) {
          assertThat(e).hasMessageEndingWith("(a.bin)");
        }
      }
      return Optional.of(tensors);
    } catch (CheckpointException e) {
      assertThat(e).hasMessageEndingWith("(a.bin)");
      return Optional.empty();
    }
  }
}
