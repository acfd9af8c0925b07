package io.heed.engine;

import io.heed.row.Rejectable;
import io.heed.row.Rejection.Reason;
import io.heed.text.PairTemplate;
import io.heed.text.TextTokenizer;
import io.heed.text.TokenizationException;
import io.heed.text.TokenizedText;
import io.heed.text.TokenizerOptions.Side;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Pairs of texts to token ids. A first text that stands in several rows, one behind the other, is
 * tokenized once. Not thread-safe.
 */
public final class PairInput {
  private final TextTokenizer tokenizer;
  private final PairTemplate template;
  private final Rules rules;
  private final int room;
  private String lastFirst;
  private TokenizedText lastTokens;

  /**
   * How pairs become tokens.
   *
   * @param maxLength tokens after which a pair is cut, special tokens included
   * @param cut which text is cut then
   * @param typed whether the model tells the two apart by types
   */
  public record Rules(int maxLength, PairCut cut, boolean typed) {}

  /**
   * Pairs for a model.
   *
   * @param tokenizer the model's
   * @throws io.heed.text.TokenizerException when it knows no pairs
   */
  public PairInput(TextTokenizer tokenizer, Rules rules) {
    this.tokenizer = tokenizer;
    this.template = tokenizer.pairs();
    this.rules = rules;
    this.room = rules.maxLength() - template.specialTokens();
  }

  /** The tokens of a pair; a null is rejected, and a first text that leaves no room for another. */
  public Rejectable<RowTokens> tokens(String first, String second) {
    if (first == null || second == null) {
      return Rejectable.rejected(
          Reason.NULL_TEXT,
          String.format(
              Locale.ROOT, "the %s text of the pair is null", first == null ? "first" : "second"));
    }
    try {
      TokenizedText tokens = first(first);
      TokenizedText others = tokenizer.plainTokens(second, room);
      boolean areWhole = !tokens.truncated() && !others.truncated();
      boolean isFirstLonger =
          areWhole ? tokens.ids().length > others.ids().length : first.length() > second.length();
      return joined(tokens.ids(), others.ids(), isFirstLonger);
    } catch (TokenizationException e) {
      return Rejectable.rejected(Reason.NOT_TOKENIZABLE, e.getMessage());
    }
  }

  private TokenizedText first(String text) {
    if (!text.equals(lastFirst)) {
      lastTokens = tokenizer.plainTokens(text, room);
      lastFirst = text;
    }
    return lastTokens;
  }

  /**
   * Two texts together.
   *
   * @param isFirstLonger in tokens, or where one of the texts is not read to its end in characters:
   *     where both are cut, of an odd number of tokens the longer one gets one more
   */
  private Rejectable<RowTokens> joined(int[] first, int[] second, boolean isFirstLonger) {
    boolean areBothLong = first.length > room && second.length > room;
    int counted = areBothLong ? room + (isFirstLonger ? 2 : 1) : first.length;
    int[] kept = rules.cut().kept(counted, areBothLong ? room + 1 : second.length, room);
    // As Hugging Face's tokenizers, which leave a text that is cut alone at least a token.
    if (rules.cut() == PairCut.SECOND && kept[1] < Math.min(1, second.length)) {
      return Rejectable.rejected(
          Reason.TOO_LONG,
          String.format(
              Locale.ROOT,
              "the first text of the pair, which is not cut, leaves no room for the second in"
                  + " %d tokens, %d of them special",
              rules.maxLength(),
              template.specialTokens()));
    }
    PairTemplate.Pair pair = template.join(cut(first, kept[0]), cut(second, kept[1]));
    boolean truncated = kept[0] < first.length || kept[1] < second.length;
    return Rejectable.of(
        new RowTokens(
            pair.ids(), rules.typed() ? Optional.of(pair.types()) : Optional.empty(), truncated));
  }

  private int[] cut(int[] tokens, int kept) {
    int from = tokenizer.truncationSide() == Side.RIGHT ? 0 : tokens.length - kept;
    return Arrays.copyOfRange(tokens, from, from + kept);
  }
}
