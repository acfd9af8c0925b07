package io.heed.benchmarks;

import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.onnx.allminilml6v2.AllMiniLmL6V2EmbeddingModel;
import java.util.List;

/** langchain4j as its documentation calls it: one text at a time. */
final class Langchain4j implements Peer {
  private final EmbeddingModel model = new AllMiniLmL6V2EmbeddingModel(Runnable::run);

  @Override
  public Cost embed(List<String> texts) {
    double start = CpuClock.seconds();
    for (String text : texts) {
      model.embed(text);
    }
    return new Cost(CpuClock.seconds() - start, Double.NaN);
  }

  @Override
  public void close() {}
}
