package io.heed.checkpoint;

import java.util.List;

/**
 * What is read of a SentencePiece model.
 *
 * @param pieces in the order of their numbers
 * @param unknown the number that the model says its unknown piece has
 * @param characterMap {@code precompiled_charsmap}, empty where characters are taken as they are
 * @param name what errors call the file
 */
record SentencePieceModel(List<Piece> pieces, int unknown, byte[] characterMap, String name) {

  /** What a piece stands for. */
  enum Kind {
    NORMAL,
    UNKNOWN,
    CONTROL,
    USER_DEFINED,
    UNUSED,
    BYTE
  }

  /**
   * A piece.
   *
   * @param score the logarithm of its probability
   */
  record Piece(String text, float score, Kind kind) {}

  /** Its symbols, which are found in a text before that is split. */
  List<AddedToken> symbols() {
    return pieces.stream()
        .filter(piece -> piece.kind() == Kind.CONTROL || piece.kind() == Kind.USER_DEFINED)
        .map(piece -> AddedToken.symbol(piece.text(), piece.kind() == Kind.CONTROL))
        .toList();
  }
}
