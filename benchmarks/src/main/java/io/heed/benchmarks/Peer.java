package io.heed.benchmarks;

import java.util.List;

/** What somebody on the JVM may embed texts with. */
interface Peer extends AutoCloseable {
  /** Embeds texts and tells what that took. */
  Cost embed(List<String> texts) throws Exception;

  /**
   * Processor time.
   *
   * @param seconds in all
   * @param tokenizerSeconds how many of them before the model, NaN where the two cannot be told
   *     apart
   */
  record Cost(double seconds, double tokenizerSeconds) {}
}
