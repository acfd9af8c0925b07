package io.heed.settings;

import java.util.List;
import java.util.ServiceLoader;

/** Every setting that Spark's configuration may give, as the rooms declare them. */
public final class Configuration {
  private static final String DOCUMENTATION_HEAD =
      """
      # Every spark.heed.* key. This file documents; nothing loads it.
      #
      # To set a key, copy its line without the # into spark-defaults.conf, or give it to one run:
      #
      #     jobs/embed --input texts.jsonl ... -- --conf spark.heed.kernel=reference
      #
      # A job's option of the same name in kebab-case (--kernel) goes before the key, the key before what
      # the checkpoint's own files say, and those before the default.
      """;

  private Configuration() {}

  /** The settings that have a key, in the order of the documentation. */
  public static List<Setting<?>> settings() {
    return Declared.SETTINGS;
  }

  /** Loads by the loader of these classes, which on a cluster is not that of the thread. */
  private static final class Declared {
    static final List<Setting<?>> SETTINGS =
        ServiceLoader.load(SettingSource.class, SettingSource.class.getClassLoader()).stream()
            .<Setting<?>>flatMap(source -> source.get().settings().stream())
            .toList();
  }

  /** The text of {@code conf/heed-defaults.conf}. */
  static String documentation() {
    StringBuilder text = new StringBuilder(DOCUMENTATION_HEAD);
    settings().forEach(setting -> document(setting, text));
    return text.toString();
  }

  private static void document(Setting<?> setting, StringBuilder text) {
    text.append("\n# ").append(setting.documentation()).append(".\n");
    text.append("#   type:    ").append(setting.type().rule()).append('\n');
    setting.unit().ifPresent(unit -> text.append("#   unit:    ").append(unit).append('\n'));
    setting
        .defaultText()
        .ifPresent(value -> text.append("#   default: ").append(value).append('\n'));
    text.append('#').append(setting.key()).append("  ");
    text.append(setting.defaultValue().map(ValueType::write).orElse(setting.type().label()));
    text.append('\n');
  }
}
