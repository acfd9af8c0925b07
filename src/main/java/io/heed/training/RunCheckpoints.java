package io.heed.training;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Writes the checkpoints of a run, to which all its tasks contribute: the first one the weights,
 * and each some files of moments. Their bytes do not depend on how many tasks there are.
 */
final class RunCheckpoints {
  private static final int SHA_WORDS = 8;

  private final TrainingPlan plan;
  private final TrainingProcess process;
  private final Exchange exchange;
  private final TrainingState state;
  private final TrainingState.Whole start;
  private final MomentFiles moments;
  private long lastSaved = -1;

  /**
   * Checkpoints of a run.
   *
   * @param start from which the files beside the weights are taken on
   */
  RunCheckpoints(
      TrainingPlan plan,
      TrainingProcess process,
      Exchange exchange,
      TrainingState state,
      TrainingState.Whole start) {
    this.plan = plan;
    this.process = process;
    this.exchange = exchange;
    this.state = state;
    this.start = start;
    this.moments = new MomentFiles(process.layout(), state, exchange);
  }

  /** Reads the moments of a task's pages, which are zeros before the first step. */
  void readMoments(PageOptimizer optimizer) throws IOException {
    if (start.step() > 0) {
      moments.read(start, optimizer);
    }
  }

  /** Writes one. All tasks call it. */
  void save(long step, History history, PageOptimizer optimizer) throws IOException {
    String key = "saved-" + step + "/";
    compareWeights(key, step);
    moments.put(step, optimizer);
    List<StateFile> entries = new ArrayList<>(moments.write(step));
    if (exchange.rank() == 0) {
      entries.addAll(writeModel(step, history));
    }
    double[][] hashes = exchange.gather(key + "files", encoded(entries));
    moments.remove(step);
    if (exchange.rank() == 0) {
      state.complete(step, plan.entries(), decoded(hashes, entries));
      Optional<Long> best =
          plan.evaluation().patience() > 0
              ? history.best().map(StepRecord::step)
              : Optional.empty();
      state.keep(step, best);
    }
    exchange.gather(key + "whole");
    exchange.remove(key);
    lastSaved = step;
  }

  /** All JVMs have to have the same weights: memory can be bad, and so can a build. */
  private void compareWeights(String key, long step) {
    int rank = exchange.rank();
    boolean leads = exchange.ranks().leader(rank) == rank;
    double[][] hashes =
        exchange.gather(
            key + "weights",
            leads ? new double[] {hash(process.weights().values())} : new double[0]);
    int first = 0;
    for (int other = 0; other < hashes.length; other++) {
      if (hashes[other].length > 0 && hashes[other][0] != hashes[first][0]) {
        throw new TrainingException(
            String.format(
                Locale.ROOT,
                "the weights of tasks %d and %d differ after step %d: one of their machines has bad"
                    + " memory, or another build",
                first,
                other,
                step));
      }
    }
  }

  /** 52 bits of a hash, which a double holds. */
  private static double hash(float[] values) {
    long hash = 0xcbf29ce484222325L;
    for (float value : values) {
      hash = (hash ^ Float.floatToRawIntBits(value)) * 0x100000001b3L;
      hash ^= hash >>> 29;
    }
    return hash >>> 12;
  }

  /** The weights, the steps, and what the checkpoint before it had beside these. */
  private List<StateFile> writeModel(long step, History history) throws IOException {
    List<StateFile> entries = new ArrayList<>();
    entries.add(
        state.write(
            step,
            StateFormat.WEIGHTS,
            out -> process.tensors().writer().write(Channels.newChannel(out))));
    byte[] steps = StateFormat.steps(history).getBytes(StandardCharsets.UTF_8);
    entries.add(state.write(step, StateFormat.STEPS, out -> out.write(steps)));
    // That of the start is gone once there are two newer ones.
    String before = lastSaved >= 0 ? StateFormat.folder(lastSaved) : start.folder();
    for (StateFile file : start.files()) {
      if (TrainingState.isOfModel(file) && !file.name().equals(StateFormat.WEIGHTS)) {
        entries.add(
            state.write(
                step,
                file.name(),
                out -> {
                  try (InputStream in = state.files().open(before + "/" + file.name())) {
                    in.transferTo(out);
                  }
                }));
      }
    }
    return entries;
  }

  /** Numbers of files of moments, their sizes and hashes. */
  private static double[] encoded(List<StateFile> entries) {
    List<StateFile> some =
        entries.stream().filter(entry -> StateFormat.isMoments(entry.name())).toList();
    double[] values = new double[some.size() * (2 + SHA_WORDS)];
    int at = 0;
    for (StateFile entry : some) {
      values[at++] = Integer.parseInt(entry.name().replaceAll("\\D", ""));
      values[at++] = entry.bytes();
      for (int word = 0; word < SHA_WORDS; word++) {
        values[at++] = Long.parseLong(entry.sha256().substring(8 * word, 8 * word + 8), 16);
      }
    }
    return values;
  }

  private static List<StateFile> decoded(double[][] byTask, List<StateFile> own) {
    List<StateFile> all = new ArrayList<>(own);
    Set<String> known = new HashSet<>();
    own.forEach(entry -> known.add(entry.name()));
    for (double[] values : byTask) {
      for (int at = 0; at < values.length; at += 2 + SHA_WORDS) {
        StringBuilder sha = new StringBuilder();
        for (int word = 0; word < SHA_WORDS; word++) {
          sha.append(String.format(Locale.ROOT, "%08x", (long) values[at + 2 + word]));
        }
        String name = StateFormat.moments((int) values[at]);
        if (known.add(name)) {
          all.add(new StateFile(name, (long) values[at + 1], sha.toString()));
        }
      }
    }
    return all;
  }
}
