package io.heed.settings;

import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One thing that a person can decide: a job's option and, unless it belongs to a single run, a
 * {@code spark.heed.*} key of the same name.
 *
 * @param name kebab-case, without dashes in front
 * @param type how its value is written and checked
 * @param unit what a number counts, such as {@code tokens}
 * @param defaultValue used where nothing else says
 * @param modelDefault what a checkpoint says that goes before the default, such as {@code the
 *     checkpoint's}
 * @param scope where it may be given
 * @param documentation one sentence without a full stop
 * @param decides whether it has a say in what a result is, and not only in where and how it is
 *     computed
 */
public record Setting<T>(
    String name,
    ValueType<T> type,
    Optional<String> unit,
    Optional<T> defaultValue,
    Optional<String> modelDefault,
    Scope scope,
    String documentation,
    boolean decides) {

  /** What every key begins with. */
  static final String PREFIX = "spark.heed.";

  /** An option in a sentence, but for Spark's own. */
  private static final Pattern OPTION = Pattern.compile("--(?!archives)([a-z]+(?:-[a-z]+)*)");

  /** Where a setting may be given. */
  public enum Scope {
    /** Belongs to one run: an option only. */
    RUN,
    /** An option, or a key of Spark's configuration. */
    CONFIGURATION
  }

  /** One that belongs to a single run. */
  public static <T> Setting<T> ofRun(String name, ValueType<T> type, String documentation) {
    return declared(name, type, Scope.RUN, documentation);
  }

  /** One that Spark's configuration may give as well. */
  public static <T> Setting<T> of(String name, ValueType<T> type, String documentation) {
    return declared(name, type, Scope.CONFIGURATION, documentation);
  }

  private static <T> Setting<T> declared(
      String name, ValueType<T> type, Scope scope, String documentation) {
    return new Setting<>(
        name,
        type,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        scope,
        documentation,
        true);
  }

  /** The same, of which a number counts something. */
  public Setting<T> withUnit(String plural) {
    return new Setting<>(
        name, type, Optional.of(plural), defaultValue, modelDefault, scope, documentation, decides);
  }

  /** The same, with a value where nothing else says. */
  public Setting<T> withDefault(T value) {
    return new Setting<>(
        name, type, unit, Optional.of(value), modelDefault, scope, documentation, decides);
  }

  /** The same, told with what a checkpoint says before the default. */
  public Setting<T> withModelDefault(String text) {
    return new Setting<>(
        name, type, unit, defaultValue, Optional.of(text), scope, documentation, decides);
  }

  /** The same, with no say in what a result is. */
  public Setting<T> ofExecution() {
    return new Setting<>(name, type, unit, defaultValue, modelDefault, scope, documentation, false);
  }

  /** This setting as it is told in a job where it means something else and no model has a say. */
  public Setting<T> describedAs(String text) {
    return new Setting<>(name, type, unit, defaultValue, Optional.empty(), scope, text, decides);
  }

  /** The option, such as {@code --batch-tokens}. */
  public String option() {
    return "--" + name;
  }

  /** The configuration key, such as {@code spark.heed.batchTokens}. */
  public String key() {
    return PREFIX + camelCase(name);
  }

  /** The parameter of a stage: {@code batchTokens}, and of a column {@code queryCol}. */
  public String parameter() {
    return parameter(name);
  }

  /** The parameter of the setting of a name. */
  public static String parameter(String name) {
    return camelCase(name.replaceFirst("-column$", "-col"));
  }

  /** The documentation, in which other settings have the names that a function gives theirs. */
  public String documentation(UnaryOperator<String> places) {
    return OPTION
        .matcher(documentation)
        .replaceAll(option -> Matcher.quoteReplacement(places.apply(option.group(1))));
  }

  private static String camelCase(String kebabCase) {
    StringBuilder camelCase = new StringBuilder();
    boolean upper = false;
    for (char c : kebabCase.toCharArray()) {
      if (c != '-') {
        camelCase.append(upper ? Character.toUpperCase(c) : c);
      }
      upper = c == '-';
    }
    return camelCase.toString();
  }

  /**
   * Reads a value.
   *
   * @param place the option or key that the text comes from
   * @throws SettingException with the rule, the text and the place
   */
  public T parse(String text, String place) {
    try {
      return type.parser().apply(text);
    } catch (OutOfRangeException e) {
      throw new SettingException(String.format(Locale.ROOT, "%s: %s", place, e.getMessage()));
    } catch (IllegalArgumentException e) {
      throw new SettingException(
          String.format(Locale.ROOT, "%s: '%s' is not %s", place, text, type.rule()));
    }
  }

  /** What holds where neither option nor key is given, for a person, if anything does. */
  public Optional<String> defaultText() {
    Optional<String> value = defaultValue.map(ValueType::write);
    return modelDefault
        .map(model -> value.map(last -> model + ", else " + last).orElse(model))
        .or(() -> value);
  }
}
