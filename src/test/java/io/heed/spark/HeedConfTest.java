package io.heed.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.settings.Setting;
import io.heed.settings.ValueType;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeedConfTest {

  @Test
  void the_documentation_in_conf_is_that_of_the_declarations() throws IOException {
    assertThat(Files.readString(HeedDefaultsFile.FILE))
        .as("HeedDefaultsFile says how to write %s anew", HeedDefaultsFile.FILE)
        .isEqualTo(HeedConf.documentation());
  }

  @Test
  void the_documentation_tells_type_unit_and_default_of_a_key() {
    assertThat(HeedConf.documentation())
        .contains(
            """
            #   type:    a whole number from 1 to 1048576
            #   unit:    tokens; in jobs/attend vectors, of queries and context
            #   default: 786432 / the checkpoint's hidden_size where that is less, else 1024
            #spark.heed.batchTokens  1024
            """)
        .contains(
            """
            #   type:    one of mean, cls, max, last, tokens
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
    assertThat(HeedConf.documentation().lines())
        .allMatch(line -> line.isEmpty() || line.startsWith("#"))
        .allMatch(line -> line.equals(line.stripTrailing()));
  }

  @Test
  void every_declared_setting_has_a_name_of_its_own() {
    assertThat(declared()).extracting(Setting::name).doesNotHaveDuplicates();
    assertThat(declared()).extracting(Setting::key).doesNotHaveDuplicates();
  }

  @Test
  void every_declared_key_is_documented() {
    assertThat(HeedConf.CONFIGURATION)
        .containsExactlyElementsOf(
            declared().stream()
                .filter(setting -> setting.scope() == Setting.Scope.CONFIGURATION)
                .toList());
  }

  @Test
  void every_default_obeys_its_own_rule_and_is_read_as_it_is_written() {
    assertThat(declared()).allSatisfy(HeedConfTest::readsItsDefault);
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

  private static List<Setting<?>> declared() {
    return Arrays.stream(HeedConf.class.getDeclaredFields())
        .filter(field -> Modifier.isPublic(field.getModifiers()))
        .filter(field -> field.getType() == Setting.class)
        .<Setting<?>>map(HeedConfTest::setting)
        .toList();
  }

  private static Setting<?> setting(Field field) {
    try {
      return (Setting<?>) field.get(null);
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }
}
