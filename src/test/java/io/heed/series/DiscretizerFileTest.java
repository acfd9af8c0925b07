package io.heed.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heed.architecture.ModelCheckpoint;
import io.heed.checkpoint.BertCheckpointFixture;
import io.heed.checkpoint.CheckpointException;
import io.heed.checkpoint.GptCheckpointFixture;
import io.heed.checkpoint.GptCheckpointFixture.Form;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiscretizerFileTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void writeModel() throws IOException {
    GptCheckpointFixture.of(Form.GPT2, 1, 8, 1, 80, 1).write(directory);
    file = directory.resolve(DiscretizerFile.NAME);
  }

  private static BarDiscretizer fitted(int bins, double volumes) {
    double[][] bars = new BarWalk(3).bars(200);
    for (double[] bar : bars) {
      bar[4] *= volumes;
    }
    BarCounts counts = new BarCounts();
    counts.add(BarSeries.of(bars).value());
    return counts.discretizer(bins);
  }

  private void assertRefused(String message) {
    assertThatThrownBy(() -> ModelCheckpoint.open(directory))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(message + " (discretizer.json)");
  }

  private void assertRefused(Consumer<ObjectNode> change, String message) throws IOException {
    ObjectNode root = (ObjectNode) MAPPER.readTree(DiscretizerFile.write(fitted(4, 1)));
    change.accept(root);
    Files.writeString(file, root.toString());
    assertRefused(message);
  }

  private static ArrayNode array(ObjectNode root, String feature, String key) {
    return (ArrayNode) root.required(feature).required(key);
  }

  @Test
  void whatIsWrittenIsRead() throws IOException {
    for (double volumes : new double[] {1, 0}) {
      BarDiscretizer discretizer = fitted(16, volumes);
      Files.writeString(file, DiscretizerFile.write(discretizer));
      try (ModelCheckpoint checkpoint = ModelCheckpoint.open(directory)) {
        assertThat(checkpoint.barDiscretizer()).contains(discretizer);
      }
    }
  }

  @Test
  void aCheckpointNeedsNone() throws IOException {
    try (ModelCheckpoint checkpoint = ModelCheckpoint.open(directory)) {
      assertThat(checkpoint.barDiscretizer()).isEmpty();
    }
    Path encoder = directory.resolve("bert");
    BertCheckpointFixture.of(1, 8, 1, 80, 1).write(encoder);
    Files.writeString(encoder.resolve(DiscretizerFile.NAME), "no JSON");
    try (ModelCheckpoint checkpoint = ModelCheckpoint.open(encoder)) {
      assertThat(checkpoint.barDiscretizer()).isEmpty();
    }
  }

  @Test
  void itIsPartOfTheContentHash() throws IOException {
    String without = hash();
    Files.writeString(file, DiscretizerFile.write(fitted(16, 1)));
    String with = hash();
    Files.writeString(file, DiscretizerFile.write(fitted(15, 1)));
    assertThat(hash()).isNotEqualTo(with).isNotEqualTo(without);
    assertThat(with).isNotEqualTo(without);
  }

  private String hash() {
    try (ModelCheckpoint checkpoint = ModelCheckpoint.open(directory)) {
      return checkpoint.hash();
    }
  }

  @Test
  void itHasNoMoreTokenIdsThanTheModel() throws IOException {
    Files.writeString(file, DiscretizerFile.write(fitted(17, 1)));
    assertRefused("5 features of bins 17 make 85 token ids, more than vocab_size 80 (config.json)");
  }

  @Test
  void refusesWhatIsNoDiscretizer() throws IOException {
    Files.writeString(file, "{");
    assertThatThrownBy(() -> ModelCheckpoint.open(directory))
        .hasMessageStartingWith("the file is not valid JSON");
    Files.writeString(file, "[]");
    assertRefused("the file is ARRAY, expected an object");
    Files.writeString(file, "{}");
    assertRefused("type is missing");
    assertRefused(
        root -> root.put("type", "notes"), "type notes is not supported; supported: bars");
    assertRefused(
        root -> root.put("returns", "simple"), "returns simple is not supported; supported: log");
    assertRefused(root -> root.remove("bins"), "bins is missing");
    assertRefused(root -> root.put("bins", 5000), "bins 5000 is not from 2 to 4096");
    assertRefused(root -> root.put("bins", 3), "open has 4 bins, more than bins 3");
    assertRefused(root -> root.remove("low"), "low is missing");
    assertRefused(root -> root.put("low", 1), "low is 1, expected an object");
  }

  @Test
  void refusesEdgesAndMediansThatDoNotFit() throws IOException {
    assertRefused(
        root -> ((ObjectNode) root.required("high")).remove("edges"),
        "high: edges is missing, or no array");
    assertRefused(
        root -> array(root, "high", "edges").remove(0),
        "high: 4 medians do not fit 2 edges, which part 3 bins");
    assertRefused(
        root -> array(root, "close", "edges").set(1, -100),
        "close: edge 1, -100.0, is not above the one before, %s, by 9.313225746154785E-10"
            .formatted(array(fittedRoot(), "close", "edges").get(0)));
    assertRefused(
        root -> array(root, "close", "edges").set(0, "1"),
        "close: edges 0 is \"1\", expected a number");
    assertRefused(
        root -> array(root, "close", "edges").setNull(0),
        "close: edges 0 is null, expected a number");
    assertRefused(
        root -> array(root, "open", "medians").set(2, 100),
        "open: median 2, 100.0, is not in its bin");
    assertRefused(
        root -> array(root, "open", "medians").setNull(1),
        "open: medians 1 is null, expected a number");
    assertRefused(root -> array(root, "open", "medians").setNull(0), "open has a bin of no price");
  }

  private static ObjectNode fittedRoot() {
    try {
      return (ObjectNode) MAPPER.readTree(DiscretizerFile.write(fitted(4, 1)));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
