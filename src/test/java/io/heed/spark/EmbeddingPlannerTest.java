package io.heed.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.checkpoint.BertCheckpointFixture;
import io.heed.settings.Effective;
import io.heed.settings.Setting;
import io.heed.settings.Settings;
import io.heed.spark.TokenSource.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EmbeddingPlannerTest {
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "128,  , 1024, default",
    "768,  , 1024, default",
    "832,  , 945,  'hidden size, config.json'",
    "1024, , 768,  'hidden size, config.json'",
    "1024, 8192, 8192, --batch-tokens",
    "1024, 1, 1, --batch-tokens"
  })
  void wide_models_compute_fewer_tokens_together_unless_told(
      int width, String given, int tokens, String origin) throws IOException {
    Path model = BertCheckpointFixture.of(1, width, width / 64, 30, 7).write(directory);
    Map<Setting<?>, String> arguments = new LinkedHashMap<>();
    arguments.put(HeedConf.MODEL, model.toString());
    if (given != null) {
      arguments.put(HeedConf.BATCH_TOKENS, given);
    }
    Settings settings = new Settings(arguments, new SparkConf(false), HeedConf.CONFIGURATION);

    try (EmbeddingPlanner planner = new EmbeddingPlanner(settings)) {
      assertThat(planner.plan(Kind.IDS).batchTokens()).isEqualTo(tokens);
    }
    assertThat(settings.effective()).containsEntry("batch-tokens", new Effective<>(tokens, origin));
  }
}
