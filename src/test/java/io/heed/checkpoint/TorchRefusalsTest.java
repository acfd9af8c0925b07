package io.heed.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each rule of a file of {@code torch.save}, broken alone. */
class TorchRefusalsTest {
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

  private void assertPickleRefused(RawPickle pickle, String message) throws IOException {
    assertRefused(RawTorch.zip(RawZip.Form.TORCH, pickle.stop(), FOUR).bytes(), message);
  }

  private static byte[] good(RawZip.Form form) {
    return new RawTorch().counting("a", 2, 2).counting("b", 3).bytes(form);
  }

  // ---- before the archive

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

  // ---- the archive

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
    int outerAt = headerOf(file, "m/data/0", 0);
    int innerAt = headerOf(file, "m/data/1", 0);
    assertThat(innerAt).isGreaterThan(outerAt);
    byte[] patched =
        RawZip.patched(file, RawZip.RECORD, 4, 42, innerAt & 0xff, innerAt >> 8 & 0xff);
    assertRefused(patched, "m/data/1 begins at " + innerAt + ", but m/data/0 ends at ");
  }

  private static int headerOf(byte[] file, String name, int from) {
    String text = new String(file, StandardCharsets.ISO_8859_1);
    return text.indexOf(name, from) - 30;
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

  // ---- the pickle

  private static Arguments pickle(Consumer<RawPickle> change, String message) {
    RawPickle pickle = RawPickle.dict();
    change.accept(pickle);
    return Arguments.of(pickle, message);
  }

  static Stream<Arguments> pickles() {
    PickleOpcode mark = PickleOpcode.MARK;
    PickleOpcode tuple = PickleOpcode.TUPLE;
    PickleOpcode reduce = PickleOpcode.REDUCE;
    PickleOpcode none = PickleOpcode.EMPTY_TUPLE;
    return Stream.of(
        pickle(
            p -> p.global("os system").text("echo").op(PickleOpcode.TUPLE1, reduce),
            "the pickle asks Python for os.system, which no dict of tensors needs; nothing of a"
                + " pickle is run, at byte 3 of data.pkl"),
        pickle(p -> p.global("torch FloatStorage2"), "asks Python for torch.FloatStorage2"),
        pickle(p -> p.global("torch.serialization _get_layout"), "torch.serialization._get_layout"),
        pickle(
            p -> p.text("builtins").text("eval").op(PickleOpcode.STACK_GLOBAL),
            "the pickle asks Python for builtins.eval"),
        pickle(
            p -> p.op(none, none, PickleOpcode.STACK_GLOBAL),
            "a global named by a tuple of 0 and a tuple of 0"),
        pickle(p -> p.raw(0xff), "opcode 0xff is none of pickle's, at byte 3 of data.pkl"),
        pickle(p -> p.raw(0x80, 6), "pickle protocol 6, the last is 5"),
        pickle(
            p -> p.raw(0x80).raw(2).op(PickleOpcode.FRAME).little(8, -1),
            "18446744073709551615 bytes are asked for"),
        pickle(p -> p.op(PickleOpcode.FRAME).little(8, 2), "2 bytes are asked for, 1 are left"),
        pickle(
            p -> p.op(PickleOpcode.BINUNICODE).little(4, 5), "5 bytes are asked for, 1 are left"),
        pickle(
            p -> p.op(PickleOpcode.BINUNICODE).little(4, -1),
            "a string of 4294967295 bytes, the most is 4096"),
        pickle(p -> p.text("n".repeat(4097)), "a string of 4097 bytes, the most is 4096"),
        pickle(p -> p.global("m".repeat(4097) + " n"), "a string of 4097 bytes, the most is 4096"),
        pickle(p -> p.op(PickleOpcode.SHORT_BINUNICODE).raw(1, 0xff), "a string that is not UTF-8"),
        pickle(
            p -> p.op(PickleOpcode.LONG1).raw(9).little(8, 0).raw(0),
            "an integer of 9 bytes, the most is 8"),
        pickle(p -> p.op(PickleOpcode.GLOBAL).raw('a', 'b'), "bytes are asked for"),
        pickle(p -> p.op(PickleOpcode.BINGET).raw(0), "memo entry 0 of 0 is asked for"),
        pickle(
            p -> p.op(PickleOpcode.LONG_BINGET).little(4, -1),
            "memo entry 4294967295 of 0 is asked for"),
        pickle(p -> p.op(PickleOpcode.BINPUT).raw(1), "memo entry 1, expected at most 0"),
        pickle(
            p -> p.op(PickleOpcode.LONG_BINPUT).little(4, -1),
            "memo entry 4294967295, expected at most 0"),
        pickle(p -> p.op(PickleOpcode.SETITEMS), "there is no mark"),
        pickle(p -> p.op(mark, PickleOpcode.TUPLE1), "the stack has 0 values where 1 are needed"),
        pickle(p -> p.op(mark, PickleOpcode.BINPUT).raw(0), "the stack has 0 values where 1"),
        pickle(p -> p.op(PickleOpcode.SETITEM), "the stack has 1 values where 2 are needed"),
        pickle(
            p -> p.op(Collections.nCopies(33, mark).toArray(PickleOpcode[]::new)),
            "more than 32 marks in each other"),
        pickle(
            p ->
                p.op(none)
                    .op(Collections.nCopies(32, PickleOpcode.TUPLE1).toArray(PickleOpcode[]::new)),
            "more than 32 tuples in each other"),
        pickle(
            p -> p.op(Collections.nCopies(1 << 13, none).toArray(PickleOpcode[]::new)),
            "more than 8192 values on the stack"),
        pickle(p -> p.op(none), "the pickle stops with something left"),
        pickle(p -> p.op(mark), "the stack has 0 values where 1 are needed"),
        pickle(p -> p.op(PickleOpcode.STOP, none), "the pickle stops with something left"),
        pickle(p -> p.op(none, PickleOpcode.BUILD), "the state of a dict of 0 is a tuple of 0"),
        pickle(
            p -> p.op(PickleOpcode.EMPTY_DICT).text("x").op(none).put().op(PickleOpcode.BUILD),
            "the state of a dict of 0 is a dict of 1, expected a dict with _metadata"),
        pickle(
            p ->
                p.op(none, PickleOpcode.EMPTY_DICT)
                    .text("_metadata")
                    .op(none)
                    .put()
                    .op(PickleOpcode.BUILD),
            "the state of a tuple of 0 is a dict of 1"),
        pickle(p -> p.op(none, PickleOpcode.APPEND), "items are appended to a dict of 0"),
        pickle(p -> p.op(mark).text("k").op(PickleOpcode.SETITEMS), "1 keys and values are put"),
        pickle(
            p -> p.op(none).text("k").op(none).put(),
            "2 keys and values are put into a tuple of 0"),
        pickle(p -> p.whole(1).op(none).put(), "1 is the key of a dict, expected a string"),
        pickle(
            p -> p.text("k").op(none).put().text("k").op(none).put(),
            "the key k stands twice in a dict"),
        pickle(p -> p.text("k").op(none).put(), "k is a tuple of 0, expected a tensor"),
        pickle(
            p -> p.text("k").op(PickleOpcode.EMPTY_LIST).whole(1).op(PickleOpcode.APPEND).put(),
            "k is a list of 1, expected a tensor"),
        pickle(
            p -> p.text("k").op(PickleOpcode.BINFLOAT).little(8, 0).put(),
            "k is a float, expected a tensor"),
        pickle(p -> p.text("k").op(PickleOpcode.NONE).put(), "k is None, expected a tensor"),
        pickle(
            p -> p.text("k").storage("FloatStorage", "0", 4).put(),
            "k is storage 0, expected a tensor"),
        pickle(
            p -> p.op(none, PickleOpcode.BINPERSID),
            "a persistent id that is a tuple of 0, expected ('storage', type, key, device, length)"),
        pickle(p -> p.op(none, none, reduce), "a tuple of 0 is called with a tuple of 0"),
        pickle(
            p -> p.global("torch FloatStorage").op(none, reduce),
            "torch FloatStorage is called with a tuple of 0"),
        pickle(
            p -> p.global("collections OrderedDict").text("k").op(PickleOpcode.TUPLE1, reduce),
            "an OrderedDict of 1 arguments, expected none"),
        pickle(
            p -> p.global(RawPickle.REBUILD).op(none, reduce),
            "a tensor of arguments [], expected storage, offset, sizes, strides"),
        pickle(
            p -> p.global("torch._utils _rebuild_parameter").op(none, reduce),
            "a parameter of arguments [], expected a tensor"),
        pickle(
            p ->
                p.global(RawPickle.REBUILD)
                    .op(mark)
                    .storage("FloatStorage", "0", 4)
                    .whole(0)
                    .op(mark, PickleOpcode.NONE, tuple)
                    .wholes(1)
                    .op(PickleOpcode.NEWTRUE)
                    .orderedDict()
                    .op(tuple, reduce),
            "sizes of a tensor hold None, expected integers"));
  }

  @ParameterizedTest
  @MethodSource("pickles")
  void brokenPicklesAreRefused(RawPickle pickle, String message) throws IOException {
    assertPickleRefused(pickle, message);
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "POP", "POP_MARK", "DUP", "BINBYTES", "SHORT_BINBYTES", "FLOAT", "INT", "LONG", "PERSID",
        "STRING", "BINSTRING", "SHORT_BINSTRING", "UNICODE", "DICT", "GET", "INST", "LIST", "OBJ",
        "PUT", "NEWOBJ", "EXT1", "EXT2", "EXT4", "LONG4", "BINUNICODE8", "BINBYTES8", "EMPTY_SET",
        "ADDITEMS", "FROZENSET", "NEWOBJ_EX", "BYTEARRAY8", "NEXT_BUFFER", "READONLY_BUFFER"
      })
  void otherOperationsAreRefusedByName(PickleOpcode opcode) throws IOException {
    assertPickleRefused(
        RawPickle.dict().op(opcode),
        "the operation %s (0x%02x) is not one that a dict of tensors needs, at byte 3 of data.pkl"
            .formatted(opcode, opcode.code()));
  }

  @Test
  void operationsAndWhatIsRememberedAreCounted() throws IOException {
    RawPickle remembering = RawPickle.dict();
    for (int i = 0; i <= TensorPickle.MAX_MEMO; i++) {
      remembering.op(PickleOpcode.MEMOIZE);
    }
    assertPickleRefused(remembering, "memo entry 1048576, expected at most 1048575");
    RawPickle pairs = RawPickle.dict();
    for (int i = 0; i < TensorPickle.MAX_OPCODES / 2; i++) {
      pairs.op(PickleOpcode.BINPUT).raw(0).op(PickleOpcode.BINPUT).raw(0);
    }
    assertPickleRefused(pairs, "more than 4194304 operations");
  }

  @Test
  void tensorsAreCounted() throws IOException {
    RawPickle pickle = RawPickle.dict().text("0");
    pickle.tensor("FloatStorage", "0", 4, 0, new long[0], new long[0]);
    pickle.op(PickleOpcode.BINPUT).raw(0).put();
    for (int i = 1; i <= TorchArchive.MAX_TENSORS; i++) {
      pickle.text(Integer.toString(i)).op(PickleOpcode.BINGET).raw(0).put();
    }
    assertPickleRefused(pickle, "there are 65537 tensors, the most are 65536");
  }

  // ---- tensors

  private static Arguments tensor(
      String type, String key, long length, long offset, long[] sizes, long[] steps, String text) {
    return Arguments.of(
        RawPickle.dict().text("a").tensor(type, key, length, offset, sizes, steps).put(), text);
  }

  private static long[] of(long... values) {
    return values;
  }

  static Stream<Arguments> tensors() {
    String type = "FloatStorage";
    long huge = Long.MAX_VALUE;
    return Stream.of(
        tensor(type, "7", 4, 0, of(1), of(1), "there is no m/data/7, in which a is"),
        tensor(type, "../data.pkl", 4, 0, of(1), of(1), "there is no m/data/../data.pkl"),
        tensor(
            type, "0", 5, 0, of(1), of(1), "m/data/0 has 16 bytes, but a says 5 values of 4 bytes"),
        tensor(type, "0", -1, 0, of(1), of(1), "m/data/0 has 16 bytes, but a says -1 values"),
        tensor(type, "0", 1L << 62, 0, of(1), of(1), "a says 4611686018427387904 values"),
        tensor("HalfStorage", "0", 4, 0, of(1), of(1), "a says 4 values of 2 bytes"),
        tensor(
            type,
            "0",
            4,
            4,
            of(1),
            of(1),
            "a of shape [1] and strides [1] ends at value 5 of its storage, which has 4"),
        tensor(type, "0", 4, 5, of(0), of(1), "ends at value 5 of its storage, which has 4"),
        tensor(type, "0", 4, 0, of(2, 2), of(3, 1), "ends at value 5 of its storage"),
        tensor(type, "0", 4, huge, of(2), of(1), "has too many bytes"),
        tensor(type, "0", 4, 0, of(2), of(huge), "has too many bytes"),
        tensor(type, "0", 4, 0, of(huge, huge), of(0, 0), "in F32 has too many bytes"),
        tensor(type, "0", 4, 0, of(huge), of(0), "in F32 has too many bytes"),
        tensor(type, "0", 4, 0, of(3), of(1L << 62), "has too many bytes"),
        tensor(type, "0", 4, -1, of(1), of(1), "the offset of a tensor: -1, expected none below 0"),
        tensor(type, "0", 4, 0, of(-1), of(1), "sizes of a tensor: -1, expected none below 0"),
        tensor(type, "0", 4, 0, of(1), of(-1), "strides of a tensor: -1, expected none below 0"),
        tensor(type, "0", 4, 0, of(1), of(1, 1), "1 sizes and 2 strides of a tensor"),
        tensor(
            type, "0", 4, 0, new long[65], new long[65], "65 sizes of a tensor, the most is 64"));
  }

  @ParameterizedTest
  @MethodSource("tensors")
  void tensorsOutsideOfTheirStorageAreRefused(RawPickle pickle, String message) throws IOException {
    assertPickleRefused(pickle, message);
  }

  @Test
  void aStorageOfAnotherWidthHasToFit() throws IOException {
    RawPickle pickle =
        RawPickle.dict().text("a").tensor("LongStorage", "0", 0, 0, of(0), of(1)).put();
    byte[] three = new byte[3];
    assertRefused(
        RawTorch.zip(RawZip.Form.TORCH, pickle.stop(), three).bytes(),
        "m/data/0 has 3 bytes, but a says 0 values of 8 bytes");
  }

  @Test
  void hooksAreRefused() throws IOException {
    RawPickle pickle = RawPickle.dict().text("a").global(RawPickle.REBUILD).op(PickleOpcode.MARK);
    pickle.storage("FloatStorage", "0", 4).whole(0).wholes(1).wholes(1).op(PickleOpcode.NEWTRUE);
    pickle.orderedDict().text("0").op(PickleOpcode.NONE).put();
    pickle.op(PickleOpcode.TUPLE, PickleOpcode.REDUCE).put();
    assertPickleRefused(pickle, "a tensor of arguments [storage 0, 0, a tuple of 1, a tuple of 1,");
  }

  /** More values than memory has, of one that is stored. */
  @Test
  void oneStoredValueIsNotReadAsMany() throws IOException {
    long[] sizes = {1 << 15, 1 << 15};
    RawPickle pickle =
        RawPickle.dict().text("a").tensor("FloatStorage", "0", 4, 0, sizes, of(0, 0)).put();
    Path path = directory.resolve(NAME);
    Files.write(path, RawTorch.zip(RawZip.Form.TORCH, pickle.stop(), FOUR).bytes());
    try (TensorFile file = TensorFile.open(path, NAME)) {
      assertThatThrownBy(() -> file.read("a", sizes))
          .isInstanceOf(CheckpointException.class)
          .hasMessage("values of a of shape [32768, 32768] overlap in its storage (model.bin)");
      assertThatThrownBy(() -> file.table("a", 1 << 15, 1 << 15)).hasMessageContaining("overlap");
    }
  }

  /** A dict and a list that hold themselves are no tensors, and nothing follows them forever. */
  @Test
  void valuesMayHoldThemselves() throws IOException {
    RawPickle dict = RawPickle.dict().op(PickleOpcode.BINPUT).raw(0).text("k");
    assertPickleRefused(
        dict.op(PickleOpcode.BINGET).raw(0).put(), "k is a dict in the dict of the file");
    RawPickle list = RawPickle.dict().text("k").op(PickleOpcode.EMPTY_LIST, PickleOpcode.BINPUT);
    list.raw(0).op(PickleOpcode.BINGET).raw(0).op(PickleOpcode.APPEND).put();
    assertPickleRefused(list, "k is a list of 1, expected a tensor");
  }
}
