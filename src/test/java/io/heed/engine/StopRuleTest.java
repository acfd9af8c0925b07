package io.heed.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.engine.Continuation.FinishReason;
import io.heed.text.TextTokenizer;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StopRuleTest {
  private static final TextTokenizer TOKENIZER = DecoderFixture.tokenizer();
  private static final int END = DecoderFixture.TOKENIZER_FILES.endOfText();

  private static StopRule texts(String... texts) {
    return new StopRule(Set.of(END), Set.of(), List.of(texts), Optional.of(TOKENIZER));
  }

  /** What is said of the last token of a sequence. */
  private static Optional<FinishReason> reason(StopRule rule, int... ids) {
    StopRule.Watch watch = rule.watch();
    Optional<FinishReason> reason = Optional.empty();
    for (int id : ids) {
      reason = watch.reason(id);
    }
    return reason;
  }

  private static int[] ids(String text) {
    return TOKENIZER.tokenize(text, 100).ids();
  }

  @Test
  void a_text_of_several_tokens_ends_a_sequence_where_it_is_whole() {
    StopRule rule = texts("he\nend", "zz");
    assertThat(ids(" the\nen").length).isGreaterThan(2);
    assertThat(reason(rule, ids(" the\nen"))).isEmpty();
    assertThat(reason(rule, ids(" the\nend"))).contains(FinishReason.STOP);
    Continuation whole = rule.continuation(3, ids(" the\nend"), FinishReason.STOP);
    assertThat(whole.text()).isEqualTo(" t");
    assertThat(whole.ids()).isEqualTo(ids(" the\nend"));
    assertThat(whole.promptTokens()).isEqualTo(3);
  }

  @Test
  void the_text_is_cut_where_the_first_of_the_texts_begins() {
    StopRule rule = texts("nd", "an", "d");
    assertThat(reason(rule, ids("a hand"))).contains(FinishReason.STOP);
    assertThat(rule.continuation(1, ids("a hand"), FinishReason.STOP).text()).isEqualTo("a h");
    assertThat(rule.continuation(1, ids("and"), FinishReason.STOP).text()).isEmpty();
  }

  @Test
  void a_character_that_its_last_token_completes() {
    int[] umlaut = ids("lä");
    assertThat(umlaut).hasSize(2);
    StopRule rule = texts("ä");
    assertThat(reason(rule, umlaut[0])).isEmpty();
    assertThat(reason(rule, umlaut)).contains(FinishReason.STOP);
    assertThat(rule.continuation(1, umlaut, FinishReason.STOP).text()).isEqualTo("l");
  }

  @Test
  void only_the_token_that_ends_a_text_is_left_out() {
    StopRule rule = new StopRule(Set.of(END), Set.of(5, 6), List.of(), Optional.of(TOKENIZER));
    assertThat(reason(rule, 1, END)).contains(FinishReason.END_OF_TEXT);
    assertThat(reason(rule, 1, 6)).contains(FinishReason.STOP);
    assertThat(rule.watch().reason(5)).contains(FinishReason.STOP);
    int[] ended = {1, END};
    assertThat(rule.continuation(2, ended, FinishReason.END_OF_TEXT).ids()).containsExactly(1);
    int[] stopped = {1, 6};
    Continuation continuation = rule.continuation(2, stopped, FinishReason.STOP);
    assertThat(continuation.ids()).containsExactly(1, 6);
    assertThat(continuation.text()).isEqualTo(TOKENIZER.decode(1, 6));
    assertThat(rule.continuation(2, new int[] {END}, FinishReason.END_OF_TEXT).text()).isEmpty();
  }

  @Test
  void without_a_tokenizer_there_is_no_text() {
    StopRule rule = new StopRule(Set.of(3), Set.of(4), List.of(), Optional.empty());
    assertThat(reason(rule, 1, 2)).isEmpty();
    assertThat(reason(rule, 1, 4)).contains(FinishReason.STOP);
    assertThat(rule.continuation(2, new int[] {1, 4}, FinishReason.STOP).text()).isNull();
  }

  @Test
  void texts_that_cannot_end_a_sequence() {
    assertThatThrownBy(() -> texts("a", ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a text that ends a sequence is empty");
    assertThatThrownBy(() -> new StopRule(Set.of(), Set.of(), List.of("a"), Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("texts end a sequence ([a]), but there is no tokenizer");
  }
}
