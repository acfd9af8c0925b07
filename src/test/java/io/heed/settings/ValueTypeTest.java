package io.heed.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.attend.AttendSettings;
import io.heed.discretize.DiscretizeSettings;
import io.heed.embed.EmbedSettings;
import io.heed.generate.GenerateSettings;
import io.heed.job.TableSettings;
import io.heed.layer.Pooling;
import io.heed.regress.RegressSettings;
import io.heed.score.ScoreSettings;
import io.heed.settings.PartitionChoice.Mode;
import io.heed.spark.executor.ModelSettings;
import io.heed.spark.tokens.TokenSettings;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValueTypeTest {
  private static final String SIZES = "a size from 65536 to 9223372036854775807 bytes, such as 8m";

  /** Settings of whole numbers that only an option gives. */
  private static final List<Setting<?>> OPTIONS =
      List.of(
          DiscretizeSettings.BINS,
          AttendSettings.HEADS,
          RegressSettings.EPOCHS,
          RegressSettings.SEED,
          RegressSettings.MAX_TRAINING_QUERIES,
          EmbedSettings.HEAT_MAPS,
          ScoreSettings.STRIDE,
          GenerateSettings.MAX_NEW_TOKENS,
          GenerateSettings.TOP_K);

  @ParameterizedTest
  @CsvSource({"1,1", "1048576,1048576", "' 7 ',7", "+7,7"})
  void whole_numbers(String text, int value) {
    assertThat(ModelSettings.BATCH_TOKENS.parse(text, "here")).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "+", "1.5", "1e3", "1_000", "1,000", "0x10", "many", "5 5"})
  void what_is_no_whole_number(String text) {
    assertThatThrownBy(() -> ModelSettings.BATCH_TOKENS.parse(text, "--batch-tokens"))
        .isInstanceOf(SettingException.class)
        .hasMessage("--batch-tokens: '%s' is not a whole number from 1 to 1048576", text);
  }

  static Stream<Setting<?>> wholeNumbers() {
    return Stream.concat(Configuration.settings().stream(), OPTIONS.stream())
        .filter(setting -> setting.defaultValue().map(ValueTypeTest::isWhole).orElse(true))
        .filter(setting -> setting.type().rule().startsWith("a whole number"));
  }

  private static boolean isWhole(Object value) {
    return value instanceof Integer || value instanceof Long;
  }

  /** No number is said to be none, and both limits are told. */
  @ParameterizedTest
  @MethodSource("wholeNumbers")
  void a_number_out_of_its_range(Setting<?> setting) {
    for (String text : List.of("-1", "99999999999999999999", "1" + "0".repeat(400))) {
      assertThatThrownBy(() -> setting.parse(text, setting.option()))
          .isInstanceOf(SettingException.class)
          .hasMessageStartingWith(
              "%s: '%s' is not in range; expected a whole number from ", setting.option(), text)
          .hasMessageMatching(".* from \\d+ to \\d+");
    }
  }

  @Test
  void lengths_and_lists_tell_what_an_int_holds() {
    assertThatThrownBy(() -> TokenSettings.MAX_LENGTH.parse("3000000000", "--max-length"))
        .hasMessage(
            "--max-length: '3000000000' is not in range; expected a whole number from 1 to"
                + " 2147483647");
    assertThatThrownBy(() -> GenerateSettings.STOP_TOKENS.parse("1, 3000000000", "--stop-tokens"))
        .hasMessage(
            "--stop-tokens: '3000000000' is not in range; expected a whole number from -2147483648"
                + " to 2147483647");
    assertThat(GenerateSettings.STOP_TOKENS.parse("1, -2,+3", "here")).isEqualTo(List.of(1, -2, 3));
    assertThatThrownBy(() -> GenerateSettings.STOP_TOKENS.parse("1,", "--stop-tokens"))
        .hasMessageContaining("is not a list of whole numbers separated by commas");
  }

  @ParameterizedTest
  @CsvSource({"0,0", "2147483648,2147483648", "9223372036854775807,9223372036854775807"})
  void seeds_have_64_bits(String text, long value) {
    assertThat(RegressSettings.SEED.parse(text, "here")).isEqualTo(value);
    assertThat(GenerateSettings.SEED.parse(text, "here")).isEqualTo(value);
    assertThatThrownBy(() -> RegressSettings.SEED.parse("9223372036854775808", "--seed"))
        .hasMessage(
            "--seed: '9223372036854775808' is not in range; expected a whole number from 0 to"
                + " 9223372036854775807");
  }

  @ParameterizedTest
  @CsvSource({
    "65536,65536",
    "64k,65536",
    "64K,65536",
    "' 8m ',8388608",
    "3g,3221225472",
    "8589934591g,9223372035781033984"
  })
  void bytes(String text, long value) {
    assertThat(TableSettings.SPLIT_BYTES.parse(text, "here").bytes()).isEqualTo(value);
  }

  @ParameterizedTest
  @CsvSource({
    "8388608,8m",
    "65536,64k",
    "65537,65537",
    "1500k,1500k",
    "1024m,1g",
    "2048g,2048g",
    "9223372036854775807,9223372036854775807"
  })
  void bytes_are_written_in_the_largest_unit_that_divides_them(String text, String written) {
    ByteSize size = TableSettings.SPLIT_BYTES.parse(text, "here");
    assertThat(ValueType.write(size)).isEqualTo(written);
    assertThat(TableSettings.SPLIT_BYTES.parse(written, "here")).isEqualTo(size);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "k", "8mb", "1t", "1.5m"})
  void what_is_no_size(String text) {
    assertThatThrownBy(() -> TableSettings.SPLIT_BYTES.parse(text, "spark.heed.splitBytes"))
        .hasMessage("spark.heed.splitBytes: '%s' is not " + SIZES, text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"63k", "65535", "-8m", "8589934592g", "99999999999999999999"})
  void a_size_out_of_its_range(String text) {
    assertThatThrownBy(() -> TableSettings.SPLIT_BYTES.parse(text, "spark.heed.splitBytes"))
        .hasMessage("spark.heed.splitBytes: '%s' is not in range; expected " + SIZES, text);
  }

  @ParameterizedTest
  @CsvSource({"0,0", "1,1", "0.1,0.1", "1e-3,0.001"})
  void fractions(String text, double value) {
    assertThat(TableSettings.MAX_REJECTED_FRACTION.parse(text, "here")).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-0.1", "1.01", "NaN", "Infinity", "10%"})
  void what_is_no_fraction(String text) {
    assertThatThrownBy(() -> TableSettings.MAX_REJECTED_FRACTION.parse(text, "here"))
        .hasMessage("here: '%s' is not a number from 0 to 1", text);
  }

  @Test
  void truth_is_not_guessed() {
    assertThat(EmbedSettings.NORMALIZE.parse("TRUE", "here")).isTrue();
    assertThat(EmbedSettings.NORMALIZE.parse("false", "here")).isFalse();
    assertThatThrownBy(() -> EmbedSettings.NORMALIZE.parse("yes", "--normalize"))
        .hasMessage("--normalize: 'yes' is not true or false");
  }

  @Test
  void choices_are_named_in_lower_case() {
    assertThat(EmbedSettings.POOLING.parse("Cls", "here")).isEqualTo(List.of(Pooling.CLS));
    assertThat(EmbedSettings.POOLING.parse("mean, weighted-mean", "here"))
        .isEqualTo(List.of(Pooling.MEAN, Pooling.WEIGHTED_MEAN));
    assertThat(ValueType.write(List.of(Pooling.MEAN, Pooling.WEIGHTED_MEAN)))
        .isEqualTo("mean,weighted-mean");
    assertThat(EmbedSettings.POOLING.type().label())
        .isEqualTo("mean|cls|max|last|mean-sqrt-len|weighted-mean|tokens[,...]");
    assertThatThrownBy(() -> EmbedSettings.POOLING.parse("first", "--pooling"))
        .hasMessage(
            "--pooling: 'first' is not one of mean, cls, max, last, mean-sqrt-len, weighted-mean,"
                + " tokens, or several of them");
  }

  @Test
  void names() {
    assertThat(TableSettings.KEEP_COLUMNS.parse("a, b c,d", "here"))
        .isEqualTo(List.of("a", "b c", "d"));
    for (String text : List.of("", "a,", ",a", "a,,b", "a,a")) {
      assertThatThrownBy(() -> TableSettings.KEEP_COLUMNS.parse(text, "--keep-columns"))
          .hasMessage("--keep-columns: '%s' is not a list of names separated by commas", text);
    }
  }

  @Test
  void columns_are_written_as_they_are_read() {
    StructType columns = TableSettings.INPUT_SCHEMA.parse("id BIGINT, `a b` ARRAY<STRING>", "here");
    assertThat(columns.apply("id").dataType()).isEqualTo(DataTypes.LongType);
    assertThat(TableSettings.INPUT_SCHEMA.parse(ValueType.write(columns), "here"))
        .isEqualTo(columns);
    assertThatThrownBy(() -> TableSettings.INPUT_SCHEMA.parse("id BIGGINT", "--input-schema"))
        .hasMessage(
            "--input-schema: 'id BIGGINT' is not a list of columns with types, such as 'id BIGINT'");
  }

  @Test
  void partitions() {
    assertThat(TableSettings.PARTITIONS.parse("auto", "here")).isEqualTo(PartitionChoice.AUTO);
    assertThat(TableSettings.PARTITIONS.parse("input", "here").mode()).isEqualTo(Mode.INPUT);
    assertThat(TableSettings.PARTITIONS.parse("7", "here"))
        .isEqualTo(new PartitionChoice(Mode.COUNT, 7))
        .hasToString("7");
    assertThatThrownBy(() -> TableSettings.PARTITIONS.parse("0", "--partitions"))
        .hasMessage("--partitions: '0' is not in range; expected a whole number from 1 to 1000000");
    assertThatThrownBy(() -> TableSettings.PARTITIONS.parse("all", "--partitions"))
        .hasMessage("--partitions: 'all' is not auto, input or a whole number from 1 to 1000000");
  }

  @Test
  void texts_are_one_or_several() {
    assertThat(GenerateSettings.STOP.parse("a, b", "here").values()).containsExactly("a, b");
    assertThat(GenerateSettings.STOP.parse("[\"[END]\", \" é,\"]", "here").values())
        .containsExactly("[END]", " é,");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "[END]", "[\"a\"", "[\"a\", \"\"]", "[\"a\", 1]", "[\"a\"] b"})
  void what_are_no_texts(String text) {
    assertThatThrownBy(() -> GenerateSettings.STOP.parse(text, "--stop"))
        .isInstanceOf(SettingException.class)
        .hasMessage(
            "--stop: '%s' is not a text, or, as one that begins with [ has to be, a JSON array of"
                + " texts such as [\"[END]\"]",
            text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "###|###",
        "[\"###\"]|###",
        "[\"a,b\", \"c\"]|[\"a,b\",\"c\"]",
        "[\" a\"]|[\" a\"]",
        "[\"[END]\"]|[\"[END]\"]",
        "[\"\\n\"]|[\"\\n\"]"
      })
  void texts_are_told_so_that_they_can_be_given_again(String given, String told) {
    Texts texts = GenerateSettings.STOP.parse(given, "here");
    assertThat(ValueType.write(texts)).isEqualTo(told);
    assertThat(GenerateSettings.STOP.parse(told, "here")).isEqualTo(texts);
  }
}
