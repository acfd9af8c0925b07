package io.heed.sample;

import io.heed.checkpoint.ByteLevelFixture;
import io.heed.checkpoint.GptCheckpointFixture;
import io.heed.checkpoint.GptCheckpointFixture.Form;
import io.heed.checkpoint.SafetensorsWriter.Dtype;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Makes the decoder of {@code sample-data}: an untrained GPT-2 of two layers and 64 elements, whose
 * byte-level BPE is learned from the sample sentences.
 *
 * <pre>{@code
 * mvn test-compile org.codehaus.mojo:exec-maven-plugin:3.5.1:java \
 *   -Dexec.classpathScope=test -Dexec.mainClass=io.heed.sample.SampleGpt
 * }</pre>
 */
public final class SampleGpt {
  /** Where the checkpoint is, from the project's root. */
  static final Path DIRECTORY = Path.of("sample-data/gpt");

  private static final int MERGES = 767;
  private static final int POSITIONS = 256;
  private static final long SEED = 20260104;

  private SampleGpt() {}

  /** Writes the checkpoint anew; run it in the project's root. */
  public static void main(String[] args) throws IOException {
    write(SampleCheckpoint.SENTENCES, DIRECTORY);
  }

  static void write(Path sentences, Path directory) throws IOException {
    ByteLevelFixture tokenizer =
        new ByteLevelFixture(BytePairTrainer.train(SampleCheckpoint.texts(sentences), MERGES));
    GptCheckpointFixture.of(Form.GPT2, 2, 64, 2, tokenizer.size(), SEED)
        .withMaxPositionEmbeddings(POSITIONS)
        .withDtype(Dtype.F16)
        .withTokenizer(tokenizer)
        .write(directory);
  }
}
