package io.heed.settings;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import scala.Tuple2;

/**
 * The values of a run: an argument goes before a {@code spark.heed.*} key, a key before the
 * checkpoint's own files, those before the default. Remembers each value asked for with its origin.
 */
public final class Settings {
  private final Map<String, Object> arguments;
  private final Map<String, String> configuration;
  private final Function<Setting<?>, String> places;
  private final Map<String, Effective<?>> effective = new LinkedHashMap<>();

  /** The same, of options. */
  public Settings(Map<Setting<?>, ?> arguments, SparkConf conf, List<Setting<?>> configurable) {
    this(arguments, conf, configurable, Setting::option);
  }

  /**
   * Takes the arguments as given and the keys of {@code spark.heed.*}.
   *
   * @param arguments texts as a person writes them, or values that were checked already
   * @param configurable the settings that have a key
   * @param places what a person calls the place of an argument, such as {@code --batch-tokens}
   * @throws SettingException for a key that does not exist
   */
  public Settings(
      Map<Setting<?>, ?> arguments,
      SparkConf conf,
      List<Setting<?>> configurable,
      Function<Setting<?>, String> places) {
    this.places = places;
    this.arguments =
        arguments.entrySet().stream()
            .collect(Collectors.toMap(given -> given.getKey().name(), Map.Entry::getValue));
    this.configuration =
        Stream.of(conf.getAllWithPrefix(Setting.PREFIX))
            .collect(Collectors.toMap(pair -> Setting.PREFIX + pair._1(), Tuple2::_2));
    List<String> known = configurable.stream().map(Setting::key).toList();
    for (String key : configuration.keySet()) {
      if (!known.contains(key)) {
        throw new SettingException(
            String.format(
                Locale.ROOT,
                "%s is not a setting of Heed; there are %s",
                key,
                String.join(", ", known)));
      }
    }
  }

  /** What a person calls the place where the setting is given. */
  public String place(Setting<?> setting) {
    return places.apply(setting);
  }

  /** The value from argument, key or default, if any gives one. */
  public <T> Optional<T> find(Setting<T> setting) {
    return find(setting, Optional.empty());
  }

  /** The same, with what the checkpoint's own files say before the default. */
  public <T> Optional<T> find(Setting<T> setting, Optional<Effective<T>> checkpoint) {
    Optional<Effective<T>> found =
        given(setting)
            .or(() -> checkpoint)
            .or(() -> setting.defaultValue().map(value -> new Effective<>(value, "default")));
    found.ifPresent(value -> effective.put(setting.name(), value));
    return found.map(Effective::value);
  }

  /** The value of a setting that has a default. */
  public <T> T value(Setting<T> setting) {
    return find(setting).orElseThrow(() -> new IllegalStateException(setting.name()));
  }

  /**
   * The value of an option that must be given.
   *
   * @throws SettingException when it is not
   */
  public <T> T required(Setting<T> setting) {
    return find(setting)
        .orElseThrow(
            () ->
                new SettingException(String.format(Locale.ROOT, "%s is required", place(setting))));
  }

  /** Remembers what was decided where a setting leaves a choice, in place of the choice. */
  public <T> void decided(Setting<T> setting, T value, String origin) {
    effective.put(setting.name(), new Effective<>(value, origin));
  }

  /** Whether an argument or a key gives the setting. */
  public boolean isGiven(Setting<?> setting) {
    return given(setting).isPresent();
  }

  /**
   * Checks that two settings are not both given.
   *
   * @throws SettingException when they are
   */
  public void exclude(Setting<?> one, Setting<?> other) {
    if (isGiven(one) && isGiven(other)) {
      throw new SettingException(
          String.format(Locale.ROOT, "%s and %s exclude each other", place(one), place(other)));
    }
  }

  /**
   * Checks that a setting is given only beside what it changes, so that nobody believes it did
   * something alone.
   *
   * @param companion what it goes with
   * @throws SettingException when it is given and that is not there
   */
  public void requireBeside(Setting<?> setting, boolean isThere, String companion) {
    if (isGiven(setting) && !isThere) {
      throw new SettingException(
          String.format(Locale.ROOT, "%s goes with %s", place(setting), companion));
    }
  }

  /** Every value asked for so far, by name, in the order of asking. */
  public Map<String, Effective<?>> effective() {
    return Collections.unmodifiableMap(effective);
  }

  private <T> Optional<Effective<T>> given(Setting<T> setting) {
    Optional<Effective<T>> argument =
        Optional.ofNullable(arguments.get(setting.name())).map(given -> argument(setting, given));
    return argument.or(
        () ->
            Optional.ofNullable(configuration.get(setting.key()))
                .map(text -> parsed(setting, text, setting.key())));
  }

  @SuppressWarnings("unchecked")
  private <T> Effective<T> argument(Setting<T> setting, Object given) {
    return setting.type().values().isInstance(given) && !(given instanceof String)
        ? new Effective<>((T) given, place(setting))
        : parsed(setting, String.valueOf(given), place(setting));
  }

  private static <T> Effective<T> parsed(Setting<T> setting, String text, String place) {
    return new Effective<>(setting.parse(text, place), place);
  }
}
