package io.heed.engine;

import io.heed.architecture.ModelCheckpoint;
import io.heed.checkpoint.ByteLevelFixture;
import io.heed.checkpoint.GptCheckpointFixture;
import io.heed.checkpoint.GptCheckpointFixture.Form;
import io.heed.checkpoint.GptCheckpointFixture.Head;
import io.heed.kernel.KernelChoice;
import io.heed.kernel.KernelProvider;
import io.heed.kernel.Kernels;
import io.heed.model.TransformerDecoder;
import io.heed.text.TextTokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.function.Function;
import org.apache.hadoop.fs.FileUtil;

/**
 * A tiny decoder with a tokenizer, loaded once. Its weights are random but for one token, whose
 * embedding is so large that nothing from it on is finite. It is no token of the output map: the
 * sequences without it are as they would be.
 */
final class DecoderFixture {
  static final ByteLevelFixture TOKENIZER_FILES = ByteLevelFixture.english();
  static final int VOCABULARY = TOKENIZER_FILES.size();
  static final int POSITIONS = 48;
  static final int LAYERS = 2;

  /** The token that makes a result non-finite. */
  static final int OVERFLOWING_TOKEN = 200;

  private static final int WIDTH = 24;
  private static final Kernels KERNELS = KernelProvider.choose(KernelChoice.SIMD).kernels();
  private static final TransformerDecoder DECODER = decoder(KERNELS);
  private static final TextTokenizer TOKENIZER =
      written(directory -> TextTokenizer.open(directory.resolve("tokenizer.json")));

  private DecoderFixture() {}

  static Kernels kernels() {
    return KERNELS;
  }

  static TransformerDecoder decoder() {
    return DECODER;
  }

  static Predictor predictor() {
    return new ModelPredictor(DECODER, KERNELS);
  }

  /** The same weights, for other kernels. */
  static Predictor predictor(Kernels kernels) {
    return new ModelPredictor(decoder(kernels), kernels);
  }

  static TextTokenizer tokenizer() {
    return TOKENIZER;
  }

  static TransformerDecoder decoder(Kernels kernels) {
    return written(
        directory -> {
          try (ModelCheckpoint checkpoint = ModelCheckpoint.open(directory)) {
            return (TransformerDecoder) checkpoint.load(kernels);
          }
        });
  }

  /** Token ids of a model that are no special ones of the fixture. */
  static int[] ids(Random random, int count) {
    return random.ints(0, VOCABULARY).filter(id -> id != OVERFLOWING_TOKEN).limit(count).toArray();
  }

  /** Writes the checkpoint. */
  static Path write(Path directory) throws IOException {
    GptCheckpointFixture.of(Form.GPT2, LAYERS, WIDTH, 3, VOCABULARY, 11)
        .withMaxPositionEmbeddings(POSITIONS)
        .withHead(Head.SEPARATE)
        .withTokenizer(TOKENIZER_FILES)
        .write(directory);
    EngineFixture.enlarge(
        directory.resolve("model.safetensors"), "transformer.wte.weight", OVERFLOWING_TOKEN, WIDTH);
    return directory;
  }

  private static <R> R written(Function<Path, R> use) {
    try {
      Path directory = Files.createTempDirectory("heed-decoder");
      try {
        return use.apply(write(directory));
      } finally {
        FileUtil.fullyDelete(directory.toFile());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
