package io.heed.settings;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.heed.attend.AttendSettings;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConfigurationTest {

  @Test
  void the_documentation_in_conf_is_that_of_the_declarations() throws IOException {
    assertThat(Files.readString(HeedDefaultsFile.FILE))
        .as("HeedDefaultsFile says how to write %s anew", HeedDefaultsFile.FILE)
        .isEqualTo(Configuration.documentation());
  }

  @Test
  void the_documentation_tells_type_unit_and_default_of_a_key() {
    assertThat(Configuration.documentation())
        .contains(
            """
            #   type:    a whole number from 1 to 1048576
            #   unit:    tokens; in jobs/attend vectors, of queries and context
            #   default: 786432 / the checkpoint's hidden_size where that is less, 16384 for means of a static table, else 1024
            #spark.heed.batchTokens  1024
            """)
        .contains(
            """
            #   type:    one of mean, cls, max, last, mean-sqrt-len, weighted-mean, tokens, or several of them
            #   default: what the checkpoint says, else mean
            #spark.heed.pooling  mean
            """)
        .contains(
            """
            #   default: the checkpoint's max_seq_length, else its tokenizer's model_max_length, else the model's positions
            #spark.heed.maxLength  N
            """);
  }

  @Test
  void the_documentation_sets_nothing_where_it_is_loaded_all_the_same() {
    assertThat(Configuration.documentation().lines())
        .allMatch(line -> line.isEmpty() || line.startsWith("#"))
        .allMatch(line -> line.equals(line.stripTrailing()));
  }

  @Test
  void every_key_is_declared_once() {
    assertThat(Configuration.settings()).extracting(Setting::key).doesNotHaveDuplicates();
  }

  @Test
  void every_declared_key_is_documented() {
    List<Setting<?>> keyed =
        declared().stream()
            .filter(setting -> setting.scope() == Setting.Scope.CONFIGURATION)
            // The same key, told otherwise.
            .filter(setting -> setting != AttendSettings.TOLD_BATCH_TOKENS)
            .toList();
    assertThat(Configuration.settings()).containsExactlyInAnyOrderElementsOf(keyed);
  }

  @Test
  void every_default_obeys_its_own_rule_and_is_read_as_it_is_written() {
    assertThat(declared()).allSatisfy(ConfigurationTest::readsItsDefault);
  }

  @Test
  void documentation_is_a_sentence_that_begins_in_upper_case_and_ends_without_a_full_stop() {
    assertThat(declared())
        .extracting(Setting::documentation)
        .allMatch(text -> Character.isUpperCase(text.charAt(0)))
        .noneMatch(text -> text.endsWith("."));
  }

  private static <T> void readsItsDefault(Setting<T> setting) {
    setting
        .defaultValue()
        .ifPresent(
            value ->
                assertThat(setting.parse(ValueType.write(value), setting.option()))
                    .isEqualTo(value));
  }

  /** Those of all classes of settings. */
  private static List<Setting<?>> declared() {
    JavaClasses main =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.heed");
    List<Setting<?>> settings =
        main.stream()
            .filter(type -> type.getSimpleName().endsWith("Settings"))
            .map(JavaClass::reflect)
            .flatMap(type -> Arrays.stream(type.getDeclaredFields()))
            .filter(field -> field.getType() == Setting.class)
            .<Setting<?>>map(ConfigurationTest::setting)
            .toList();
    assertThat(settings).hasSizeGreaterThan(50);
    return settings;
  }

  private static Setting<?> setting(Field field) {
    try {
      return (Setting<?>) field.get(null);
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }
}
