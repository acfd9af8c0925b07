package io.heed.checkpoint;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Writes SentencePiece models, also such as nobody should read. */
final class SentencePieceFixture {
  static final int NORMAL = 1;
  static final int CONTROL = 3;
  static final int USER_DEFINED = 4;
  static final int BPE = 2;

  /** The fields of a message. */
  interface Fields {
    void write(CodedOutputStream out) throws IOException;
  }

  private final ByteArrayOutputStream content = new ByteArrayOutputStream();

  /** Adds a piece. */
  SentencePieceFixture piece(String text, double score, int type) {
    return piece(
        out -> {
          out.writeString(1, text);
          out.writeFloat(2, (float) score);
          out.writeEnum(3, type);
        });
  }

  /** Adds pieces of one score. */
  SentencePieceFixture pieces(double score, String... texts) {
    for (String text : texts) {
      piece(text, score, NORMAL);
    }
    return this;
  }

  SentencePieceFixture piece(Fields fields) {
    return message(1, fields);
  }

  SentencePieceFixture trainer(Fields fields) {
    return message(2, fields);
  }

  SentencePieceFixture normalizer(Fields fields) {
    return message(3, fields);
  }

  /** Adds a table that takes characters as they are: a trie whose root has no children. */
  SentencePieceFixture table() {
    ByteBuffer table = ByteBuffer.allocate(Integer.BYTES * 257).order(ByteOrder.LITTLE_ENDIAN);
    table.putInt(Integer.BYTES * 256);
    return normalizer(out -> out.writeByteArray(2, table.array()));
  }

  /** Adds a message of the model. */
  SentencePieceFixture message(int field, Fields fields) {
    byte[] inside = bytes(fields);
    return fields(out -> out.writeByteArray(field, inside));
  }

  /** Adds fields of the model. */
  SentencePieceFixture fields(Fields fields) {
    content.writeBytes(bytes(fields));
    return this;
  }

  byte[] content() {
    return content.toByteArray();
  }

  private static byte[] bytes(Fields fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      fields.write(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("an array of bytes takes all that is written", e);
    }
    return bytes.toByteArray();
  }
}
