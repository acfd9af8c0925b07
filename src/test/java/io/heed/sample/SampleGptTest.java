package io.heed.sample;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.heed.oracle.GptOracle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleGptTest {
  @Test
  void generatorStillWritesTheCommittedFiles(@TempDir Path directory) throws IOException {
    SampleGpt.write(SampleCheckpoint.SENTENCES, directory);
    Map<String, byte[]> committed = SampleCheckpointTest.files(SampleGpt.DIRECTORY);
    Map<String, byte[]> generated = SampleCheckpointTest.files(directory);
    assertThat(generated.keySet()).isEqualTo(committed.keySet());
    generated.forEach((name, bytes) -> assertThat(bytes).as(name).isEqualTo(committed.get(name)));
  }

  @Test
  void theCommandIsWrittenDown() throws IOException {
    TrainedSample.assertWrittenDown(SampleGpt.COMMAND);
  }

  /** Stories in which every pronoun, thing and end can be told from what stands before. */
  @Test
  void aStoryEndsWithWhomAndWhatItBeganWith() throws IOException {
    GptOracle oracle = GptOracle.load(SampleGpt.DIRECTORY);
    try (HuggingFaceTokenizer tokenizer = tokenizer()) {
      for (String[] story :
          new String[][] {
            {"Mia", "she", "lamp", "her"},
            {"Leo", "he", "bicycle", "his"}
          }) {
        String begun =
            String.format(
                Locale.ROOT,
                "On Friday %s went to the harbour. There %s found a yellow %s. It was cold, so",
                story[0],
                story[1],
                story[2]);
        int[] added = oracle.continueGreedily(ids(tokenizer, begun), 25);
        String text = tokenizer.decode(Arrays.stream(added).asLongStream().toArray(), false);
        assertThat(text)
            .as(begun)
            .matches(
                String.format(
                    Locale.ROOT,
                    " %1$s took the bus\\. In the evening %1$s gave the %2$s to %3$s \\w+\\.<\\|endoftext\\|>.*",
                    story[1],
                    story[2],
                    story[3]));
      }
    }
  }

  @Test
  void everyTextComesBackFromItsTokens() throws IOException {
    try (HuggingFaceTokenizer tokenizer = tokenizer()) {
      List<String> texts = new ArrayList<>(SampleCheckpoint.texts(SampleCheckpoint.SENTENCES));
      texts.addAll(Files.readAllLines(Path.of("sample-data/sentences.txt")));
      assertThat(texts).hasSizeGreaterThan(300);
      for (String text : texts) {
        long[] ids = tokenizer.encode(text).getIds();
        assertThat(tokenizer.decode(ids, true)).isEqualTo(text);
      }
    }
  }

  @Test
  void frequentWordsAreOnePiece() throws IOException {
    try (HuggingFaceTokenizer tokenizer = tokenizer()) {
      assertThat(tokenizer.encode("The rain and the window").getTokens())
          .containsExactly("The", "\u0120rain", "\u0120and", "\u0120the", "\u0120window");
    }
  }

  @Test
  void whatComesNextDependsOnTheText() throws IOException {
    GptOracle oracle = GptOracle.load(SampleGpt.DIRECTORY);
    try (HuggingFaceTokenizer tokenizer = tokenizer()) {
      int[] rain = oracle.continueGreedily(ids(tokenizer, "The rain"), 12);
      int[] soup = oracle.continueGreedily(ids(tokenizer, "The soup"), 12);
      assertThat(rain).isNotEqualTo(soup);
      assertThat(Arrays.stream(rain).distinct().count()).isGreaterThan(4);
    }
  }

  private static HuggingFaceTokenizer tokenizer() throws IOException {
    return HuggingFaceTokenizer.newInstance(SampleGpt.DIRECTORY.resolve("tokenizer.json"));
  }

  private static int[] ids(HuggingFaceTokenizer tokenizer, String text) {
    return Arrays.stream(tokenizer.encode(text).getIds()).mapToInt(Math::toIntExact).toArray();
  }
}
