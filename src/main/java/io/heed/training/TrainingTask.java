package io.heed.training;

import io.heed.corpus.Blocks;
import io.heed.corpus.CorpusStream;
import io.heed.kernel.AdamStep;
import io.heed.kernel.Scratch;
import io.heed.training.GradientTree.Node;
import io.heed.training.PhaseTimes.Phase;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * One of the tasks that train a model together. Each computes the gradients of some shards, adds
 * those of all shards for the pages that it owns, changes the weights of these, and gets all
 * others'. Which bits come out does not depend on their number.
 */
public final class TrainingTask implements AutoCloseable {
  private final TrainingPlan plan;
  private final Recipe recipe;
  private final TrainingProcess process;
  private final Exchange exchange;
  private final ParameterLayout layout;
  private final float[] weights;
  private final TrainingListener listener;
  private final TaskKernels task;
  private final Pages pages;
  private final PageOptimizer optimizer;
  private final ShardGradients gradients;
  private final BatchReader reader;
  private final HeldOutLoss heldOut;
  private final RunCheckpoints checkpoints;
  private final GradientSum sum;
  private final List<Node> ownNodes;
  private final ExecutorService ahead;
  private final PhaseTimes times = new PhaseTimes();
  private final History history;
  private long step;
  private long savedStep;
  private long savedNanos = System.nanoTime();

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
    this.checkpoints = new RunCheckpoints(plan, process, exchange, state, start);
    this.sum = new GradientSum(recipe.shards(), exchange, process.kernels());
    this.ownNodes = GradientTree.nodes(recipe.shards(), firstShard, endShard);
    this.step = start.step();
    this.savedStep = step;
    this.history = state.history(start);
    checkpoints.readMoments(optimizer);
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
      boolean isSaveDue = train();
      ended = evaluateIfDue();
      if (isSaveDue && savedStep != step) {
        save();
      }
    }
    if (savedStep != step) {
      save();
    }
    double[] seconds = new double[Phase.values().length];
    for (double[] ofTask : exchange.gather("end", times.seconds())) {
      for (int i = 0; i < seconds.length; i++) {
        seconds[i] += ofTask[i];
      }
    }
    return new TrainingResult(history, resultStep(), layout.values(), seconds);
  }

  /** Where a run may end early, its best step; else its last. */
  private long resultStep() {
    return plan.evaluation().patience() > 0
        ? history.best().map(StepRecord::step).orElse(step)
        : step;
  }

  /** Takes a step, and says whether a checkpoint is due behind it. */
  private boolean train() {
    String key = "step-" + step + "/";
    List<List<MicroBatch>> shards = reader.step(step);
    times.passed(Phase.READ);
    Map<Node, float[]> own = new HashMap<>();
    for (Node node : ownNodes) {
      own.put(node, gradients.gradient(node, step, shards));
    }
    times.passed(Phase.GRADIENT);
    own.forEach((node, values) -> sum.give(key, node, values));
    sum.take(key, optimizer);
    StepSums sums =
        new StepSums(
            exchange.gather(
                key + "sums",
                StepSums.told(
                    gradients.losses(),
                    gradients.targets(),
                    optimizer.squares(task.training(), task.scratch()),
                    isSaveDue())));
    own.values().forEach(gradients::release);
    times.passed(Phase.EXCHANGE);
    double rate = recipe.schedule().at(step);
    StepRecord record =
        new StepRecord(step + 1, sums.loss(), sums.norm(), rate, sums.targets(), Double.NaN);
    if (record.isSkipped()) {
      requireSkippable(record, sums);
    } else if (record.targets() > 0) {
      update(key, record);
    }
    step++;
    history.add(record);
    if (exchange.rank() == 0) {
      listener.step(record);
    }
    exchange.remove(key);
    return sums.saves();
  }

  private void requireSkippable(StepRecord record, StepSums sums) {
    if (history.skipped() < plan.skipNonFinite()) {
      return;
    }
    List<Integer> shards = sums.nonFinite();
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
                        .flatMap(shard -> reader.blocks(record.step() - 1, shard).stream())
                        .limit(10)
                        .toList()));
  }

  private void update(String key, StepRecord record) {
    Adam adam = recipe.adam();
    boolean clips = adam.maxNorm() > 0 && record.norm() > adam.maxNorm();
    double clip = clips ? adam.maxNorm() / record.norm() : 1;
    AdamStep adamStep =
        AdamStep.of(
            clip / record.targets(),
            record.rate(),
            adam.beta1(),
            adam.beta2(),
            adam.epsilon(),
            adam.weightDecay(),
            record.step());
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
    String key = when + "-" + ofStep + "/";
    exchange.gather(key + "arrived");
    times.passed(Phase.EXCHANGE);
    process.weights().pack(ranks.place(exchange.rank()), ranks.companions(exchange.rank()).length);
    times.passed(Phase.PACK);
    exchange.gather(key + "packed");
    exchange.remove(key);
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
    int patience = plan.evaluation().patience();
    return due && patience > 0 && history.sinceBest() >= patience;
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

  /** Whether a checkpoint is due behind the step that is taken. */
  private boolean isSaveDue() {
    long seconds = (System.nanoTime() - savedNanos) / 1_000_000_000L;
    return plan.checkpointSteps() > 0 && step + 1 - savedStep >= plan.checkpointSteps()
        || plan.checkpointSeconds() > 0 && seconds >= plan.checkpointSeconds();
  }

  private void save() throws IOException {
    checkpoints.save(step, history, optimizer);
    savedStep = step;
    savedNanos = System.nanoTime();
    times.passed(Phase.CHECKPOINT);
  }

  /** Ends the reading ahead. */
  @Override
  public void close() {
    ahead.shutdownNow();
  }
}
