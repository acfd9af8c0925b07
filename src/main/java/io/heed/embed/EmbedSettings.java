package io.heed.embed;

import io.heed.layer.Pooling;
import io.heed.settings.Setting;
import io.heed.settings.SettingSource;
import io.heed.settings.ValueType;
import io.heed.spark.tokens.TokenSettings;
import java.util.List;

/** The settings of embedding. */
public final class EmbedSettings implements SettingSource {
  public static final Setting<String> PROMPT =
      Setting.ofRun("prompt", ValueType.text("TEXT"), "Text put before each text");
  public static final Setting<String> PROMPT_NAME =
      Setting.ofRun(
          "prompt-name", ValueType.text("NAME"), "Prompt of the checkpoint put before each text");
  public static final Setting<String> TASK =
      Setting.ofRun(
          "task",
          ValueType.text("NAME"),
          "What the texts are for: query, document, or a task that the checkpoint names; chooses its"
              + " modules, weights and prompt");
  public static final Setting<List<Pooling>> POOLING =
      Setting.of(
              "pooling",
              ValueType.choices(Pooling.class),
              "How the tokens of a row become its vector, the results of several side by side; with"
                  + " tokens, one vector per token")
          .withModelDefault("what the checkpoint says")
          .withDefault(List.of(Pooling.MEAN));
  public static final Setting<Integer> DIMENSIONS =
      Setting.of(
              "dimensions",
              ValueType.integer(1, Integer.MAX_VALUE),
              "First values of each vector that are kept, of a model trained for that (Matryoshka);"
                  + " they are normalised again unless --normalize false")
          .withUnit("values")
          .withModelDefault("the checkpoint's truncate_dim, else all");
  public static final Setting<Boolean> NORMALIZE =
      Setting.of("normalize", ValueType.truth(), "Whether each vector is scaled to length 1")
          .withModelDefault("what the checkpoint says where --dimensions cuts no vector")
          .withDefault(true);
  public static final Setting<List<Integer>> WITH_ATTENTION =
      Setting.ofRun(
          "with-attention",
          ValueType.integers("LAYER[,LAYER]"),
          "Layers whose attention weights the output has as well, with the token strings: 1 is the"
              + " first, next to the input, and -1 the last");
  public static final Setting<Integer> HEAT_MAPS =
      Setting.ofRun(
              "heat-maps",
              ValueType.integer(0, 100),
              "Rows, the first of the input, whose attention weights are drawn as PNG into"
                  + " _heed/plots, with --with-attention")
          .withDefault(0)
          .ofExecution();

  @Override
  public List<Setting<?>> settings() {
    return List.of(POOLING, DIMENSIONS, NORMALIZE, TokenSettings.MAX_LENGTH);
  }
}
