package io.heed.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each rule of the archive of {@code torch.save}, broken alone. */
class TorchArchiveTest {
  private static final String NAME = "model.bin";
  private static final byte[] FOUR = new byte[4 * Float.BYTES];

  @TempDir private Path directory;

  private void assertRefused(byte[] file, String message) throws IOException {
    Path path = Files.write(directory.resolve(NAME), file);
    assertThatThrownBy(() -> TensorFile.open(path, NAME).close())
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(message)
        .hasMessageEndingWith("(" + NAME + ")");
  }

  private static byte[] good(RawZip.Form form) {
    return new RawTorch().counting("a", 2, 2).counting("b", 3).bytes(form);
  }

  @Test
  void anotherFileIsRefused() throws IOException {
    assertRefused(new byte[] {1, 2}, "the file begins with 0102, not with 504b0304");
    byte[] tar = new byte[600];
    System.arraycopy("ustar".getBytes(StandardCharsets.US_ASCII), 0, tar, 257, 5);
    assertRefused(tar, "the file is a tar archive, of the first PyTorch");
    assertRefused(new byte[] {(byte) 0x80, 2, '}', '.'}, "the file begins with 80027d2e");
  }

  @Test
  void aTruncatedFileIsRefusedWhereverItEnds() throws IOException {
    for (RawZip.Form form : RawZip.Form.values()) {
      byte[] whole = good(form);
      for (int length = 0; length < whole.length; length++) {
        assertRefused(Arrays.copyOf(whole, length), "");
      }
    }
  }

  /** What is patched behind which record of an archive, and what is said. */
  private record Patch(int signature, int n, int offset, int[] bytes) {
    static Patch of(int signature, int n, int offset, int... bytes) {
      return new Patch(signature, n, offset, bytes);
    }

    byte[] apply(byte[] file) {
      return RawZip.patched(file, signature, n, offset, bytes);
    }

    @Override
    public String toString() {
      return String.format("%08x %d %d %s", signature, n, offset, Arrays.toString(bytes));
    }
  }

  private static Arguments patch(Patch patch, String message) {
    return Arguments.of(RawZip.Form.TORCH, patch, message);
  }

  private static Arguments wide(Patch patch, String message) {
    return Arguments.of(RawZip.Form.TORCH_64, patch, message);
  }

