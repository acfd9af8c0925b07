package io.heed.train;

import io.heed.architecture.ModelCheckpoint;
import io.heed.corpus.CorpusManifest;
import io.heed.corpus.CorpusStream;
import io.heed.corpus.Stream;
import io.heed.job.TaskOutputs;
import io.heed.kernel.CpuTime;
import io.heed.kernel.KernelChoice;
import io.heed.kernel.KernelProvider;
import io.heed.output.TaskCounters;
import io.heed.spark.executor.ExecutorModels;
import io.heed.spark.executor.KernelUse;
import io.heed.spark.executor.ModelLocation;
import io.heed.training.ExchangeException;
import io.heed.training.TrainingListener;
import io.heed.training.TrainingPlan;
import io.heed.training.TrainingProcess;
import io.heed.training.TrainingResult;
import io.heed.training.TrainingState;
import io.heed.training.TrainingTask;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.SerializableConfiguration;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction1;

/**
 * The barrier stage in which tasks train a model from one of its checkpoints to the end.
 *
 * @param runId tells runs of an application apart
 * @param attempt how often the stage was started before
 * @param state directory of the run's state
 * @param start the checkpoint to go on from
 * @param corpus directory of the corpus
 * @param outputs which kernels computed, and how long
 */
record TrainingStage(
    TrainingPlan plan,
    String runId,
    int attempt,
    String state,
    TrainingState.Whole start,
    String corpus,
    CorpusManifest manifest,
    KernelChoice kernel,
    TaskOutputs outputs,
    SerializableConfiguration hadoop)
    implements Serializable {

  /** Runs it on so many tasks, which have to run at once. */
  TrainingResult run(JavaSparkContext spark, int tasks) {
    return spark
        .parallelize(IntStream.range(0, tasks).boxed().toList(), tasks)
        .rdd()
        .barrier()
        .mapPartitions(
            new Tasks(this), false, ClassTag$.MODULE$.<TrainingResult>apply(TrainingResult.class))
        .toJavaRDD()
        .collect()
        .get(0);
  }

  /** What each task does. */
  private static final class Tasks
      extends AbstractFunction1<Iterator<Integer>, Iterator<TrainingResult>>
      implements Serializable {
    private static final long serialVersionUID = 1;

    private final TrainingStage stage;

    Tasks(TrainingStage stage) {
      this.stage = stage;
    }

    @Override
    public Iterator<TrainingResult> apply(Iterator<Integer> none) {
      BarrierTaskContext context = BarrierTaskContext.get();
      try {
        TrainingResult result = stage.train(context);
        List<TrainingResult> told = context.partitionId() == 0 ? List.of(result) : List.of();
        return CollectionConverters.asScala(told.iterator());
      } catch (UncheckedIOException e) {
        throw StateFailure.of(stage.state, e.getCause());
      } catch (IOException e) {
        throw StateFailure.of(stage.state, e);
      }
    }
  }

  private TrainingResult train(BarrierTaskContext context) throws IOException {
    outputs.kernels().add(KernelUse.of(ExecutorModels.kernels(kernel)));
    KernelProvider.requireDenormals();
    TrainingState files = new TrainingState(new HadoopRunFiles(state, hadoop.value()));
    boolean first = context.partitionId() == 0;
    TrainingListener listener =
        first ? new ProgressFile(files, plan.recipe().steps()) : TrainingListener.NONE;
    requireReached(files);
    try (TransportExchange exchange = TransportExchange.join(context, runId, attempt)) {
      try {
        TrainingResult result = train(exchange, files, listener);
        exchange.finish();
        return result;
      } catch (ExchangeException e) {
        throw e; // Another task is lost, and tells why.
      } catch (IOException | RuntimeException e) {
        exchange.leaveLater();
        throw e;
      }
    }
  }

  /** An executor that looks at a directory of its own would find nothing of the others. */
  private void requireReached(TrainingState files) throws IOException {
    if (!files.isThere(start)) {
      throw StateFailure.outOfReach(state);
    }
  }

  private TrainingResult train(
      TransportExchange exchange, TrainingState files, TrainingListener listener)
      throws IOException {
    CorpusStream training = stream(Stream.TRAINING);
    CorpusStream heldOut = stream(Stream.HELD_OUT);
    try (SharedProcess process = SharedProcess.join(runId + "-" + attempt, () -> open(exchange));
        TrainingTask task =
            new TrainingTask(
                plan,
                process.get(),
                exchange,
                files,
                start,
                training.blocks(plan.recipe().blockLength(), plan.recipe().packing()),
                heldOut,
                listener)) {
      return run(task);
    }
  }

  private TrainingResult run(TrainingTask task) throws IOException {
    long wall = System.nanoTime();
    long onCore = CpuTime.ofThread();
    TrainingResult result = task.run();
    TaskCounters counters = outputs.counters().newTask();
    counters.addComputeNanos(System.nanoTime() - wall, CpuTime.ofThread() - onCore);
    counters.flush();
    return result;
  }

  private CorpusStream stream(Stream stream) throws IOException {
    return new CorpusStream(new HadoopCorpusFiles(corpus, hadoop.value()), manifest, stream);
  }

  /** The weights of this JVM. */
  private TrainingProcess open(TransportExchange exchange) {
    ModelCheckpoint checkpoint =
        ModelCheckpoint.open(ModelLocation.of(state + "/" + start.folder()).directory());
    try {
      int together = exchange.ranks().companions(exchange.rank()).length;
      TrainingProcess.requireMemory(checkpoint, plan.recipe(), exchange.tasks(), together);
      return new TrainingProcess(
          checkpoint,
          ExecutorModels.kernels(kernel).kernels(),
          KernelProvider.training(kernel).kernels());
    } catch (RuntimeException e) {
      checkpoint.close();
      throw e;
    }
  }
}
