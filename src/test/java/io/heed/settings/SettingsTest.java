package io.heed.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.embed.EmbedSettings;
import io.heed.job.TableSettings;
import io.heed.spark.executor.ModelSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

class SettingsTest {
  private static final Optional<Effective<Integer>> CHECKPOINT =
      Optional.of(new Effective<>(30, "config.json"));

  @Test
  void an_argument_goes_before_a_key_a_key_before_the_checkpoint_that_before_the_default() {
    Map<Setting<?>, String> argument = Map.of(ModelSettings.BATCH_TOKENS, "10");
    SparkConf key = conf("spark.heed.batchTokens", "20");

    assertEffective(settings(argument, key), CHECKPOINT, 10, "--batch-tokens");
    assertEffective(settings(Map.of(), key), CHECKPOINT, 20, "spark.heed.batchTokens");
    assertEffective(settings(Map.of(), conf()), CHECKPOINT, 30, "config.json");
    assertEffective(settings(Map.of(), conf()), Optional.empty(), 1024, "default");
  }

  private static void assertEffective(
      Settings settings, Optional<Effective<Integer>> checkpoint, int value, String origin) {
    assertThat(settings.find(ModelSettings.BATCH_TOKENS, checkpoint)).contains(value);
    assertThat(settings.effective())
        .isEqualTo(Map.of("batch-tokens", new Effective<>(value, origin)));
  }

  @Test
  void what_nothing_gives_is_absent_and_not_in_the_report() {
    Settings settings = settings(Map.of(), conf());
    assertThat(settings.find(EmbedSettings.PROMPT)).isEmpty();
    assertThat(settings.effective()).isEmpty();
  }

  @Test
  void a_default_is_not_given() {
    Settings settings =
        settings(Map.of(EmbedSettings.POOLING, "cls"), conf("spark.heed.kernel", "simd"));
    assertThat(settings.isGiven(EmbedSettings.POOLING)).isTrue();
    assertThat(settings.isGiven(ModelSettings.KERNEL)).isTrue();
    assertThat(settings.isGiven(ModelSettings.BATCH_TOKENS)).isFalse();
  }

  @Test
  void values_are_told_in_the_order_of_asking() {
    Settings settings = settings(Map.of(TableSettings.KEEP_COLUMNS, "a,b"), conf());
    settings.value(ModelSettings.KERNEL);
    settings.required(TableSettings.KEEP_COLUMNS);
    settings.value(TableSettings.SPLIT_BYTES);
    settings.value(ModelSettings.KERNEL);
    assertThat(settings.effective().keySet())
        .containsExactly("kernel", "keep-columns", "split-bytes");
    assertThat(settings.effective().values()).extracting(Effective::text).isEqualTo(texts());
  }

  private static List<String> texts() {
    return List.of("auto", "a,b", "8m");
  }

  @Test
  void a_required_option_is_named() {
    assertThatThrownBy(() -> settings(Map.of(), conf()).required(TableSettings.INPUT))
        .isInstanceOf(SettingException.class)
        .hasMessage("--input is required");
  }

  @Test
  void a_bad_value_names_where_it_stands() {
    Settings settings =
        settings(Map.of(EmbedSettings.POOLING, "sum"), conf("spark.heed.maxRejectedFraction", "2"));
    assertThatThrownBy(() -> settings.value(EmbedSettings.POOLING))
        .hasMessageStartingWith("--pooling:");
    assertThatThrownBy(() -> settings.value(TableSettings.MAX_REJECTED_FRACTION))
        .hasMessage("spark.heed.maxRejectedFraction: '2' is not a number from 0 to 1");
  }

  @Test
  void an_unknown_key_is_refused_with_those_that_there_are() {
    assertThatThrownBy(() -> settings(Map.of(), conf("spark.heed.batchtokens", "20")))
        .isInstanceOf(SettingException.class)
        .hasMessageStartingWith("spark.heed.batchtokens is not a setting of Heed; there are ")
        .hasMessageContaining("spark.heed.batchTokens");
  }

  @Test
  void what_belongs_to_a_run_is_no_key() {
    assertThatThrownBy(() -> settings(Map.of(), conf("spark.heed.output", "x")))
        .hasMessageStartingWith("spark.heed.output is not a setting of Heed");
  }

  @Test
  void keys_of_others_are_left_alone() {
    SparkConf conf = conf("spark.heedless", "x").set("spark.sql.shuffle.partitions", "2");
    assertThat(settings(Map.of(), conf).effective()).isEmpty();
  }

  private static SparkConf conf(String... keyAndValue) {
    SparkConf conf = new SparkConf(false);
    if (keyAndValue.length > 0) {
      conf.set(keyAndValue[0], keyAndValue[1]);
    }
    return conf;
  }

  private static Settings settings(Map<Setting<?>, String> arguments, SparkConf conf) {
    return new Settings(arguments, conf, Configuration.settings());
  }
}
