package io.heed.benchmarks;

import com.google.gson.annotations.SerializedName;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What one way to embed texts costs, as medians of its rounds.
 *
 * @param name for people
 * @param rounds how many were measured, 0 where it was not run
 * @param texts of each round
 * @param tokensPerCpuSecond in real tokens, null where it was not run, as are the next three
 * @param least tokens per processor second in the slowest round
 * @param most tokens per processor second in the fastest round
 * @param coreHoursPerMillionTexts processor time
 * @param tokenizerShare of the processor time, or null where it cannot be told apart
 * @param notRun why there are no figures, or null
 */
record Result(
    String name,
    int rounds,
    long texts,
    @SerializedName("tokens_per_cpu_second") Double tokensPerCpuSecond,
    Double least,
    Double most,
    @SerializedName("core_hours_per_million_texts") Double coreHoursPerMillionTexts,
    @SerializedName("tokenizer_share") Double tokenizerShare,
    @SerializedName("not_run") String notRun) {

  static Result of(Way way, List<Measurement> all) {
    List<Measurement> rounds = way.rounds(all);
    if (rounds.isEmpty()) {
      return new Result(way.label(rounds), 0, 0, null, null, null, null, null, way.notRun(all));
    }
    double[] rates = sorted(rounds, Measurement::tokensPerCpuSecond);
    Double share = null;
    if (rounds.get(0).tokenizerCpuSeconds() != null) {
      share = median(sorted(rounds, one -> one.tokenizerCpuSeconds() / one.cpuSeconds()));
    }
    return new Result(
        way.label(rounds),
        rounds.size(),
        rounds.get(0).rows(),
        median(rates),
        rates[0],
        rates[rates.length - 1],
        median(sorted(rounds, Measurement::cpuSecondsPerText)) * 1_000_000 / 3600,
        share,
        null);
  }

  private static double[] sorted(List<Measurement> rounds, ToDoubleFunction<Measurement> figure) {
    return rounds.stream().mapToDouble(figure).sorted().toArray();
  }

  private static double median(double[] sorted) {
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
