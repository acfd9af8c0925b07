package io.heed.sample;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.heed.oracle.BertOracle;
import io.heed.oracle.OracleNormalization;
import io.heed.oracle.OraclePooling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleCheckpointTest {
  @Test
  void generatorStillWritesTheCommittedFiles(@TempDir Path directory) throws IOException {
    SampleCheckpoint.write(SampleCheckpoint.SENTENCES, directory);
    Map<String, byte[]> committed = files(SampleCheckpoint.DIRECTORY);
    Map<String, byte[]> generated = files(directory);
    assertThat(generated.keySet()).isEqualTo(committed.keySet());
    generated.forEach((name, bytes) -> assertThat(bytes).as(name).isEqualTo(committed.get(name)));
  }

  @Test
  void jsonFilesAreValid() throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    for (Map.Entry<String, byte[]> file : files(SampleCheckpoint.DIRECTORY).entrySet()) {
      if (file.getKey().endsWith(".json")) {
        assertThat(mapper.readTree(file.getValue()).isContainerNode()).as(file.getKey()).isTrue();
      }
    }
  }

  @Test
  void tokenizerKnowsEveryPieceOfTheSample() throws IOException {
    try (HuggingFaceTokenizer tokenizer = tokenizer()) {
      List<String> texts = new ArrayList<>(SampleCheckpoint.texts(SampleCheckpoint.SENTENCES));
      texts.addAll(Files.readAllLines(Path.of("sample-data/sentences.txt")));
      texts.addAll(Files.readAllLines(Path.of("sample-data/sentences.csv")));
      assertThat(texts).hasSizeGreaterThan(300);
      for (String text : texts) {
        assertThat(tokenizer.encode(text).getTokens())
            .as(text)
            .startsWith("[CLS]")
            .endsWith("[SEP]")
            .doesNotContain("[UNK]");
      }
    }
  }

  @Test
  void frequentWordsAreOnePiece() throws IOException {
    try (HuggingFaceTokenizer tokenizer = tokenizer()) {
      Encoding encoding = tokenizer.encode("Thé key and its WINDOW, again");
      assertThat(encoding.getTokens())
          .containsExactly("[CLS]", "the", "key", "and", "its", "window", ",", "again", "[SEP]");
      assertThat(encoding.getIds()[0]).isEqualTo(2);
      assertThat(tokenizer.encode("", "b").getTypeIds()).containsExactly(0, 0, 1, 1);
    }
  }

  @Test
  void wordsAreThoseOfTheTokenizer() throws IOException {
    try (HuggingFaceTokenizer tokenizer = tokenizer()) {
      for (String text : SampleCheckpoint.texts(SampleCheckpoint.SENTENCES)) {
        List<String> words = new ArrayList<>();
        for (String token : tokenizer.encode(text, false, false).getTokens()) {
          if (token.startsWith("##")) {
            words.set(words.size() - 1, words.get(words.size() - 1) + token.substring(2));
          } else {
            words.add(token);
          }
        }
        assertThat(BertWords.of(text)).isEqualTo(words);
      }
    }
  }

  @Test
  void differentSentencesHaveDifferentEmbeddings() throws IOException {
    BertOracle oracle = BertOracle.load(SampleCheckpoint.DIRECTORY);
    try (HuggingFaceTokenizer tokenizer = tokenizer()) {
      double[] rain = embed(oracle, tokenizer, "Rain.");
      double[] again = embed(oracle, tokenizer, "RAIN .");
      double[] soup = embed(oracle, tokenizer, "The soup needs another hour on a low flame.");
      assertThat(again).isEqualTo(rain);
      assertThat(dot(rain, rain)).isBetween(1 - 1e-12, 1 + 1e-12);
      assertThat(dot(rain, soup)).isLessThan(0.95);
    }
  }

  private static HuggingFaceTokenizer tokenizer() throws IOException {
    return HuggingFaceTokenizer.newInstance(SampleCheckpoint.DIRECTORY.resolve("tokenizer.json"));
  }

  private static double[] embed(BertOracle oracle, HuggingFaceTokenizer tokenizer, String text) {
    int[] ids = Arrays.stream(tokenizer.encode(text).getIds()).mapToInt(Math::toIntExact).toArray();
    return oracle.embed(ids, OraclePooling.MEAN, OracleNormalization.L2);
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  /** The contents of all files by their path in the directory. */
  static Map<String, byte[]> files(Path directory) throws IOException {
    Map<String, byte[]> contents = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path file : (Iterable<Path>) paths.filter(Files::isRegularFile)::iterator) {
        contents.put(directory.relativize(file).toString(), Files.readAllBytes(file));
      }
    }
    return contents;
  }
}
