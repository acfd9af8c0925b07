package io.heed.output;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * What went in, what came out, how fast, and with what: the content of {@code _heed/report.json}.
 *
 * @param outcome whether the result was published
 * @param job name of the job
 * @param heedVersion version of Heed
 * @param startedAt when the run began
 * @param counts what became of the rows
 * @param wall time of the whole run
 * @param model the checkpoint, or null for a job without one
 * @param kernel the numeric kernels, or null for a job without
 * @param options effective options by name, in the order of the help text
 * @param details what only this job has to say: names and values that have a JSON form; texts are
 *     told to the person as well
 */
public record RunReport(
    Outcome outcome,
    String job,
    String heedVersion,
    Instant startedAt,
    RunCounts counts,
    Duration wall,
    Model model,
    Kernel kernel,
    Map<String, Option> options,
    Map<String, ?> details) {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  /** Whether the result was published. */
  public enum Outcome {
    /** Result and rejected rows were. */
    COMPLETE,
    /** More rows were rejected than allowed; only these were published. */
    TOO_MANY_REJECTED
  }

  /**
   * A checkpoint.
   *
   * @param path where the driver found it, or the URI or the name of the archive
   * @param hash of its files' content
   * @param architecture such as {@code bert}
   * @param tokenizerHash of what made tokens of texts; null where nothing did
   */
  public record Model(String path, String hash, String architecture, String tokenizerHash) {

    /** Weights without a tokenizer. */
    public Model(String path, String hash, String architecture) {
      this(path, hash, architecture, null);
    }
  }

  /**
   * The kernels that computed.
   *
   * @param name of the implementation
   * @param reason why it was chosen
   */
  public record Kernel(String name, String reason) {}

  /**
   * An effective option.
   *
   * @param value as text, or null if it has none
   * @param origin such as {@code argument} or {@code default}
   */
  public record Option(String value, String origin) {}

  /** Requires everything but model and kernel. */
  public RunReport {
    Objects.requireNonNull(outcome, "outcome");
    Objects.requireNonNull(job, "job");
    Objects.requireNonNull(heedVersion, "heedVersion");
    Objects.requireNonNull(startedAt, "startedAt");
    Objects.requireNonNull(counts, "counts");
    Objects.requireNonNull(wall, "wall");
    options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
    details = Collections.unmodifiableMap(new LinkedHashMap<>(details));
  }

  /** A report without details. */
  public RunReport(
      Outcome outcome,
      String job,
      String heedVersion,
      Instant startedAt,
      RunCounts counts,
      Duration wall,
      Model model,
      Kernel kernel,
      Map<String, Option> options) {
    this(outcome, job, heedVersion, startedAt, counts, wall, model, kernel, options, Map.of());
  }

  /** Tokens per second of the whole run; nothing if it took no time. */
  public OptionalDouble tokensPerSecond() {
    return rate(counts.tokens(), wall);
  }

  /**
   * Tokens per second of one task inside the model; nothing if that took no time. Less than what
   * the code does where other work has the cores.
   */
  public OptionalDouble tokensPerComputeSecond() {
    return rate(counts.tokens(), counts.compute());
  }

  /** Tokens per second of one core inside the model; nothing if that took no time. */
  public OptionalDouble tokensPerComputeCpuSecond() {
    return rate(counts.tokens(), counts.computeCpu());
  }

  /** The report as JSON, fields always in the same order; rates that do not exist are null. */
  public String toJson() {
    ObjectNode json = JSON.createObjectNode();
    json.put("complete", outcome == Outcome.COMPLETE);
    json.put("job", job);
    json.put("heedVersion", heedVersion);
    json.put("startedAt", startedAt.toString());
    json.put("rowsIn", counts.rowsIn());
    json.put("rowsOut", counts.rowsOut());
    json.put("rowsRejected", counts.rowsRejected());
    ObjectNode byReason = json.putObject("rejectedByReason");
    counts.rejectedByReason().forEach((reason, count) -> byReason.put(reason.code(), count));
    json.put("rowsTruncated", counts.rowsTruncated());
    json.put("tokens", counts.tokens());
    json.put("wallSeconds", wall.toMillis() / 1e3);
    json.put("computeSeconds", counts.compute().toMillis() / 1e3);
    json.put("computeCpuSeconds", counts.computeCpu().toMillis() / 1e3);
    put(json, "tokensPerSecond", tokensPerSecond());
    put(json, "tokensPerComputeSecond", tokensPerComputeSecond());
    put(json, "tokensPerComputeCpuSecond", tokensPerComputeCpuSecond());
    json.set("model", JSON.valueToTree(model));
    json.set("kernel", JSON.valueToTree(kernel));
    json.set("options", JSON.valueToTree(options));
    details.forEach((name, value) -> json.set(name, JSON.valueToTree(value)));
    try {
      return JSON.writeValueAsString(json) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a report has no JSON form", e);
    }
  }

  /** The report for a person, a few aligned lines without the options. */
  public String toText() {
    return ReportText.of(this);
  }

  private static OptionalDouble rate(long count, Duration time) {
    return time.isZero() ? OptionalDouble.empty() : OptionalDouble.of(count / seconds(time));
  }

  private static void put(ObjectNode json, String name, OptionalDouble value) {
    if (value.isPresent()) {
      json.put(name, Math.round(value.getAsDouble() * 10) / 10.0);
    } else {
      json.putNull(name);
    }
  }

  static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }
}
