package io.heed.embed;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.checkpoint.BertCheckpointFixture;
import io.heed.input.Columns;
import io.heed.settings.Configuration;
import io.heed.settings.Effective;
import io.heed.settings.Setting;
import io.heed.settings.Settings;
import io.heed.spark.executor.ModelSettings;
import io.heed.spark.tokens.TokenSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EmbedPlannerTest {
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
    arguments.put(ModelSettings.MODEL, model.toString());
    if (given != null) {
      arguments.put(ModelSettings.BATCH_TOKENS, given);
    }
    Settings settings = new Settings(arguments, new SparkConf(false), Configuration.settings());

    try (EmbedPlanner planner = new EmbedPlanner(settings)) {
      assertThat(planner.plan(new TokenSource.Ids(new Columns().tokenIds("ids"))).batchTokens())
          .isEqualTo(tokens);
    }
    assertThat(settings.effective()).containsEntry("batch-tokens", new Effective<>(tokens, origin));
  }
}
