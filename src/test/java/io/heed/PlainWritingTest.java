package io.heed;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileReader;
import java.io.FileWriter;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.text.Collator;
import java.text.DateFormat;
import java.text.DecimalFormat;
import java.text.MessageFormat;
import java.text.NumberFormat;
import java.text.SimpleDateFormat;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Calendar;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Scanner;
import java.util.Set;
import java.util.TimeZone;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What Heed reads and writes depends on no locale, character set or time zone of the machine. */
class PlainWritingTest {
  private static final String CONSTRUCTOR = "<init>";

  /** What takes the machine's choice unless a parameter makes one. */
  private static final Map<Class<?>, Set<String>> OF_THE_MACHINE =
      Map.ofEntries(
          Map.entry(String.class, Set.of("format", "formatted", "toLowerCase", "toUpperCase")),
          Map.entry(Formatter.class, Set.of(CONSTRUCTOR)),
          Map.entry(PrintStream.class, Set.of("printf", "format")),
          Map.entry(PrintWriter.class, Set.of("printf", "format")),
          Map.entry(Scanner.class, Set.of(CONSTRUCTOR)),
          Map.entry(Locale.class, Set.of("getDefault")),
          Map.entry(DecimalFormat.class, Set.of(CONSTRUCTOR)),
          Map.entry(
              NumberFormat.class,
              Set.of(
                  "getInstance",
                  "getNumberInstance",
                  "getIntegerInstance",
                  "getPercentInstance",
                  "getCompactNumberInstance")),
          Map.entry(MessageFormat.class, Set.of(CONSTRUCTOR, "format")),
          Map.entry(Collator.class, Set.of("getInstance")),
          Map.entry(SimpleDateFormat.class, Set.of(CONSTRUCTOR)),
          Map.entry(
              DateFormat.class, Set.of("getInstance", "getDateInstance", "getDateTimeInstance")),
          Map.entry(
              DateTimeFormatter.class, Set.of("ofPattern", "ofLocalizedDate", "ofLocalizedTime")),
          Map.entry(DateTimeFormatterBuilder.class, Set.of("toFormatter")),
          Map.entry(Calendar.class, Set.of("getInstance")),
          Map.entry(ZoneId.class, Set.of("systemDefault")),
          Map.entry(TimeZone.class, Set.of("getDefault")),
          Map.entry(LocalDate.class, Set.of("now")),
          Map.entry(LocalDateTime.class, Set.of("now")),
          Map.entry(ZonedDateTime.class, Set.of("now")),
          Map.entry(Charset.class, Set.of("defaultCharset")),
          Map.entry(InputStreamReader.class, Set.of(CONSTRUCTOR)),
          Map.entry(OutputStreamWriter.class, Set.of(CONSTRUCTOR)),
          Map.entry(FileReader.class, Set.of(CONSTRUCTOR)),
          Map.entry(FileWriter.class, Set.of(CONSTRUCTOR)));

  /** Takes or gives bytes in the character set of the machine, by this parameter alone or none. */
  private static final Map<Class<?>, Set<String>> OF_BYTES =
      Map.of(
          String.class, Set.of(CONSTRUCTOR, "getBytes"),
          PrintStream.class, Set.of(CONSTRUCTOR),
          PrintWriter.class, Set.of(CONSTRUCTOR),
          ByteArrayOutputStream.class, Set.of("toString"));

  private static final Set<String> CHOICES =
      Set.of(
          "java.util.Locale",
          "java.nio.charset.Charset",
          "java.nio.charset.CharsetDecoder",
          "java.nio.charset.CharsetEncoder",
          "java.text.DecimalFormatSymbols",
          "java.text.DateFormatSymbols",
          "java.time.ZoneId",
          "java.time.Clock");

  private static final ArchRule RULE = noClasses().should().accessTargetWhere(leavesToTheMachine());

  @Test
  void nothing_is_left_to_the_machine() {
    RULE.check(
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.heed"));
  }

  @Test
  void the_rule_finds_each_such_call() {
    var offending = new ClassFileImporter().importClasses(Offending.class);
    assertThat(RULE.evaluate(offending).getFailureReport().getDetails()).hasSize(Offending.CALLS);
  }

  @Test
  void the_rule_leaves_calls_with_a_choice_alone() {
    var conforming = new ClassFileImporter().importClasses(Conforming.class);
    assertThat(RULE.evaluate(conforming).hasViolation()).isFalse();
  }

  private static DescribedPredicate<JavaAccess<?>> leavesToTheMachine() {
    return DescribedPredicate.describe(
        "takes the locale, the character set or the time zone of the machine",
        access ->
            access.getTarget() instanceof CodeUnitAccessTarget target
                && (isOf(OF_THE_MACHINE, target) || isOfBytes(target))
                && target.getRawParameterTypes().stream()
                    .map(JavaClass::getName)
                    .noneMatch(CHOICES::contains));
  }

  private static boolean isOf(Map<Class<?>, Set<String>> calls, CodeUnitAccessTarget target) {
    return calls.entrySet().stream()
        .anyMatch(
            call ->
                target.getOwner().isEquivalentTo(call.getKey())
                    && call.getValue().contains(target.getName()));
  }

  private static boolean isOfBytes(CodeUnitAccessTarget target) {
    if (!isOf(OF_BYTES, target)) {
      return false;
    }
    List<String> parameters =
        target.getRawParameterTypes().stream().map(JavaClass::getName).toList();
    boolean writer = parameters.stream().anyMatch(name -> name.endsWith("Writer"));
    boolean characters = target.getOwner().isEquivalentTo(String.class) && !bytes(target);
    return !writer && !characters;
  }

  private static boolean bytes(CodeUnitAccessTarget target) {
    return target.getName().equals("getBytes")
        || target.getRawParameterTypes().stream()
            .anyMatch(type -> type.getName().equals(byte[].class.getName()));
  }

  /** One call of each kind. */
  @SuppressWarnings("unused")
  private static final class Offending {
    static final int CALLS = 20;

    void write(ByteArrayOutputStream out, byte[] bytes, PrintStream print) throws Exception {
      String.format("%d", 1);
      "%d".formatted(1);
      "I".toLowerCase();
      UnaryOperator<String> reference = String::toUpperCase;
      print.printf("%d", 1);
      new Formatter();
      new DecimalFormat("0");
      NumberFormat.getInstance();
      new MessageFormat("{0}");
      new SimpleDateFormat("y");
      DateTimeFormatter.ofPattern("y");
      new Scanner(new ByteArrayInputStream(bytes));
      "a".getBytes();
      new String(bytes);
      out.toString();
      new PrintStream(out);
      new InputStreamReader(new ByteArrayInputStream(bytes));
      new FileWriter("a");
      LocalDate.now();
      ZoneId.systemDefault();
    }
  }

  @SuppressWarnings("unused")
  private static final class Conforming {
    void write(ByteArrayOutputStream out, byte[] bytes) throws Exception {
      String.format(Locale.ROOT, "%d", 1);
      "I".toLowerCase(Locale.ROOT);
      DateTimeFormatter.ofPattern("y", Locale.ROOT);
      "a".getBytes(StandardCharsets.UTF_8);
      new String(bytes, StandardCharsets.UTF_8);
      new String(new char[] {'a'});
      out.toString(StandardCharsets.UTF_8);
      new PrintStream(out, true, StandardCharsets.UTF_8).printf(Locale.ROOT, "%d", 1);
      new InputStreamReader(new ByteArrayInputStream(bytes), StandardCharsets.UTF_8);
      LocalDate.now(ZoneId.of("UTC"));
    }
  }
}
