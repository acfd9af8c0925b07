package io.heed.onnx;

import io.heed.job.JobRunner;
import io.heed.job.TableSettings;
import io.heed.job.Tool;
import io.heed.onnx.BertImport.SentenceOptions;
import io.heed.output.DisplayText;
import io.heed.output.OutputException;
import io.heed.settings.Setting;
import io.heed.settings.Settings;
import io.heed.settings.ValueType;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;

/** {@code jobs/import-onnx}: an ONNX export to a checkpoint directory. */
public final class ImportOnnx implements Tool {
  static final Setting<String> INPUT =
      Setting.ofRun(
          "input",
          ValueType.text("FILE"),
          "ONNX file of an encoder of BERT's kind, or a jar or zip file that holds one");
  static final Setting<String> TOKENIZER =
      Setting.ofRun(
          "tokenizer",
          ValueType.text("FILE"),
          "The model's tokenizer.json (default: the one beside the ONNX file)");
  static final Setting<String> OUTPUT =
      Setting.ofRun("output", ValueType.text("DIR"), "Checkpoint directory to write");
  static final Setting<Boolean> OVERWRITE =
      Setting.ofRun("overwrite", ValueType.truth(), "Replace an earlier import").withDefault(false);
  static final Setting<OnnxPooling> POOLING =
      Setting.ofRun(
              "pooling",
              ValueType.choice(OnnxPooling.class),
              "How the tokens of a text become its vector, which no graph says")
          .withDefault(OnnxPooling.MEAN);
  static final Setting<Boolean> NORMALIZE =
      Setting.ofRun("normalize", ValueType.truth(), "Whether each vector is scaled to length 1")
          .withDefault(true);
  static final Setting<Integer> MAX_LENGTH =
      Setting.ofRun(
          "max-length",
          ValueType.integer(1, Integer.MAX_VALUE),
          "Tokens after which a text is cut (default: the model's positions)");

  /** What an import consists of: a directory with anything else in it is not replaced. */
  private static final Set<String> WRITTEN =
      Set.of(
          BertImport.MARK,
          "config.json",
          "model.safetensors",
          "modules.json",
          "sentence_bert_config.json",
          "tokenizer.json",
          "1_Pooling",
          "1_Pooling/config.json");

  /** Runs the command and ends the JVM with its exit code. */
  public static void main(String... arguments) {
    JobRunner.main(new ImportOnnx(), arguments);
  }

  @Override
  public String name() {
    return "import-onnx";
  }

  @Override
  public List<String> description() {
    return List.of(
        "Writes a checkpoint directory from the ONNX export of an encoder of BERT's kind: the same"
            + " weights, bit for bit, in the layout that --model of the other jobs takes. A graph"
            + " that computes anything else, or more, is refused.");
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of(
        INPUT,
        TOKENIZER,
        OUTPUT,
        OVERWRITE,
        POOLING,
        NORMALIZE,
        MAX_LENGTH,
        TableSettings.STACK_TRACE);
  }

  @Override
  public List<Setting<?>> required() {
    return List.of(INPUT, OUTPUT);
  }

  @Override
  public void run(Settings settings, PrintStream out) {
    Path output = Path.of(settings.required(OUTPUT)).toAbsolutePath().normalize();
    SentenceOptions options =
        new SentenceOptions(
            settings.value(POOLING),
            settings.value(NORMALIZE),
            settings.find(MAX_LENGTH).map(OptionalInt::of).orElse(OptionalInt.empty()));
    Optional<Path> tokenizer = settings.find(TOKENIZER).map(Path::of);
    String told =
        write(
            Path.of(settings.required(INPUT)),
            tokenizer,
            options,
            output,
            settings.value(OVERWRITE));
    out.printf(Locale.ROOT, "%s%n%s%n", DisplayText.inOneLine(told), output);
  }

  /**
   * Imports into a directory that appears as a whole.
   *
   * @throws OutputException when it is there already and may not be replaced, or cannot be written
   */
  public static String write(
      Path input,
      Optional<Path> tokenizer,
      SentenceOptions options,
      Path output,
      boolean overwrite) {
    requireReplaceable(output, overwrite);
    try {
      Files.createDirectories(output.getParent());
      Path fresh = Files.createDirectory(beside(output, "import"));
      Thread sweep = new Thread(() -> FileUtils.deleteQuietly(fresh.toFile()), "heed-sweep");
      Runtime.getRuntime().addShutdownHook(sweep);
      try {
        String told = BertImport.run(input, tokenizer, options, fresh);
        place(fresh, output, overwrite);
        return told;
      } finally {
        FileUtils.deleteDirectory(fresh.toFile());
        Runtime.getRuntime().removeShutdownHook(sweep);
      }
    } catch (FileAlreadyExistsException e) {
      throw exists(output);
    } catch (IOException e) {
      throw new OutputException(
          String.format(Locale.ROOT, "%s cannot be written: %s", output, e), e);
    }
  }

  /** What has come there in the meantime is as safe as what was there before. */
  private static void place(Path fresh, Path output, boolean overwrite) throws IOException {
    requireReplaceable(output, overwrite);
    if (!Files.exists(output)) {
      Files.move(fresh, output);
      return;
    }
    Path old = beside(output, "old");
    Files.move(output, old);
    try {
      Files.move(fresh, output);
    } catch (IOException e) {
      Files.move(old, output);
      throw e;
    }
    FileUtils.deleteDirectory(old.toFile());
  }

  /** A name that nothing has, in the same directory. */
  private static Path beside(Path output, String purpose) {
    return output.resolveSibling(
        String.format(Locale.ROOT, ".%s.%s-%s", output.getFileName(), purpose, UUID.randomUUID()));
  }

  private static void requireReplaceable(Path output, boolean overwrite) {
    if (!Files.exists(output)) {
      return;
    }
    if (!overwrite) {
      throw exists(output);
    }
    if (!Files.isRegularFile(output.resolve(BertImport.MARK))) {
      throw new OutputException(
          String.format(
              Locale.ROOT,
              "%s is no import, for it has no %s; nothing is replaced",
              output,
              BertImport.MARK));
    }
    try (Stream<Path> files = Files.walk(output)) {
      for (Path file : files.toList()) {
        String name = output.relativize(file).toString();
        if (!name.isEmpty() && !WRITTEN.contains(name)) {
          throw new OutputException(
              String.format(
                  Locale.ROOT,
                  "%s holds %s, which no import writes; nothing is replaced",
                  output,
                  name));
        }
      }
    } catch (IOException e) {
      throw new OutputException(String.format(Locale.ROOT, "%s cannot be read: %s", output, e), e);
    }
  }

  private static OutputException exists(Path output) {
    return new OutputException(
        String.format(
            Locale.ROOT, "%s exists; %s replaces an earlier import", output, OVERWRITE.option()));
  }
}
