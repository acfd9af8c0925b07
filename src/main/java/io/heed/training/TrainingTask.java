package io.heed.training;

import io.heed.corpus.Blocks;
import io.heed.corpus.CorpusStream;
import io.heed.kernel.AdamStep;
import io.heed.kernel.Scratch;
import io.heed.training.GradientTree.Node;
import io.heed.training.PhaseTimes.Phase;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * One of the tasks that train a model together. Each computes the gradients of some shards, adds
 * those of all shards for the pages that it owns, changes the weights of these, and gets all
 * others'. Which bits come out does not depend on their number.
 */
public final class TrainingTask implements AutoCloseable {
  private static final int SHA_WORDS = 8;

  private final TrainingPlan plan;
  private final Recipe recipe;
  private final TrainingProcess process;
  private final Exchange exchange;
  private final ParameterLayout layout;
  private final float[] weights;
  private final TrainingState state;
  private final TrainingState.Whole start;
  private final TrainingListener listener;
  private final TaskKernels task;
  private final Pages pages;
  private final PageOptimizer optimizer;
  private final ShardGradients gradients;
  private final BatchReader reader;
  private final HeldOutLoss heldOut;
  private final MomentFiles moments;
  private final List<Node> ownNodes;
  private final ExecutorService ahead;
  private final PhaseTimes times = new PhaseTimes();
  private final History history;
  private long step;
  private long skipped;
  private long savedStep;
  private long savedNanos = System.nanoTime();
  private long lastSaved = -1;

  /**
   * A task that goes on from a checkpoint.
   *
   * @param start the checkpoint that {@code process} was opened with
   * @param blocks of the training stream
   * @param heldOut rows to be evaluated
   */
  public TrainingTask(
      TrainingPlan plan,
      TrainingProcess process,
      Exchange exchange,
      TrainingState state,
      TrainingState.Whole start,
      Blocks blocks,
      CorpusStream heldOut,
      TrainingListener listener)
      throws IOException {
    this.plan = plan;
    this.recipe = plan.recipe();
    this.process = process;
    this.exchange = exchange;
    this.layout = process.layout();
    this.weights = process.weights().values();
    this.state = state;
    this.start = start;
    this.listener = listener;
    this.task = new TaskKernels(process.kernels(), process.training(), new Scratch());
    int rank = exchange.rank();
    int firstShard = GradientTree.firstShard(recipe.shards(), rank, exchange.tasks());
    int endShard = GradientTree.firstShard(recipe.shards(), rank + 1, exchange.tasks());
    this.pages = new Pages(layout.pages(), exchange.tasks());
    this.optimizer = new PageOptimizer(layout, pages.first(rank), pages.first(rank + 1));
    DecoderPass pass = new DecoderPass(process.weights(), task, recipe.dropout(), recipe.seed());
    this.gradients = new ShardGradients(pass, task, firstShard, endShard, layout.length());
    this.ahead =
        Executors.newSingleThreadExecutor(
            run -> {
              Thread thread = new Thread(run, "heed-read-ahead-" + rank);
              thread.setDaemon(true);
              return thread;
            });
    this.reader = new BatchReader(blocks, recipe, firstShard, endShard, ahead);
    this.heldOut = new HeldOutLoss(heldOut, plan.evaluation(), process.kernels());
    this.moments = new MomentFiles(layout, state, exchange);
    this.ownNodes = GradientTree.nodes(recipe.shards(), firstShard, endShard);
    this.step = start.step();
    this.savedStep = step;
    this.history = state.history(start);
    if (step > 0) {
      moments.read(start, optimizer);
    }
  }

  /**
   * Trains to the end.
   *
   * @return how it ended, the same in all tasks but for the time
   * @throws NonFiniteException when a gradient is not finite
   * @throws ExchangeException when another task is lost
   * @throws IOException when the corpus cannot be read or a checkpoint not written
   */
  public TrainingResult run() throws IOException {
    pack(step, "start");
    boolean ended = evaluateIfDue();
    while (!ended && step < recipe.steps()) {
      train();
      ended = evaluateIfDue();
      saveIfDue();
    }
    if (lastSaved != step && step != start.step()) {
      save();
    }
    double[] seconds = new double[Phase.values().length];
    for (double[] ofTask : exchange.gather("end", times.seconds())) {
      for (int i = 0; i < seconds.length; i++) {
        seconds[i] += ofTask[i];
      }
    }
    return new TrainingResult(history, resultStep(), skipped, layout.values(), seconds);
  }

  /** Where a run may end early, its best step; else its last. */
  private long resultStep() {
    return plan.evaluation().patience() > 0
        ? history.best().map(StepRecord::step).orElse(step)
        : step;
  }

