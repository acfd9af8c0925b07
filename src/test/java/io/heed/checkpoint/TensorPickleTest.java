package io.heed.checkpoint;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each rule of the pickle in a file of {@code torch.save}, broken alone. */
class TensorPickleTest {
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
