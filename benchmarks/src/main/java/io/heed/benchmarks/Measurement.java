package io.heed.benchmarks;

import com.google.gson.Gson;
import com.google.gson.annotations.SerializedName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What one process did in one round: a line of {@code measurements.jsonl}.
 *
 * @param name of the way to embed
 * @param rows how many texts
 * @param tokens of these texts, padding not counted
 * @param cpuSeconds processor time
 * @param tokenizerCpuSeconds the part before the model, or null where it cannot be told apart
 * @param notRun why nothing was measured, or null
 */
record Measurement(
    String name,
    long rows,
    long tokens,
    @SerializedName("cpu_seconds") double cpuSeconds,
    @SerializedName("tokenizer_cpu_seconds") Double tokenizerCpuSeconds,
    @SerializedName("not_run") String notRun) {

  static List<Measurement> read(Path file) throws IOException {
    Gson gson = new Gson();
    return Files.readAllLines(file).stream()
        .map(line -> gson.fromJson(line, Measurement.class))
        .toList();
  }

  double tokensPerCpuSecond() {
    return tokens / cpuSeconds;
  }

  double cpuSecondsPerText() {
    return cpuSeconds / rows;
  }

  /** What the rows beyond those of a smaller run took: what both did once is not in it. */
  Measurement beyond(Measurement smaller) {
    return new Measurement(
        name,
        rows - smaller.rows,
        tokens - smaller.tokens,
        cpuSeconds - smaller.cpuSeconds,
        null,
        null);
  }
}