  private void train() {
    String key = "step-" + step + "/";
    List<List<MicroBatch>> shards = reader.step(step);
    times.passed(Phase.READ);
    Map<Node, float[]> own = new HashMap<>();
    for (Node node : ownNodes) {
      own.put(node, gradients.gradient(node, step, shards));
    }
    times.passed(Phase.GRADIENT);
    own.forEach((node, values) -> exchange.put(key + name(node), values, 0, values.length));
    reduce(key);
    double[][] squares =
        exchange.gather(key + "squares", optimizer.squares(task.training(), task.scratch()));
    double[][] losses = exchange.gather(key + "losses", gradients.losses());
    double[][] targets = exchange.gather(key + "targets", gradients.targets());
    own.values().forEach(gradients::release);
    times.passed(Phase.EXCHANGE);
    long count = Math.max(1, (long) sum(targets));
    double norm = Math.sqrt(sum(squares)) / count;
    double rate = recipe.schedule().at(step);
    StepRecord record =
        new StepRecord(step + 1, sum(losses) / count, norm, rate, count, Double.NaN);
    if (isFinite(record, losses)) {
      update(key, norm, rate, count);
    }
    step++;
    history.add(record);
    if (exchange.rank() == 0) {
      listener.step(record);
    }
    exchange.remove(key);
  }

  private static String name(Node node) {
    return "gradient-" + node.from() + "-" + node.to();
  }

  /** The sums of all shards' gradients, for the pages of this task. */
  private void reduce(String key) {
    int length = optimizer.length();
    Map<Node, float[]> parts = new HashMap<>();
    List<CompletableFuture<Void>> fetches = new ArrayList<>();
    int tasks = exchange.tasks();
    for (int other = 0; other < tasks; other++) {
      int first = GradientTree.firstShard(recipe.shards(), other, tasks);
      int end = GradientTree.firstShard(recipe.shards(), other + 1, tasks);
      for (Node node : GradientTree.nodes(recipe.shards(), first, end)) {
        float[] part = parts.isEmpty() ? optimizer.slice().gradients() : new float[length];
        parts.put(node, part);
        fetches.add(exchange.fetch(other, key + name(node), optimizer.at(), part, 0, length));
      }
    }
    exchange.await(fetches);
    float[] sum =
        GradientTree.sum(
            new Node(0, recipe.shards()),
            parts::get,
            (left, right) -> {
              gradients.add(right, left);
              return left;
            });
    if (sum != optimizer.slice().gradients()) {
      throw new IllegalStateException("the first node is the leftmost, which takes the sum");
    }
  }

  private static double sum(double[][] values) {
    double sum = 0;
    for (double[] ofTask : values) {
      for (double value : ofTask) {
        sum += value;
      }
    }
    return sum;
  }

  private boolean isFinite(StepRecord record, double[][] losses) {
    if (Double.isFinite(record.loss()) && Double.isFinite(record.norm())) {
      return true;
    }
    skipped++;
    if (skipped > plan.skipNonFinite()) {
      int shard = 0;
      List<Integer> shards = new ArrayList<>();
      for (double[] ofTask : losses) {
        for (double loss : ofTask) {
          if (!Double.isFinite(loss)) {
            shards.add(shard);
          }
          shard++;
        }
      }
      throw new NonFiniteException(
          String.format(
              Locale.ROOT,
              "step %d has a loss of %s and a gradient of norm %s%s; a lower learning rate or a"
                  + " longer warm-up may help",
              record.step(),
              record.loss(),
              record.norm(),
              shards.isEmpty()
                  ? ""
                  : ", with blocks "
                      + shards.stream()
                          .flatMap(s -> reader.blocks(record.step() - 1, s).stream())
                          .limit(10)
                          .toList()));
    }
    return false;
  }

  private void update(String key, double norm, double rate, long count) {
    Adam adam = recipe.adam();
    double clip = adam.maxNorm() > 0 && norm > adam.maxNorm() ? adam.maxNorm() / norm : 1;
    AdamStep adamStep =
        AdamStep.of(
            clip / count,
            rate,
            adam.beta1(),
            adam.beta2(),
            adam.epsilon(),
            adam.weightDecay(),
            step + 1);
    optimizer.step(adamStep, weights, task.training());
    times.passed(Phase.UPDATE);
    exchange.put(key + "weights", weights, optimizer.at(), optimizer.length());
    exchange.await(fetchWeights(key));
    times.passed(Phase.EXCHANGE);
    pack(step, "updated");
  }

  /** Gets the pages of other JVMs' tasks, shared out among the tasks of this one. */
  private List<CompletableFuture<Void>> fetchWeights(String key) {
    List<CompletableFuture<Void>> fetches = new ArrayList<>();
    Ranks ranks = exchange.ranks();
    int companions = ranks.companions(exchange.rank()).length;
    int place = ranks.place(exchange.rank());
    for (int other = 0; other < exchange.tasks(); other++) {
      if (!ranks.together(exchange.rank(), other) && other % companions == place) {
        int at = layout.page(pages.first(other));
        int n = layout.page(pages.first(other + 1)) - at;
        fetches.add(exchange.fetch(other, key + "weights", 0, weights, at, n));
      }
    }
    return fetches;
  }