  static Stream<Arguments> patches() {
    int[] most = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f};
    int[] minus = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    return Stream.of(
        // Records of the directory: 0 data.pkl, 1 byteorder, 2 and 3 storages, 4 version.
        patch(Patch.of(RawZip.RECORD, 2, 8, 9), "m/data/0 is encrypted in the zip archive"),
        patch(Patch.of(RawZip.RECORD, 2, 8, 0x48), "m/data/0 is encrypted in the zip archive"),
        patch(Patch.of(RawZip.RECORD, 2, 8, 0x28), "m/data/0 has the flags 0x0828"),
        patch(
            Patch.of(RawZip.RECORD, 2, 10, 8),
            "m/data/0 is compressed in the zip archive, by method 8; torch.save compresses nothing"),
        patch(
            Patch.of(RawZip.RECORD, 2, 20, 15),
            "m/data/0 is stored, but has 15 bytes in the zip archive and 16 outside of it"),
        patch(
            Patch.of(RawZip.RECORD, 2, 42, 1), "at byte 257 there is no entry of the zip archive"),
        patch(
            Patch.of(RawZip.RECORD, 2, 42, 0xff, 0xff, 0xff, 0x7f),
            "an entry of the zip archive is at 2147483647, not in the file"),
        patch(
            Patch.of(RawZip.RECORD, 2, 42, 0, 0),
            "m/data/0 of the directory of the zip archive is called m/data.pkl before its bytes"),
        patch(
            Patch.of(RawZip.RECORD, 2, 46, 0xff), "the name of an entry of the zip archive is not"),
        patch(
            Patch.of(RawZip.RECORD, 2, 28, 0, 0),
            "the name of an entry of the zip archive has 0 bytes, expected 1 to 1024"),
        patch(
            Patch.of(RawZip.RECORD, 2, 28, 0xff, 0xff),
            "the directory of the zip archive ends inside an entry"),
        patch(
            Patch.of(RawZip.RECORD, 2, 0, 1),
            "of the directory of the zip archive begins no entry"),
        patch(
            Patch.of(RawZip.RECORD, 2, 42, 0xff, 0xff, 0xff, 0xff),
            "m/data/0 has no zip64 field for a number that does not fit into 32 bits"),
        // Headers and descriptors.
        patch(Patch.of(RawZip.HEADER, 2, 8, 8), "m/data/0 has other flags before its bytes"),
        patch(Patch.of(RawZip.HEADER, 2, 6, 0), "m/data/0 has other flags before its bytes"),
        patch(Patch.of(RawZip.HEADER, 2, 22, 9), "m/data/0 has 16 bytes, but 9 as it says before"),
        patch(Patch.of(RawZip.HEADER, 2, 18, 9), "m/data/0 has 16 bytes, but 0 as it says before"),
        patch(
            Patch.of(RawZip.DESCRIPTOR, 2, 8, 17),
            "behind m/data/0 there is no descriptor of its 16 bytes"),
        patch(
            Patch.of(RawZip.DESCRIPTOR, 2, 0, 17),
            "behind m/data/0 there is no descriptor of its 16 bytes"),
        Arguments.of(
            RawZip.Form.PLAIN,
            Patch.of(RawZip.HEADER, 2, 22, 15),
            "m/data/0 has 16 bytes, but 15 as it says before them"),
        // The records at the end.
        patch(
            Patch.of(RawZip.END, 0, 0, 0),
            "the zip archive has no record at its end; it may be cut"),
        patch(
            Patch.of(RawZip.END, 0, 20, 1),
            "the zip archive has no record at its end; it may be cut"),
        patch(
            Patch.of(RawZip.END, 0, 10, 4),
            "entries of the zip archive: 4, and 5 in its zip64 record"),
        patch(Patch.of(RawZip.END, 0, 12, 1), "bytes of the directory of the zip archive"),
        patch(Patch.of(RawZip.END, 0, 16, 1), "start of the directory of the zip archive"),
        patch(Patch.of(RawZip.END_64, 0, 16, 1), "the zip archive is one of several disks"),
        patch(Patch.of(RawZip.END_64, 0, 24, 4), "the zip archive is one of several disks"),
        patch(Patch.of(RawZip.LOCATOR, 0, 8, most), "the zip64 record is at 9223372036854775807"),
        patch(Patch.of(RawZip.LOCATOR, 0, 8, minus), "the zip64 record is at -1"),
        patch(Patch.of(RawZip.LOCATOR, 0, 8, 0, 0), "at byte 0 there is no zip64 record"),
        wide(
            Patch.of(RawZip.END_64, 0, 24, 4, 0, 0, 0, 0, 0, 0, 0, 4),
            "the directory of the zip archive goes on after its last entry"),
        wide(
            Patch.of(RawZip.END_64, 0, 24, 6, 0, 0, 0, 0, 0, 0, 0, 6),
            "the directory of the zip archive has 5 entries, expected 6"),
        wide(
            Patch.of(RawZip.END_64, 0, 24, 1, 0, 4, 0, 0, 0, 0, 0, 1, 0, 4),
            "the zip archive has 262145 entries, the most are 262144"),
        wide(
            Patch.of(RawZip.END_64, 0, 24, both(minus, minus)),
            "the zip archive has -1 entries, the most are 262144"),
        wide(
            Patch.of(RawZip.END_64, 0, 40, 0, 0, 0, 4, 1),
            "the directory of the zip archive has 4362076160 bytes, the most are 67108864"),
        wide(
            Patch.of(RawZip.END_64, 0, 40, minus),
            "the directory of the zip archive has -1 bytes, the most are 67108864"),
        wide(
            Patch.of(RawZip.END_64, 0, 48, most),
            "bytes from 9223372036854775807 on, but its end record is at"),
        wide(Patch.of(RawZip.END_64, 0, 48, minus), "bytes from -1 on, but its end record is at"),
        // In the 64-bit fields of a record: its padding, the field's begin, length and sizes.
        wide(
            Patch.of(RawZip.RECORD, 2, 46 + 8 + 7 + 4, both(most, most)),
            "m/data/0 of 9223372036854775807 bytes from byte"),
        wide(
            Patch.of(RawZip.RECORD, 2, 46 + 8 + 7 + 4, both(minus, minus)),
            "m/data/0 of 18446744073709551615 bytes from byte"),
        wide(
            Patch.of(RawZip.RECORD, 2, 46 + 8 + 7 + 20, minus),
            "an entry of the zip archive is at -1, not in the file"),
        wide(
            Patch.of(RawZip.RECORD, 2, 46 + 8 + 7 + 2, 8),
            "m/data/0 has no zip64 field for a number that does not fit"),
        wide(
            Patch.of(RawZip.RECORD, 2, 46 + 8 + 2, 0xff),
            "an extra field of m/data/0 ends behind the others"));
  }

  private static int[] both(int[] first, int... second) {
    int[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  @ParameterizedTest
  @MethodSource("patches")
  void brokenArchivesAreRefused(RawZip.Form form, Patch patch, String message) throws IOException {
    assertRefused(patch.apply(good(form)), message);
  }

  /** One entry whose bytes hold another, with its header and descriptor. */
  @Test
  void entriesMustNotOverlap() throws IOException {
    byte[] inner = new RawZip(RawZip.Form.PLAIN).add("m/data/1", FOUR).bytes();
    byte[] file = RawTorch.zip(RawZip.Form.PLAIN, RawPickle.dict().stop(), inner, FOUR).bytes();
    int outerAt = headerOf(file, "m/data/0");
    int innerAt = headerOf(file, "m/data/1");
    assertThat(innerAt).isGreaterThan(outerAt);
    byte[] patched =
        RawZip.patched(file, RawZip.RECORD, 4, 42, innerAt & 0xff, innerAt >> 8 & 0xff);
    assertRefused(patched, "m/data/1 begins at " + innerAt + ", but m/data/0 ends at ");
  }

  private static int headerOf(byte[] file, String name) {
    String text = new String(file, StandardCharsets.ISO_8859_1);
    return text.indexOf(name) - 30;
  }

  /** Where a header has another length, the bytes behind it would begin elsewhere. */
  @Test
  void noByteBelongsToNoEntry() throws IOException {
    byte[] file = good(RawZip.Form.PLAIN);
    assertRefused(
        RawZip.patched(file, RawZip.HEADER, 2, 28, 3),
        "4 bytes between m/data/0 and m/data/1 belong to no entry of the zip archive");
    assertRefused(
        RawZip.patched(file, RawZip.HEADER, 4, 28, 3),
        "4 bytes between m/version and the directory belong to no entry of the zip archive");
    assertRefused(
        RawZip.patched(file, RawZip.HEADER, 2, 28, 8),
        "m/data/1 begins at %d, but m/data/0 ends at %d"
            .formatted(headerOf(file, "m/data/1"), headerOf(file, "m/data/1") + 1));
  }

  @Test
  void namesMustNotStandTwice() throws IOException {
    byte[] pickle = RawPickle.dict().stop();
    RawZip zip = RawTorch.zip(RawZip.Form.TORCH, pickle, FOUR).add("m/data/0", FOUR);
    assertRefused(zip.bytes(), "m/data/0 stands twice in the zip archive");
  }

  @Test
  void theDirectoryIsNoPartOfAnEntry() throws IOException {
    byte[] file = good(RawZip.Form.PLAIN);
    int[] size = {0, 4, 0, 0, 0, 4, 0, 0};
    byte[] longer = RawZip.patched(file, RawZip.RECORD, 4, 20, size);
    longer = RawZip.patched(longer, RawZip.HEADER, 4, 18, size);
    assertRefused(longer, "does not end before the directory of the zip archive");
  }

  @Test
  void namesAndEntriesThatTorchNeedsAreThere() throws IOException {
    RawZip.Form form = RawZip.Form.TORCH;
    assertRefused(new RawZip(form).add("m/data/0", FOUR).bytes(), "has 0 entries NAME/data.pkl");
    byte[] pickle = RawPickle.dict().stop();
    assertRefused(
        new RawZip(form).add("m/data.pkl", pickle).add("n/data.pkl", pickle).bytes(),
        "the archive has 2 entries NAME/data.pkl, expected one");
    assertRefused(new RawZip(form).add("m/n/data.pkl", pickle).bytes(), "has 0 entries");
    assertRefused(
        new RawZip(form).add("m/data.pkl", pickle).add("m/byteorder", "big").bytes(),
        "byteorder is 'big', expected little");
    assertRefused(
        new RawZip(form).add("m/data.pkl", new byte[(1 << 24) + 1]).bytes(),
        "data.pkl has 16777217 bytes, the most that are read are 16777216");
    assertRefused(
        new RawZip(form).add("m/" + "n".repeat(1023), pickle).bytes(),
        "the name of an entry of the zip archive has 1025 bytes, expected 1 to 1024");
  }
}
