package io.heed.checkpoint;

import io.heed.checkpoint.SentencePieceModel.Piece;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The pieces of a SentencePiece model at the ids that a class of transformers gives them ({@code
 * convert_from_spm} of {@code convert_slow_tokenizer.py}, and the class itself).
 *
 * @param pieces in the order of their ids; of two with one text the second one has the id
 * @param unknown the id of what has no pieces
 */
record ScoredPieces(List<ScoredPiece> pieces, int unknown) {
  private static final String EXTRA_ID = "<extra_id_";

  /** A piece and the logarithm of its probability. */
  record ScoredPiece(String text, double score) {}

  /**
   * Places the pieces.
   *
   * @throws CheckpointException when a special token is missing, or the unknown piece
   */
  static ScoredPieces of(
      TokenizerFamily family,
      SentencePieceModel model,
      SpecialTokens tokens,
      SentencePieceOptions options) {
    List<ScoredPiece> pieces =
        switch (family) {
          case XLM_ROBERTA -> fairseq(model, tokens);
          case CAMEMBERT -> camembert(model, tokens);
          case T5 -> {
            List<ScoredPiece> own = new ArrayList<>(from(0, model));
            IntStream.range(0, options.extraIds())
                .mapToObj(i -> certain(extraId(options.extraIds() - 1 - i)))
                .forEach(own::add);
            yield own;
          }
          default -> from(0, model);
        };
    int unknown =
        switch (family) {
          case ALBERT -> 1;
          case T5 -> 2;
          case DEBERTA_V2 -> unknown(model, tokens);
          case CAMEMBERT -> place(pieces, tokens.required("unk_token"));
          default -> 3;
        };
    if (unknown < 0 || unknown >= pieces.size()) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT,
              "the unknown piece has the id %d, and there are %d pieces (%s)",
              unknown,
              pieces.size(),
              model.name()));
    }
    return new ScoredPieces(pieces, unknown);
  }

  /**
   * The tokens that come with the model, in the order in which they are added.
   *
   * @throws CheckpointException when {@code extra_ids} is not the number that the model has
   */
  static List<AddedToken> symbols(
      TokenizerFamily family, SentencePieceModel model, SentencePieceOptions options) {
    List<AddedToken> symbols = model.symbols();
    if (family != TokenizerFamily.T5) {
      return symbols;
    }
    long own = symbols.stream().filter(token -> token.content().contains(EXTRA_ID)).count();
    if (own > 0 && options.extraIds() > 0 && options.extraIds() != own) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT,
              "extra_ids is %d and the model has %d such symbols, expected as many (%s)",
              options.extraIds(),
              own,
              model.name()));
    }
    Stream<AddedToken> extra =
        IntStream.range(0, own > 0 ? 0 : options.extraIds())
            .mapToObj(i -> AddedToken.special(extraId(i)));
    return Stream.concat(symbols.stream(), extra).toList();
  }

  /** The first three pieces of the model, which are special in it, give way to four. */
  private static List<ScoredPiece> fairseq(SentencePieceModel model, SpecialTokens tokens) {
    List<ScoredPiece> pieces = new ArrayList<>();
    for (String key : List.of("bos_token", "pad_token", "eos_token", "unk_token")) {
      pieces.add(certain(tokens.required(key)));
    }
    pieces.addAll(from(3, model));
    pieces.add(certain(tokens.required("mask_token")));
    return pieces;
  }

  private static List<ScoredPiece> camembert(SentencePieceModel model, SpecialTokens tokens) {
    List<ScoredPiece> pieces = new ArrayList<>();
    pieces.add(certain("<s>NOTUSED"));
    pieces.add(certain(tokens.required("pad_token")));
    pieces.add(certain("</s>NOTUSED"));
    pieces.add(certain(tokens.required("unk_token")));
    pieces.add(new ScoredPiece("<unk>NOTUSED", -100));
    pieces.addAll(from(1, model));
    pieces.add(certain(tokens.required("mask_token")));
    return pieces;
  }

  /** Where the token of that name stands as something certain, else what the model says. */
  private static int unknown(SentencePieceModel model, SpecialTokens tokens) {
    int place = from(0, model).indexOf(certain(tokens.required("unk_token")));
    return place < 0 ? model.unknown() : place;
  }

  private static int place(List<ScoredPiece> pieces, String text) {
    return pieces.stream().map(ScoredPiece::text).toList().indexOf(text);
  }

  private static List<ScoredPiece> from(int first, SentencePieceModel model) {
    List<Piece> pieces = model.pieces();
    return pieces.subList(Math.min(first, pieces.size()), pieces.size()).stream()
        .map(piece -> new ScoredPiece(piece.text(), piece.score()))
        .toList();
  }

  private static ScoredPiece certain(String text) {
    return new ScoredPiece(text, 0);
  }

  private static String extraId(int number) {
    return EXTRA_ID + number + ">";
  }
}
