package io.heed.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.apache.hadoop.fs.FileUtil;

/** The end of a text tells what the whole text, decoded anew for each token, tells. */
class TextEndTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** As Llama 2 and Mistral have it. */
  private static final String LLAMA =
      "{\"type\": \"Sequence\", \"decoders\": [{\"type\": \"Replace\", \"pattern\": {\"String\":"
          + " \"\u2581\"}, \"content\": \" \"}, {\"type\": \"ByteFallback\"}, {\"type\": \"Fuse\"},"
          + " {\"type\": \"Strip\", \"content\": \" \", \"start\": 1, \"stop\": 0}]}";

  private static final List<String> DECODERS =
      List.of(
          "null",
          "{\"type\": \"WordPiece\", \"prefix\": \"##\", \"cleanup\": true}",
          "{\"type\": \"WordPiece\", \"prefix\": \"##\", \"cleanup\": false}",
          "{\"type\": \"ByteLevel\", \"add_prefix_space\": true, \"trim_offsets\": true,"
              + " \"use_regex\": true}",
          "{\"type\": \"BPEDecoder\", \"suffix\": \"e\"}",
          "{\"type\": \"BPEDecoder\", \"suffix\": \"</w>\"}",
          "{\"type\": \"Metaspace\", \"replacement\": \"\u2581\", \"prepend_scheme\": \"always\","
              + " \"split\": true}",
          "{\"type\": \"Metaspace\", \"replacement\": \"\u2581\", \"prepend_scheme\": \"never\","
              + " \"split\": true}",
          "{\"type\": \"CTC\", \"pad_token\": \"a\", \"word_delimiter_token\": \"|\","
              + " \"cleanup\": true}",
          "{\"type\": \"Sequence\", \"decoders\": [{\"type\": \"ByteFallback\"}, {\"type\":"
              + " \"Fuse\"}, {\"type\": \"Strip\", \"content\": \" \", \"start\": 1, \"stop\":"
              + " 0}]}",
          LLAMA,
          "{\"type\": \"Sequence\", \"decoders\": [{\"type\": \"Replace\", \"pattern\": {\"String\":"
              + " \"\u2581\"}, \"content\": \" \"}, {\"type\": \"ByteFallback\"}, {\"type\":"
              + " \"Fuse\"}]}",
          "{\"type\": \"Sequence\", \"decoders\": [{\"type\": \"Fuse\"}, {\"type\": \"Replace\","
              + " \"pattern\": {\"String\": \"the\"}, \"content\": \"\"}]}");

  /** Pieces that decoders treat in their ways, beside the bytes of a byte-level alphabet. */
  private static final List<String> PIECES =
      List.of(
          "the",
          "##e",
          "##",
          "##ing",
          "a</w>",
          "</w>",
          "\u2581a",
          "\u2581",
          "a\u2581b",
          "<0xE4>",
          "<0xBD>",
          "<0xA0>",
          ".",
          "'",
          "n't",
          "do",
          "not",
          "\uFFFD",
          "\u4F60",
          " x",
          "|",
          "");

  private static Path directory;
  private static final Map<String, TextTokenizer> TOKENIZERS = new LinkedHashMap<>();
  private static int vocabulary;
  private static int wordId;

  @BeforeContainer
  static void open() throws IOException {
    directory = Files.createTempDirectory("heed-text-end");
    ObjectNode json = TokenizerFiles.byteLevel();
    ObjectNode vocab = (ObjectNode) json.get("model").get("vocab");
    for (String piece : PIECES) {
      if (!vocab.has(piece)) {
        vocab.put(piece, vocab.size());
      }
    }
    vocabulary = vocab.size();
    wordId = vocab.get("do").asInt();
    for (String decoder : DECODERS) {
      json.set("decoder", JSON.readTree(decoder));
      TOKENIZERS.put(decoder, TextTokenizer.open(TokenizerFiles.write(directory, json)));
    }
  }

  @AfterContainer
  static void close() {
    TOKENIZERS.values().forEach(TextTokenizer::close);
    TOKENIZERS.clear();
    FileUtil.fullyDelete(directory.toFile());
  }

  @Property(tries = 8000)
  void a_stop_is_found_at_the_step_at_which_the_whole_text_has_it(
      @ForAll @IntRange(min = 0, max = 12) int decoder, @ForAll long seed) {
    TextTokenizer tokenizer = TOKENIZERS.get(DECODERS.get(decoder));
    Random random = new Random(seed);
    int[] ids = ids(random);
    List<String> stops = stops(tokenizer.decode(ids), random);
    assertThat(firstStop(tokenizer, stops, ids))
        .as("seed %d, stops %s, ids %s", seed, stops, Arrays.toString(ids))
        .isEqualTo(plainFirstStop(tokenizer, stops, ids));
  }

  /** Some sequences take few different tokens, so that odd ones stand side by side. */
  private static int[] ids(Random random) {
    int few = 1 + random.nextInt(5);
    int[] some = random.ints(few, -1, vocabulary + 2).toArray();
    int[] pieces = random.ints(few, vocabulary - PIECES.size(), vocabulary).toArray();
    int kind = random.nextInt(4);
    return random
        .ints(1 + random.nextInt(70), 0, Integer.MAX_VALUE)
        .map(
            draw ->
                switch (kind) {
                  case 0 -> some[draw % few];
                  case 1 -> pieces[draw % few];
                  case 2 -> draw % vocabulary;
                  default -> draw % 3 == 0 ? some[draw % few] : pieces[draw % few];
                })
        .toArray();
  }

  /** Parts of the text as it is at the end, so that most are found, and one that is not likely. */
  private static List<String> stops(String text, Random random) {
    List<String> stops = new ArrayList<>(List.of("zq\uFFFD"));
    for (int i = random.nextInt(3); i >= 0 && !text.isEmpty(); i--) {
      int from = random.nextInt(text.length());
      int length = 1 + random.nextInt(Math.min(12, text.length() - from));
      stops.add(text.substring(from, from + length));
    }
    return stops;
  }

  private static int firstStop(TextTokenizer tokenizer, List<String> stops, int... ids) {
    int longest = stops.stream().mapToInt(String::length).max().orElseThrow();
    TextEnd end = new TextEnd(tokenizer, longest);
    for (int i = 0; i < ids.length; i++) {
      if (stops.stream().anyMatch(end.append(ids[i])::contains)) {
        return i;
      }
    }
    return -1;
  }

  private static int plainFirstStop(TextTokenizer tokenizer, List<String> stops, int... ids) {
    for (int i = 0; i < ids.length; i++) {
      String text = tokenizer.decode(Arrays.copyOf(ids, i + 1));
      if (stops.stream().anyMatch(text::contains)) {
        return i;
      }
    }
    return -1;
  }

  @Property(generation = GenerationMode.EXHAUSTIVE)
  void no_more_is_decoded_than_a_stop_can_span(@ForAll @IntRange(min = 0, max = 11) int decoder) {
    Assume.that(!DECODERS.get(decoder).contains("CTC"));
    TextTokenizer tokenizer = TOKENIZERS.get(DECODERS.get(decoder));
    TextEnd end = new TextEnd(tokenizer, 10);
    int special = 0;
    int word = wordId;
    int[] words = new int[5000];
    int count = 0;
    for (int i = 0; i < 5000; i++) {
      String last = end.append(i % 7 == 0 ? special : word);
      if (i % 7 != 0) {
        words[count++] = word;
        String text = tokenizer.decode(Arrays.copyOf(words, Math.min(count, 50)));
        assertThat(last.length()).isBetween(Math.min(10, text.length()), 70);
        assertThat(text).endsWith(last.substring(Math.max(0, last.length() - text.length())));
      }
    }
  }
}
