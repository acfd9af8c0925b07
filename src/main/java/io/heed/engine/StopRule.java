package io.heed.engine;

import io.heed.engine.Continuation.FinishReason;
import io.heed.text.TextEnd;
import io.heed.text.TextTokenizer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What ends a generated sequence, apart from its length.
 *
 * @param endOfText tokens by which the model ends a text
 * @param tokens other tokens that end it
 * @param texts texts that end it
 * @param tokenizer makes texts of tokens; there is one where there are {@code texts}
 */
public record StopRule(
    Set<Integer> endOfText,
    Set<Integer> tokens,
    List<String> texts,
    Optional<TextTokenizer> tokenizer) {

  /**
   * Checks the texts.
   *
   * @throws IllegalArgumentException when one is empty, or there is no tokenizer for them
   */
  public StopRule {
    if (texts.stream().anyMatch(String::isEmpty)) {
      throw new IllegalArgumentException("a text that ends a sequence is empty");
    }
    if (!texts.isEmpty() && tokenizer.isEmpty()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "texts end a sequence (%s), but there is no tokenizer", texts));
    }
  }

  /** What watches a sequence, from its first generated token on. */
  Watch watch() {
    return new Watch();
  }

  /**
   * Watches one sequence. A text that ends it is looked for where the last token may have made one,
   * in as much of the end as the longest text can span. Not thread-safe.
   */
  final class Watch {
    private final Optional<TextEnd> end =
        texts.stream().mapToInt(String::length).max().stream()
            .mapToObj(longest -> new TextEnd(tokenizer.orElseThrow(), longest))
            .findFirst();

    private Watch() {}

    /**
     * Why the sequence ends with its next token, or empty.
     *
     * @throws io.heed.text.TokenizationException when the tokenizer has no text for the tokens
     */
    Optional<FinishReason> reason(int id) {
      if (endOfText.contains(id)) {
        return Optional.of(FinishReason.END_OF_TEXT);
      }
      boolean stopped =
          tokens.contains(id) || end.isPresent() && stopsAt(end.get().append(id)) >= 0;
      return stopped ? Optional.of(FinishReason.STOP) : Optional.empty();
    }
  }

  /** What the row has of the generated tokens. */
  Continuation continuation(int promptTokens, int[] generated, FinishReason reason) {
    int kept = reason == FinishReason.END_OF_TEXT ? generated.length - 1 : generated.length;
    int[] ids = Arrays.copyOf(generated, kept);
    String text = null;
    if (tokenizer.isPresent()) {
      text = text(ids);
      int end = stopsAt(text);
      text = end >= 0 ? text.substring(0, end) : text;
    }
    return new Continuation(promptTokens, ids, text, reason);
  }

  private String text(int... ids) {
    return tokenizer.orElseThrow().decode(ids);
  }

  /** Where the first of the texts begins, or -1. */
  private int stopsAt(String text) {
    return texts.stream().mapToInt(text::indexOf).filter(at -> at >= 0).min().orElse(-1);
  }
}
