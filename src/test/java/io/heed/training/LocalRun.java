package io.heed.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.architecture.ModelCheckpoint;
import io.heed.corpus.CorpusManifest;
import io.heed.corpus.CorpusStream;
import io.heed.corpus.CorpusVocabulary;
import io.heed.corpus.CorpusWriter;
import io.heed.corpus.Packing;
import io.heed.corpus.PartSummary;
import io.heed.corpus.Stream;
import io.heed.kernel.KernelChoice;
import io.heed.kernel.KernelProvider;
import io.heed.kernel.Kernels;
import io.heed.kernel.ReferenceKernels;
import io.heed.kernel.ReferenceTraining;
import io.heed.kernel.TrainingKernels;
import io.heed.train.HadoopCorpusFiles;
import io.heed.train.HadoopRunFiles;
import io.heed.training.TrainingPlan.Evaluation;
import io.heed.training.TrainingState.Whole;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;

/** A run of some tasks that are threads of this JVM, in a directory. */
final class LocalRun {
  private static final Configuration HADOOP = new Configuration();

  private final Path directory;
  private final int vocabulary;
  private final List<PartSummary> parts = new ArrayList<>();
  Kernels kernels = new ReferenceKernels();
  TrainingKernels training = new ReferenceTraining();
  long checkpointSteps;
  int patience;
  long evaluationSteps = 1000;
  TrainingListener listener = TrainingListener.NONE;

  LocalRun(Path directory, int vocabulary) {
    this.directory = directory;
    this.vocabulary = vocabulary;
  }

  /** The fast kernels. */
  LocalRun simd() {
    kernels = KernelProvider.choose(KernelChoice.AUTO).kernels();
    training = KernelProvider.training(KernelChoice.AUTO).kernels();
    return this;
  }

  static String config(int layers, int width, int heads, int vocabulary, int positions) {
    return String.format(
        Locale.ROOT,
        "{\"model_type\":\"gpt2\",\"n_layer\":%d,\"n_embd\":%d,\"n_head\":%d,"
            + "\"vocab_size\":%d,\"n_positions\":%d}",
        layers,
        width,
        heads,
        vocabulary,
        positions);
  }

  void documents(Stream stream, int part, List<int[]> documents) throws IOException {
    Path corpus = Files.createDirectories(directory.resolve("corpus"));
    CorpusVocabulary ids = CorpusVocabulary.of(vocabulary);
    try (CorpusWriter writer =
        new CorpusWriter(new HadoopCorpusFiles(corpus.toString(), HADOOP), ids, stream, part)) {
      for (int[] document : documents) {
        writer.add(document, document.length);
      }
      parts.add(writer.finish());
    }
  }

  TrainingState state() throws IOException {
    return new TrainingState(new HadoopRunFiles(directory.resolve("state").toString(), HADOOP));
  }

  void begin(String config, Recipe recipe) throws IOException {
    Path model = Files.createDirectories(directory.resolve("model"));
    Path file = Files.writeString(model.resolve("config.json"), config);
    InitialCheckpoint.random(state(), List.of(file), recipe.seed()).complete(recipe.entries());
  }

  TrainingResult run(Recipe recipe, int tasks) throws Exception {
    TrainingPlan plan =
        new TrainingPlan(
            recipe,
            recipe.entries(),
            new Evaluation(evaluationSteps, 1000, patience, recipe.blockLength() / 2, 1024),
            checkpointSteps,
            0,
            0);
    Whole start = state().newest(broken -> {}).orElseThrow();
    CorpusManifest manifest = CorpusManifest.of(CorpusVocabulary.of(vocabulary), parts);
    HadoopCorpusFiles files = new HadoopCorpusFiles(directory.resolve("corpus").toString(), HADOOP);
    CorpusStream blocks = new CorpusStream(files, manifest, Stream.TRAINING);
    CorpusStream heldOut = new CorpusStream(files, manifest, Stream.HELD_OUT);
    Postings postings = new Postings();
    ExecutorService threads = Executors.newFixedThreadPool(tasks);
    try (ModelCheckpoint checkpoint =
        ModelCheckpoint.open(directory.resolve("state").resolve(start.folder()))) {
      TrainingProcess process = new TrainingProcess(checkpoint, kernels, training);
      List<Callable<TrainingResult>> all = new ArrayList<>();
      for (int rank = 0; rank < tasks; rank++) {
        Exchange exchange = Exchange.within(rank, tasks, postings);
        all.add(
            () -> {
              try (TrainingTask task =
                  new TrainingTask(
                      plan,
                      process,
                      exchange,
                      state(),
                      start,
                      blocks.blocks(recipe.blockLength(), recipe.packing()),
                      heldOut,
                      listener)) {
                return task.run();
              } catch (Throwable e) {
                postings.fail(e);
                throw e;
              }
            });
      }
      TrainingResult result = null;
      for (Future<TrainingResult> future : threads.invokeAll(all)) {
        try {
          result = future.get();
        } catch (ExecutionException e) {
          if (e.getCause() instanceof ExchangeException) {
            continue;
          }
          throw (Exception) e.getCause();
        }
      }
      assertThat(postings.count()).as("what steps leave to be fetched").isLessThan(5 * tasks);
      return result;
    } finally {
      threads.shutdownNow();
    }
  }

  /** SHA-256 of the weights after a step. */
  String hash(long step) throws IOException {
    return HexFormat.of()
        .formatHex(
            TrainingState.digest()
                .digest(
                    Files.readAllBytes(
                        directory
                            .resolve("state")
                            .resolve(StateFormat.folder(step))
                            .resolve(StateFormat.WEIGHTS))));
  }

  static Recipe recipe(int batch, int length, int shards, long steps, double rate) {
    return new Recipe(
        batch,
        length,
        2,
        shards,
        Packing.DOCUMENTS,
        new Schedule(Schedule.Form.COSINE, rate, rate / 10, steps / 10, steps),
        new Adam(0.9, 0.95, 1e-8, 0.1, 1),
        DropoutRates.NONE,
        5);
  }
}
