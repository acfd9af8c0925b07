package io.heed.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BertCheckpointFixtureTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final BertCheckpointFixture FIXTURE = BertCheckpointFixture.of(2, 8, 2, 30, 7);

  @TempDir Path directory;

  @Test
  void writesTheSameBytesTwiceAndOthersForAnotherSeed() throws IOException {
    byte[] first = weights(FIXTURE, "first");
    assertThat(weights(FIXTURE, "second")).isEqualTo(first);
    assertThat(weights(BertCheckpointFixture.of(2, 8, 2, 30, 8), "third")).isNotEqualTo(first);
  }

  @Test
  void indexNamesTheFileOfEveryTensor() throws IOException {
    FIXTURE.withShards(3).write(directory);
    assertThat(directory.resolve("model.safetensors")).doesNotExist();
    JsonNode index = MAPPER.readTree(directory.resolve("model.safetensors.index.json").toFile());
    Set<String> indexed = new HashSet<>();
    long bytes = 0;
    for (int shard = 1; shard <= 3; shard++) {
      String name = String.format(Locale.ROOT, "model-0000%d-of-00003.safetensors", shard);
      JsonNode header = header(Files.readAllBytes(directory.resolve(name)));
      for (var tensor : header.properties()) {
        if (!tensor.getKey().equals("__metadata__")) {
          assertThat(index.at("/weight_map").get(tensor.getKey()).textValue()).isEqualTo(name);
          indexed.add(tensor.getKey());
          JsonNode offsets = tensor.getValue().get("data_offsets");
          bytes += offsets.get(1).asLong() - offsets.get(0).asLong();
        }
      }
    }
    assertThat(index.at("/weight_map").size()).isEqualTo(indexed.size());
    assertThat(index.at("/metadata/total_size").asLong()).isEqualTo(bytes);
  }

  @Test
  void configAgreesWithTheTensors() throws IOException {
    FIXTURE.withIntermediateSize(19).withMaxPositionEmbeddings(40).write(directory);
    JsonNode config = MAPPER.readTree(directory.resolve("config.json").toFile());
    JsonNode header = header(Files.readAllBytes(directory.resolve("model.safetensors")));
    assertThat(shape(header, "embeddings.word_embeddings.weight"))
        .containsExactly(config.get("vocab_size").asInt(), config.get("hidden_size").asInt());
    assertThat(shape(header, "embeddings.position_embeddings.weight"))
        .containsExactly(config.get("max_position_embeddings").asInt(), 8);
    assertThat(shape(header, "encoder.layer.1.intermediate.dense.weight"))
        .containsExactly(config.get("intermediate_size").asInt(), 8);
    assertThat(header.has("encoder.layer.2.output.dense.weight")).isFalse();
    assertThat(config.get("num_hidden_layers").asInt()).isEqualTo(2);
  }

  @Test
  void tokenizerSetsTheVocabularySize() throws IOException {
    WordPieceFixture tokenizer = WordPieceFixture.ascii();
    FIXTURE.withTokenizer(tokenizer).write(directory);
    JsonNode config = MAPPER.readTree(directory.resolve("config.json").toFile());
    JsonNode json = MAPPER.readTree(directory.resolve("tokenizer.json").toFile());
    assertThat(config.get("vocab_size").asInt()).isEqualTo(tokenizer.size());
    assertThat(json.at("/model/vocab").size()).isEqualTo(tokenizer.size());
    assertThat(json.at("/model/vocab/##z").asInt()).isEqualTo(tokenizer.size() - 1);
    assertThat(Files.readAllLines(directory.resolve("vocab.txt")))
        .isEqualTo(tokenizer.vocabulary());
  }

  @Test
  void valuesAreNearlyNormal() {
    float[] values = new RandomValues(3, "a").floats(200_000, 0.25, 2);
    double mean = 0;
    double squares = 0;
    int within = 0;
    for (float value : values) {
      mean += value / values.length;
      squares += (value - 0.25) * (value - 0.25) / values.length;
      within += Math.abs(value - 0.25) < 2 ? 1 : 0;
    }
    assertThat(mean).isCloseTo(0.25, within(0.02));
    assertThat(Math.sqrt(squares)).isCloseTo(2, within(0.02));
    assertThat(within / (double) values.length).isCloseTo(0.68, within(0.02));
    assertThat(new RandomValues(3, "b").floats(4, 0.25, 2)).doesNotContain(values[0]);
  }

  private byte[] weights(BertCheckpointFixture fixture, String name) throws IOException {
    return Files.readAllBytes(fixture.write(directory.resolve(name)).resolve("model.safetensors"));
  }

  private static JsonNode header(byte[] file) throws IOException {
    long length = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
    return MAPPER.readTree(new String(file, 8, (int) length, StandardCharsets.UTF_8));
  }

  private static int[] shape(JsonNode header, String name) {
    JsonNode shape = header.required(name).required("shape");
    return new int[] {shape.get(0).asInt(), shape.get(1).asInt()};
  }
}