  /** Packs this task's part of the weights once all of them are there, and waits for the rest. */
  private void pack(long ofStep, String when) {
    Ranks ranks = exchange.ranks();
    exchange.gather("arrived-" + when + "-" + ofStep);
    times.passed(Phase.EXCHANGE);
    process.weights().pack(ranks.place(exchange.rank()), ranks.companions(exchange.rank()).length);
    times.passed(Phase.PACK);
    exchange.gather("packed-" + when + "-" + ofStep);
    exchange.remove("arrived-" + when + "-" + ofStep);
    times.passed(Phase.EXCHANGE);
  }

  /** Whether the run is to end. */
  private boolean evaluateIfDue() throws IOException {
    long every = plan.evaluation().steps();
    boolean due = step % every == 0 || step == recipe.steps();
    boolean known = history.last().isPresent() && history.last().get().isEvaluated();
    if (due && !known && !heldOut.isEmpty()) {
      evaluate();
    }
    return plan.evaluation().patience() > 0 && history.sinceBest() >= plan.evaluation().patience();
  }

  private void evaluate() throws IOException {
    String key = "evaluate-" + step + "/";
    double[] own = heldOut.sums(process.served(step), exchange.rank(), exchange.tasks());
    double loss = HeldOutLoss.loss(exchange.gather(key + "sums", own));
    exchange.remove(key);
    process.dropServed();
    history.evaluated(loss);
    times.passed(Phase.EVALUATE);
    if (exchange.rank() == 0) {
      listener.evaluated(history.last().orElseThrow());
    }
    boolean isBest = history.best().filter(best -> best.step() == step).isPresent();
    if (plan.evaluation().patience() > 0 && isBest && step > 0) {
      save();
    }
  }

  private void saveIfDue() throws IOException {
    long seconds = (System.nanoTime() - savedNanos) / 1_000_000_000L;
    boolean own =
        plan.checkpointSteps() > 0 && step - savedStep >= plan.checkpointSteps()
            || plan.checkpointSeconds() > 0 && seconds >= plan.checkpointSeconds();
    String key = "save-" + step + "/";
    // The first task's clock counts, for all have to agree.
    boolean due = exchange.gather(key + "due", own ? 1 : 0)[0][0] == 1;
    exchange.remove(key);
    if (due && lastSaved != step) {
      save();
    }
  }

  private void save() throws IOException {
    String key = "saved-" + step + "/";
    compareWeights(key);
    moments.put(step, optimizer);
    List<StateFile> entries = new ArrayList<>(moments.write(step));
    if (exchange.rank() == 0) {
      entries.addAll(writeModel());
    }
    exchange.gather(key + "written");
    double[][] hashes = exchange.gather(key + "files", encoded(entries));
    moments.remove(step);
    if (exchange.rank() == 0) {
      state.complete(step, plan.entries(), decoded(hashes, entries));
      Optional<Long> best =
          plan.evaluation().patience() > 0
              ? history.best().map(StepRecord::step)
              : Optional.empty();
      state.keep(step, best);
      listener.checkpoint(step);
    }
    exchange.gather(key + "whole");
    exchange.remove(key);
    lastSaved = step;
    savedStep = step;
    savedNanos = System.nanoTime();
    times.passed(Phase.CHECKPOINT);
  }

  /** All JVMs have to have the same weights: memory can be bad, and so can a build. */
  private void compareWeights(String key) {
    int rank = exchange.rank();
    boolean leads = exchange.ranks().leader(rank) == rank;
    double[][] hashes =
        exchange.gather(key + "weights", leads ? new double[] {hash(weights)} : new double[0]);
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
  private List<StateFile> writeModel() throws IOException {
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
      if (isBesideWeights(file.name())) {
        entries.add(
            state.write(
                step,
                file.name(),
                out -> {
                  try (var in = state.files().open(before + "/" + file.name())) {
                    in.transferTo(out);
                  }
                }));
      }
    }
    return entries;
  }

  private static boolean isBesideWeights(String name) {
    return !name.equals(StateFormat.WEIGHTS)
        && !name.equals(StateFormat.STEPS)
        && !name.startsWith("moments-");
  }

  /** Numbers of files of moments, their sizes and hashes. */
  private double[] encoded(List<StateFile> entries) {
    List<StateFile> some =
        entries.stream().filter(entry -> entry.name().startsWith("moments-")).toList();
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
    HashSet<String> known = new HashSet<>();
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

  /** Ends the reading ahead. */
  @Override
  public void close() {
    ahead.shutdownNow();
  }
}
