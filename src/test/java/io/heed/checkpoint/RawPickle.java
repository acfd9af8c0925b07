package io.heed.checkpoint;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes pickles operation by operation, well-formed or not. */
final class RawPickle {
  static final String REBUILD = "torch._utils _rebuild_tensor_v2";

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** Protocol 2 and an empty dict, to which items may be put. */
  static RawPickle dict() {
    return new RawPickle().op(PickleOpcode.PROTO).raw(2).op(PickleOpcode.EMPTY_DICT);
  }

  RawPickle op(PickleOpcode... opcodes) {
    for (PickleOpcode opcode : opcodes) {
      out.write(opcode.code());
    }
    return this;
  }

  RawPickle raw(int... bytes) {
    for (int one : bytes) {
      out.write(one);
    }
    return this;
  }

  RawPickle text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    op(PickleOpcode.BINUNICODE).little(Integer.BYTES, utf8.length);
    out.writeBytes(utf8);
    return this;
  }

  /** A global, module and name with a space between them. */
  RawPickle global(String name) {
    op(PickleOpcode.GLOBAL);
    out.writeBytes((name.replace(' ', '\n') + "\n").getBytes(StandardCharsets.UTF_8));
    return this;
  }

  RawPickle whole(long value) {
    return op(PickleOpcode.LONG1).raw(Long.BYTES).little(Long.BYTES, value);
  }

  /** The low bytes of a number. */
  RawPickle little(int bytes, long value) {
    byte[] all =
        ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
    out.write(all, 0, bytes);
    return this;
  }

  RawPickle wholes(long... values) {
    op(PickleOpcode.MARK);
    Arrays.stream(values).forEach(this::whole);
    return op(PickleOpcode.TUPLE);
  }

  RawPickle storage(String type, String key, long length) {
    op(PickleOpcode.MARK).text("storage").global("torch " + type).text(key).text("cpu");
    return whole(length).op(PickleOpcode.TUPLE, PickleOpcode.BINPERSID);
  }

  RawPickle orderedDict() {
    return global("collections OrderedDict").op(PickleOpcode.EMPTY_TUPLE, PickleOpcode.REDUCE);
  }

  /** A tensor of the storage {@code type}, {@code key}, {@code length}. */
  RawPickle tensor(
      String type, String key, long length, long offset, long[] sizes, long[] strides) {
    global(REBUILD).op(PickleOpcode.MARK).storage(type, key, length);
    whole(offset).wholes(sizes).wholes(strides).op(PickleOpcode.NEWFALSE).orderedDict();
    return op(PickleOpcode.TUPLE, PickleOpcode.REDUCE);
  }

  /** Puts the value before it into the dict before that; the key is before it. */
  RawPickle put() {
    return op(PickleOpcode.SETITEM);
  }

  byte[] stop() {
    op(PickleOpcode.STOP);
    return out.toByteArray();
  }
}
