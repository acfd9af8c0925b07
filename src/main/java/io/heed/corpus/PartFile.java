package io.heed.corpus;

import java.util.Locale;

/** The files of a part, little endian. */
enum PartFile {
  /** The documents' token ids end to end, uint16 or int32. */
  TOKENS,

  /** How many tokens each document has, int32. */
  LENGTHS,

  /** How many tokens of the part stand before every 1,024th document, int64, from 0. */
  INDEX,

  /** Each id that follows another token of its document, int32, and how often, int64, by id. */
  COUNTS;

  /** How many documents stand between two entries of the index. */
  static final int INDEXED_DOCUMENTS = 1024;

  static final int COUNT_BYTES = Integer.BYTES + Long.BYTES;

  /** The file's name for a part. */
  String name(Stream stream, int part) {
    return String.format(
        Locale.ROOT, "%s-%05d.%s", stream.label(), part, name().toLowerCase(Locale.ROOT));
  }
}
