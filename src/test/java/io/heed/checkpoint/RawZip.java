package io.heed.checkpoint;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Writes zip archives without compression, as torch does, as others do, or broken. */
final class RawZip {
  static final int HEADER = 0x04034b50;
  static final int RECORD = 0x02014b50;
  static final int DESCRIPTOR = 0x08074b50;
  static final int END_64 = 0x06064b50;
  static final int LOCATOR = 0x07064b50;
  static final int END = 0x06054b50;

  private static final int ELSEWHERE = -1;

  /** Where the sizes of an entry stand. */
  enum Form {
    /** Behind the bytes and in the directory, as torch writes. */
    TORCH,
    /** Before the bytes and in the directory. */
    PLAIN,
    /** As of torch, every number in fields of 64 bits, as it writes above 4 GB. */
    TORCH_64,
    /** Before the bytes and in the directory, in fields of 64 bits. */
    PLAIN_64;

    boolean wide() {
      return this == TORCH_64 || this == PLAIN_64;
    }

    boolean behind() {
      return this == TORCH || this == TORCH_64;
    }
  }

  private record Entry(String name, byte[] bytes) {}

  private final List<Entry> entries = new ArrayList<>();
  private final Form form;

  RawZip(Form form) {
    this.form = form;
  }

  RawZip add(String name, byte[] bytes) {
    entries.add(new Entry(name, bytes));
    return this;
  }

  RawZip add(String name, String text) {
    return add(name, text.getBytes(StandardCharsets.UTF_8));
  }

  byte[] bytes() {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    ByteArrayOutputStream directory = new ByteArrayOutputStream();
    for (Entry entry : entries) {
      long at = file.size();
      file.writeBytes(header(entry));
      file.writeBytes(entry.bytes);
      if (form.behind()) {
        file.writeBytes(descriptor(entry.bytes.length));
      }
      directory.writeBytes(record(entry, at));
    }
    long at = file.size();
    file.writeBytes(directory.toByteArray());
    file.writeBytes(end(at, directory.size()));
    return file.toByteArray();
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private int flags() {
    return 1 << 11 | (form.behind() ? 1 << 3 : 0);
  }

  private byte[] header(Entry entry) {
    byte[] name = entry.name.getBytes(StandardCharsets.UTF_8);
    boolean wide = form == Form.PLAIN_64;
    byte[] extra = extra(wide ? new long[] {entry.bytes.length, entry.bytes.length} : new long[0]);
    int size = form.behind() ? 0 : wide ? ELSEWHERE : entry.bytes.length;
    return buffer(30 + name.length + extra.length)
        .putInt(HEADER)
        .putShort((short) 0)
        .putShort((short) flags())
        .putShort((short) 0)
        .putInt(0)
        .putInt(0)
        .putInt(size)
        .putInt(size)
        .putShort((short) name.length)
        .putShort((short) extra.length)
        .put(name)
        .put(extra)
        .array();
  }

  /** After a field of padding, which torch writes as well. */
  private static byte[] extra(long[] numbers) {
    int length = numbers.length * Long.BYTES;
    ByteBuffer extra = buffer(7 + (length == 0 ? 0 : 4 + length));
    extra.putShort((short) 0x4246).putShort((short) 3).put(new byte[3]);
    if (length > 0) {
      extra.putShort((short) 1).putShort((short) length);
      for (long number : numbers) {
        extra.putLong(number);
      }
    }
    return extra.array();
  }

  private byte[] descriptor(long length) {
    ByteBuffer descriptor = buffer(form.wide() ? 24 : 16).putInt(DESCRIPTOR).putInt(0);
    if (form.wide()) {
      return descriptor.putLong(length).putLong(length).array();
    }
    return descriptor.putInt((int) length).putInt((int) length).array();
  }

  private byte[] record(Entry entry, long at) {
    byte[] name = entry.name.getBytes(StandardCharsets.UTF_8);
    long length = entry.bytes.length;
    byte[] extra = extra(form.wide() ? new long[] {length, length, at} : new long[0]);
    int size = form.wide() ? ELSEWHERE : (int) length;
    return buffer(46 + name.length + extra.length)
        .putInt(RECORD)
        .putInt(0)
        .putShort((short) flags())
        .putShort((short) 0)
        .putInt(0)
        .putInt(0)
        .putInt(size)
        .putInt(size)
        .putShort((short) name.length)
        .putShort((short) extra.length)
        .putShort((short) 0)
        .putInt(0)
        .putInt(0)
        .putInt(form.wide() ? ELSEWHERE : (int) at)
        .put(name)
        .put(extra)
        .array();
  }

  private byte[] end(long at, long length) {
    ByteBuffer end = buffer(form == Form.PLAIN ? 22 : 56 + 20 + 22);
    if (form != Form.PLAIN) {
      end.putInt(END_64).putLong(44).putInt(0).putInt(0).putInt(0);
      end.putLong(entries.size()).putLong(entries.size()).putLong(length).putLong(at);
      end.putInt(LOCATOR).putInt(0).putLong(at + length).putInt(1);
    }
    short count = (short) (form.wide() ? ELSEWHERE : entries.size());
    return end.putInt(END)
        .putInt(0)
        .putShort(count)
        .putShort(count)
        .putInt(form.wide() ? ELSEWHERE : (int) length)
        .putInt(form.wide() ? ELSEWHERE : (int) at)
        .putShort((short) 0)
        .array();
  }

  /** Overwrites bytes of the file behind the n-th of a signature, counted from 0. */
  static byte[] patched(byte[] file, int signature, int n, int offset, int... bytes) {
    byte[] copy = file.clone();
    ByteBuffer buffer = ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN);
    int left = n;
    for (int at = 0; at <= copy.length - Integer.BYTES; at++) {
      if (buffer.getInt(at) == signature && left-- == 0) {
        for (int i = 0; i < bytes.length; i++) {
          copy[at + offset + i] = (byte) bytes[i];
        }
        return copy;
      }
    }
    throw new AssertionError("there is no such record");
  }
}
