package io.heed.sample;

import io.heed.checkpoint.ByteLevelFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Makes the decoder of {@code sample-data}: a byte-level BPE that is learned from the sample
 * sentences, and a GPT-2 of two layers and 64 elements that {@link #COMMAND} trains on the stories.
 *
 * <pre>{@code
 * mvn test-compile org.codehaus.mojo:exec-maven-plugin:3.5.1:java \
 *   -Dexec.classpathScope=test -Dexec.mainClass=io.heed.sample.SampleGpt
 * }</pre>
 */
public final class SampleGpt {
  /** Where the checkpoint is, from the project's root. */
  static final Path DIRECTORY = Path.of("sample-data/gpt");

  /** What trains the checkpoint. */
  static final String COMMAND =
      """
      ./jobs/train --input sample-data/stories.jsonl --tokenizer sample-data/gpt/tokenizer.json \\
          --size 2x64x2 --steps 300 --batch-size 4 --gradient-shards 2 --learning-rate 8e-3 \\
          --eval-steps 100 --output target/gpt
      """;

  private static final int MERGES = 767;

  private SampleGpt() {}

  /** Writes the checkpoint anew; run it in the project's root. */
  public static void main(String[] args) throws IOException {
    write(SampleCheckpoint.SENTENCES, DIRECTORY);
  }

  static void write(Path sentences, Path directory) throws IOException {
    ByteLevelFixture tokenizer =
        new ByteLevelFixture(BytePairTrainer.train(SampleCheckpoint.texts(sentences), MERGES));
    Files.writeString(directory.resolve("tokenizer.json"), tokenizer.tokenizerJson());
    TrainedSample.write(COMMAND, DIRECTORY, directory);
  }
}
