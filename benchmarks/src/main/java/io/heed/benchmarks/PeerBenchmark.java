package io.heed.benchmarks;

import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.List;

/**
 * Embeds the first rows of a file of JSON lines with one peer, in one thread, after a warm-up on
 * some of them, and prints the measurement as a line of JSON: {@code PeerBenchmark PEER FILE ROWS}.
 */
public final class PeerBenchmark {
  private static final int WARM_UP_ROWS = 500;

  private PeerBenchmark() {}

  /** See the class. */
  public static void main(String[] arguments) throws Exception {
    List<String> texts = TextFile.read(Path.of(arguments[1]), Integer.parseInt(arguments[2]));
    long tokens;
    try (BertTokenizer tokenizer = new BertTokenizer()) {
      tokens = tokenizer.count(texts);
    }
    Peer.Cost cost;
    try (Peer peer = peer(arguments[0])) {
      peer.embed(texts.subList(0, Math.min(WARM_UP_ROWS, texts.size())));
      cost = peer.embed(texts);
    }
    JsonObject line = new JsonObject();
    line.addProperty("name", arguments[0]);
    line.addProperty("rows", texts.size());
    line.addProperty("tokens", tokens);
    line.addProperty("cpu_seconds", cost.seconds());
    if (!Double.isNaN(cost.tokenizerSeconds())) {
      line.addProperty("tokenizer_cpu_seconds", cost.tokenizerSeconds());
    }
    System.out.println(line);
  }

  private static Peer peer(String name) throws Exception {
    return switch (name) {
      case "langchain4j" -> new Langchain4j();
      case "onnx-in-order-32" -> new OnnxBatches(32, OnnxBatches.Order.AS_THEY_COME);
      case "onnx-sorted-32" -> new OnnxBatches(32, OnnxBatches.Order.BY_LENGTH);
      case "onnx-sorted-8" -> new OnnxBatches(8, OnnxBatches.Order.BY_LENGTH);
      default -> throw new IllegalArgumentException("there is no peer " + name);
    };
  }
}
