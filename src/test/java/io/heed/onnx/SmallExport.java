package io.heed.onnx;

import io.heed.onnx.BertExport.Style;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A small export for tests of other rooms. */
public final class SmallExport {
  static final Path TOKENIZER = Path.of("sample-data", "checkpoint", "tokenizer.json");

  private SmallExport() {}

  /** Writes {@code model.onnx} and {@code tokenizer.json}; gives the first. */
  public static Path write(Path directory) throws IOException {
    Path original = directory.resolve("original");
    BertExport.model().write(original);
    Files.copy(TOKENIZER, directory.resolve("tokenizer.json"));
    return Files.write(
        directory.resolve("model.onnx"), BertExport.of(original, Style.NEWER).onnx.bytes());
  }
}
