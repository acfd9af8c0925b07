package io.heed.job;

import io.heed.settings.Setting;
import io.heed.settings.SettingException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** A job's options and help, generated from the declarations of its settings. */
final class JobCommand {
  private static final int HELP_WIDTH = 100;

  private static final String[] ON_SPARK = {
    "",
    "Options with a key can also be given as --conf KEY=VALUE after --, or in"
        + " spark-defaults.conf; an option goes before a key.",
    "",
    "Exit codes: 0 done; 2 bad arguments, settings or input; 3 bad checkpoint; 4 too many"
        + " rejected rows; 5 the output exists or cannot be written; 1 anything else."
  };
  private static final String[] ALONE = {
    "",
    "Exit codes: 0 done; 2 bad arguments or input; 3 a model that cannot be taken; 5 the output"
        + " exists or cannot be written; 1 anything else."
  };

  private final List<Setting<?>> settings;
  private final List<Setting<?>> required;
  private final CommandLine commandLine;

  JobCommand(Command command) {
    this.settings = List.copyOf(command.settings());
    this.required = List.copyOf(command.required());
    boolean onSpark = command instanceof Job;
    CommandSpec spec = CommandSpec.create().name("jobs/" + command.name());
    spec.usageMessage()
        .description(command.description().toArray(String[]::new))
        .customSynopsis(
            String.format(
                Locale.ROOT,
                "jobs/%s [OPTIONS]%s",
                command.name(),
                onSpark ? " [-- SPARK-SUBMIT OPTIONS]" : ""))
        .sortOptions(false)
        .width(HELP_WIDTH)
        .optionListHeading("%nOptions:%n")
        .footer(onSpark ? ON_SPARK : ALONE);
    settings.forEach(setting -> spec.addOption(option(setting)));
    spec.addOption(
        OptionSpec.builder("-h", "--help").usageHelp(true).description("Show this help.").build());
    // A text is taken as it is, also one that begins with the @ of argument files.
    this.commandLine = new CommandLine(spec).setExpandAtFiles(false);
  }

  /**
   * Reads the arguments.
   *
   * @return the text given for each setting, or empty when help was asked for
   * @throws SettingException naming what does not fit
   */
  Optional<Map<Setting<?>, String>> parse(String... arguments) {
    ParseResult result;
    try {
      result = commandLine.parseArgs(arguments);
    } catch (UnmatchedArgumentException e) {
      throw new SettingException(unknown(e));
    } catch (MissingParameterException e) {
      throw new SettingException(withoutValue(e));
    } catch (OverwrittenOptionException e) {
      throw new SettingException(
          String.format(Locale.ROOT, "%s is given more than once", name(e.getOverwritten())));
    } catch (ParameterException e) {
      throw new SettingException(e.getMessage());
    }
    if (result.isUsageHelpRequested()) {
      return Optional.empty();
    }
    Map<Setting<?>, String> given = new LinkedHashMap<>();
    for (Setting<?> setting : settings) {
      if (result.hasMatchedOption(setting.option())) {
        given.put(setting, result.matchedOptionValue(setting.option(), ""));
      }
    }
    return Optional.of(given);
  }

  /** The help text. */
  String help() {
    return commandLine.getUsageMessage(CommandLine.Help.Ansi.OFF);
  }

  private static String unknown(UnmatchedArgumentException e) {
    String argument = e.getUnmatched().get(0);
    String suggestions =
        e.getSuggestions().isEmpty()
            ? ""
            : "; did you mean " + String.join(" or ", e.getSuggestions()) + "?";
    return argument.startsWith("-")
        ? String.format(Locale.ROOT, "%s is not an option%s", argument, suggestions)
        : String.format(
            Locale.ROOT,
            "'%s' belongs to no option; every input is given by name, as in --input PATH",
            argument);
  }

  private static String withoutValue(MissingParameterException e) {
    ArgSpec option = e.getMissing().get(0);
    return String.format(Locale.ROOT, "%s needs a value: %s", name(option), option.paramLabel());
  }

  private static String name(ArgSpec option) {
    return ((OptionSpec) option).longestName();
  }

  private OptionSpec option(Setting<?> setting) {
    boolean isSwitch = isSwitch(setting);
    OptionSpec.Builder option =
        OptionSpec.builder(setting.option())
            .type(String.class)
            .paramLabel(setting.type().label())
            .description(description(setting).toArray(String[]::new));
    if (isSwitch) {
      return option.arity("0..1").fallbackValue("true").build();
    }
    return option.arity("1").build();
  }

  /** An option that is off by default can be given without a value. */
  private static boolean isSwitch(Setting<?> setting) {
    return setting.defaultValue().filter(Boolean.FALSE::equals).isPresent();
  }

  /** Lines of the help text; the key has its own, since line breaks fall after its dots. */
  private List<String> description(Setting<?> setting) {
    StringBuilder text = new StringBuilder(setting.documentation());
    setting.defaultText().ifPresent(value -> text.append(" (default: ").append(value).append(')'));
    text.append(required.contains(setting) ? " (required)." : ".");
    List<String> lines = new ArrayList<>(List.of(text.toString().replace("%", "%%")));
    if (setting.scope() == Setting.Scope.CONFIGURATION) {
      lines.add("Key: " + setting.key());
    }
    return lines;
  }
}
