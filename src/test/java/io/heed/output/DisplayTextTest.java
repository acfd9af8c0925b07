package io.heed.output;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DisplayTextTest {
  @ParameterizedTest
  @CsvSource({
    "abc, 3",
    "é, 1",
    "e\u0301, 1",
    "日本, 4",
    "한국어, 6",
    "ｱｲｳ, 3",
    "Ａ, 2",
    "😀, 2",
    "👩‍👩‍👧‍👦, 2",
    "❤️, 2",
    "❤, 1",
    "🇩🇪, 2",
    "𠮷, 2",
    "a\u200bb, 2"
  })
  void columnsOfATerminal(String text, int width) {
    assertThat(DisplayText.width(text)).isEqualTo(width);
  }

  @ParameterizedTest
  @CsvSource({
    "abcdefgh, 8, abcdefgh",
    "abcdefghi, 8, abcde...",
    "日本語です, 10, 日本語です",
    "日本語です, 9, 日本語...",
    "日本語です, 8, 日本...",
    "ab👩‍👩‍👧‍👦cd👩‍👩‍👧‍👦ef, 8, ab👩‍👩‍👧‍👦c...",
    "abc👩‍👩‍👧‍👦d👩‍👩‍👧‍👦ef, 7, abc...",
    "'', 5, ''"
  })
  void cutsByColumnsAndNeverInsideACharacter(String text, int columns, String cut) {
    assertThat(DisplayText.cut(text, columns)).isEqualTo(cut);
    assertThat(DisplayText.width(cut)).isLessThanOrEqualTo(columns);
  }

  @Test
  void whatCommandsATerminalIsShownInstead() {
    assertThat(DisplayText.inOneLine("a\u001b[2Jb\r\n\tc\u0007\u009b31m\u0000d"))
        .isEqualTo("a\\u001b[2Jb\\r\\n\\tc\\u0007\\u009b31m\\u0000d");
    assertThat(DisplayText.inOneLine("x\u202egpj.exe\u2028\u2066\u200f"))
        .isEqualTo("x\\u202egpj.exe\\u2028\\u2066\\u200f");
    assertThat(DisplayText.inOneLine("half \ud83d of one")).isEqualTo("half \\ud83d of one");
    assertThat(DisplayText.inLines("a\u001b]0;title\u0007\n\tb"))
        .isEqualTo("a\\u001b]0;title\\u0007\n\tb");
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "Grüße, 日本 👩‍👩‍👧‍👦 عربى", "\\n is two characters"})
  void otherTextStaysAsItIs(String text) {
    assertThat(DisplayText.inOneLine(text)).isEqualTo(text);
  }
}
