package io.heed.text;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Tokenizing a part of a text gives what Hugging Face's truncation of all its tokens gives. */
class TruncationTest {
  private static Path directory;
  private static Pair wordPiece;
  private static Pair byteLevel;
  private static Pair unigram;
  private static Pair deberta;
  private static Pair gpt2;

  /** The tokenizer under test and a native one that sees whole texts. */
  private record Pair(TextTokenizer tokenizer, CutPoints cuts, long whole) {
    static Pair of(ObjectNode json) {
      Path file = TokenizerFiles.write(directory, json);
      return new Pair(
          TextTokenizer.open(file),
          CutPoints.of(TokenizerJson.read(file)),
          NativeTokenizers.library().createTokenizerFromString(json.toString()));
    }

    /** What stands before each cut has the tokens that it has in the whole text. */
    void assertCutsAreSafe(String text) {
      TokenizersLibrary library = NativeTokenizers.library();
      library.disableTruncation(whole);
      int[] all = encode(library, text);
      for (int i = 1; i < text.length(); i++) {
        if (cuts.near(text, i) == i) {
          int[] start = encode(library, text.substring(0, i));
          int same = start.length - 1;
          assertThat(all.length).as("cut at %d", i).isGreaterThan(same);
          assertThat(Arrays.copyOf(start, same))
              .as("cut at %d", i)
              .isEqualTo(Arrays.copyOf(all, same));
        }
      }
    }

    void assertSame(String text, int maxLength) {
      TokenizersLibrary library = NativeTokenizers.library();
      library.disableTruncation(whole);
      int total = encode(library, text).length;
      library.setTruncation(whole, maxLength, "LONGEST_FIRST", 0);
      int[] expected = encode(library, text);
      TokenizedText found = tokenizer.tokenize(text, maxLength);
      assertThat(found.ids()).isEqualTo(expected);
      assertThat(found.truncated()).isEqualTo(total > maxLength);
    }

    private int[] encode(TokenizersLibrary library, String text) {
      long encoding = library.encode(whole, text, true);
      int[] ids = LongStream.of(library.getTokenIds(encoding)).mapToInt(Math::toIntExact).toArray();
      library.deleteEncoding(encoding);
      return ids;
    }

    void close() {
      tokenizer.close();
      NativeTokenizers.library().deleteTokenizer(whole);
    }
  }

  @BeforeContainer
  static void open() throws IOException {
    directory = Files.createTempDirectory("heed-tokenizers");
    wordPiece = Pair.of(TokenizerFiles.wordPiece());
    byteLevel = Pair.of(TokenizerFiles.byteLevel());
    unigram = Pair.of(TokenizerFiles.unigram());
    deberta = Pair.of(TokenizerFiles.deberta());
    gpt2 = Pair.of(TokenizerFiles.gpt2());
  }

  @AfterContainer
  static void close() throws IOException {
    List.of(wordPiece, byteLevel, unigram, deberta, gpt2).forEach(Pair::close);
    try (var files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }

  @Property(tries = 1000)
  void wordPiece(@ForAll("texts") String text, @ForAll @IntRange(min = 2, max = 40) int length) {
    wordPiece.assertSame(text, length);
  }

  @Property(tries = 1000)
  void byteLevel(@ForAll("texts") String text, @ForAll @IntRange(min = 2, max = 40) int length) {
    byteLevel.assertSame(text, length);
  }

  @Property(tries = 1000)
  void unigram(@ForAll("texts") String text, @ForAll @IntRange(min = 2, max = 40) int length) {
    unigram.assertSame(text, length);
  }

  @Property(tries = 1000)
  void deberta(@ForAll("texts") String text, @ForAll @IntRange(min = 2, max = 40) int length) {
    deberta.assertSame(text, length);
  }

  @Property(tries = 1000)
  void gpt2(@ForAll("texts") String text, @ForAll @IntRange(min = 1, max = 40) int length) {
    gpt2.assertSame(text, length);
  }

  @Property(tries = 2000)
  void cutsAreSafe(@ForAll("shortTexts") String text) {
    wordPiece.assertCutsAreSafe(text);
    byteLevel.assertCutsAreSafe(text);
    unigram.assertCutsAreSafe(text);
    deberta.assertCutsAreSafe(text);
    gpt2.assertCutsAreSafe(text);
  }

  @Provide
  Arbitrary<String> texts() {
    return texts(200);
  }

  @Provide
  Arbitrary<String> shortTexts() {
    return texts(20);
  }

  private static Arbitrary<String> texts(int parts) {
    Arbitrary<String> words =
        Arbitraries.of("the", "river", "The", "unwantable", "running", "'s", "'re", "a1b2", "0");
    Arbitrary<String> long1 = Arbitraries.of("a", "ab", "q").map(s -> s.repeat(60));
    Arbitrary<String> spaces =
        Arbitraries.of(
            " ", " ", " ", "  ", "\n", "\t", "\r\n", "\u00a0", "\u3000", "\u000b", "\u0085");
    Arbitrary<String> marks =
        Arbitraries.of(
            ".", ",", "-", "_", "<", "\u0338", "\u0301", "\u00ad", "\u200b", "\u200d", "\u0000");
    Arbitrary<String> special =
        Arbitraries.of(
            "[SEP]",
            "[MASK]",
            "[CLS",
            "<mask>",
            " <mask>",
            "</s>",
            "<s",
            "<|endoftext|>",
            "<|end",
            "\u2581");
    Arbitrary<String> unicode =
        Arbitraries.of(
            "\u4e2d",
            "\u6587",
            "\u30ab\u3099",
            "\u00e9",
            "e\u0301",
            "\u03a3",
            "\u0130",
            "\ufb01",
            "\ufe70",
            "\uff9e",
            "\u3164",
            "\u0d4e",
            "\u0600",
            "\u0939\u0940",
            "\u1100\u1161\u11a8",
            "\ud83d\ude00",
            "\ud83d\udc68\u200d\ud83d\udc69",
            "\ud834\udd1e",
            "\u00b4",
            "\u00a8");
    Arbitrary<String> any = Arbitraries.strings().ofMinLength(1).ofMaxLength(3);
    return Arbitraries.frequencyOf(
            Tuple.of(6, words),
            Tuple.of(1, long1),
            Tuple.of(6, spaces),
            Tuple.of(3, marks),
            Tuple.of(1, special),
            Tuple.of(3, unicode),
            Tuple.of(1, any.map(TruncationTest::withoutSurrogates)))
        .list()
        .ofMinSize(0)
        .ofMaxSize(parts)
        .map(list -> String.join("", list));
  }

  private static String withoutSurrogates(String text) {
    return text.codePoints()
        .filter(c -> c > 0xffff || !Character.isSurrogate((char) c))
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
