package io.heed.checkpoint;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import com.google.protobuf.WireFormat;
import io.heed.checkpoint.SentencePieceModel.Kind;
import io.heed.checkpoint.SentencePieceModel.Piece;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Reads a SentencePiece model, of which only the unigram kind is known. As in transformers, what
 * its normalizer says of white space decides nothing: that is the tokenizer class's.
 *
 * @see <a
 *     href="https://github.com/google/sentencepiece/blob/master/src/sentencepiece_model.proto">the
 *     format</a>
 */
final class SentencePieceFile {
  /** XLM-V, the largest vocabulary known, has 901,629. */
  private static final int MAX_PIECES = 1 << 20;

  private static final int MAX_PIECE_BYTES = 1 << 12;

  /** Those of SentencePiece have less than 0.5 MiB. */
  private static final int MAX_MAP_BYTES = 8 << 20;

  // A field of another wire type is an unknown one to protobuf, and skipped.
  private static final int MODEL_PIECE = 1 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
  private static final int MODEL_TRAINER = 2 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
  private static final int MODEL_NORMALIZER = 3 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
  private static final int PIECE_TEXT = 1 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
  private static final int PIECE_SCORE = 2 << 3 | WireFormat.WIRETYPE_FIXED32;
  private static final int PIECE_KIND = 3 << 3 | WireFormat.WIRETYPE_VARINT;
  private static final int TRAINER_KIND = 3 << 3 | WireFormat.WIRETYPE_VARINT;
  private static final int TRAINER_UNKNOWN = 40 << 3 | WireFormat.WIRETYPE_VARINT;
  private static final int NORMALIZER_MAP = 2 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;

  /** By their numbers; those of pieces begin at 1 as well. */
  private static final List<String> MODEL_KINDS = List.of("", "UNIGRAM", "BPE", "WORD", "CHAR");

  private static final int UNIGRAM = 1;

  private final CodedInputStream in;
  private final String name;

  private final List<Piece> pieces = new ArrayList<>();
  private int kind = UNIGRAM;
  private int unknown;
  private byte[] characterMap = {};

  private SentencePieceFile(byte[] content, String name) {
    this.in = CodedInputStream.newInstance(content);
    this.name = name;
  }

  /**
   * Reads a file.
   *
   * @param name what errors call it
   * @throws CheckpointException when it is no such model, or not one of the kind that is read
   */
  static SentencePieceModel read(Path file, String name) {
    return read(BoundedFile.read(file, name), name);
  }

  /** Reads the content of a file. */
  static SentencePieceModel read(byte[] content, String name) {
    SentencePieceFile file = new SentencePieceFile(content, name);
    try {
      file.fields(file::model);
    } catch (IOException e) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT, "the file is not a SentencePiece model: %s (%s)", e.getMessage(), name),
          e);
    }
    if (file.pieces.isEmpty()) {
      throw file.refused("the SentencePiece model has no pieces");
    }
    if (file.kind != UNIGRAM) {
      throw file.refused("trainer_spec.model_type is %s, supported: UNIGRAM", file.kindName());
    }
    return new SentencePieceModel(file.pieces, file.unknown, file.characterMap, name);
  }

  private String kindName() {
    return kind > 0 && kind < MODEL_KINDS.size() ? MODEL_KINDS.get(kind) : String.valueOf(kind);
  }

  private void model(int tag) throws IOException {
    switch (tag) {
      case MODEL_PIECE -> piece();
      case MODEL_TRAINER -> message(this::trainer);
      case MODEL_NORMALIZER -> message(this::normalizer);
      default -> skip(tag);
    }
  }

  private void trainer(int tag) throws IOException {
    switch (tag) {
      case TRAINER_KIND -> kind = in.readEnum();
      case TRAINER_UNKNOWN -> unknown = in.readInt32();
      default -> skip(tag);
    }
  }

  private void normalizer(int tag) throws IOException {
    if (tag == NORMALIZER_MAP) {
      characterMap = bytes(MAX_MAP_BYTES, () -> "precompiled_charsmap");
    } else {
      skip(tag);
    }
  }

  private void piece() throws IOException {
    int number = pieces.size();
    if (number == MAX_PIECES) {
      throw refused("the file has more than the %d pieces that are read", MAX_PIECES);
    }
    String[] text = {""};
    float[] score = {0};
    int[] kindNumber = {1};
    message(
        tag -> {
          switch (tag) {
            case PIECE_TEXT -> text[0] = text(number);
            case PIECE_SCORE -> score[0] = in.readFloat();
            case PIECE_KIND -> kindNumber[0] = in.readEnum();
            default -> skip(tag);
          }
        });
    if (text[0].isEmpty()) {
      throw refused("piece %d is empty", number);
    }
    if (!Float.isFinite(score[0])) {
      throw refused("the score of piece %d is %s, expected a finite number", number, score[0]);
    }
    Kind[] kinds = Kind.values();
    if (kindNumber[0] < 1 || kindNumber[0] > kinds.length) {
      throw refused(
          "the type of piece %d is %d, expected one of 1 to %d",
          number, kindNumber[0], kinds.length);
    }
    pieces.add(new Piece(text[0], score[0], kinds[kindNumber[0] - 1]));
  }

  private String text(int number) throws IOException {
    ByteString text =
        UnsafeByteOperations.unsafeWrap(
            bytes(MAX_PIECE_BYTES, () -> String.format(Locale.ROOT, "piece %d", number)));
    if (!text.isValidUtf8()) {
      throw refused("piece %d is not text in UTF-8", number);
    }
    return text.toStringUtf8();
  }

  // ---- The wire ----

  /** What is done with a field. */
  private interface Field {
    void read(int tag) throws IOException;
  }

  private void fields(Field field) throws IOException {
    while (!in.isAtEnd()) {
      field.read(in.readTag());
    }
  }

  private void message(Field field) throws IOException {
    int outer = in.pushLimit(in.readRawVarint32());
    fields(field);
    in.popLimit(outer);
  }

  private void skip(int tag) throws IOException {
    if (!in.skipField(tag)) {
      throw new InvalidProtocolBufferException("a group ends that has not begun");
    }
  }

  /** Nothing is allocated for what is too long. */
  private byte[] bytes(int most, Supplier<String> what) throws IOException {
    int length = in.readRawVarint32();
    if (length > most) {
      throw refused("%s has %d bytes, more than the %d that are read", what.get(), length, most);
    }
    return in.readRawBytes(length);
  }

  private CheckpointException refused(String format, Object... values) {
    return new CheckpointException(
        String.format(Locale.ROOT, "%s (%s)", String.format(Locale.ROOT, format, values), name));
  }
}
