package io.heed.job;

import io.heed.LocalSpark;
import io.heed.checkpoint.BertCheckpointFixture;
import io.heed.checkpoint.WordPieceFixture;
import io.heed.embed.EmbedJob;
import io.heed.job.JobHarness.Ended;
import io.heed.spark.executor.ModelOfExecutor;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Embeds with two tasks at a time, while no more heap is free than the tasks may take, and prints
 * each case that ends well; then with a token budget that takes more, in which no run can end well.
 * A JVM of its own, because one that has run out of memory is of no more use.
 */
final class EmbedInLittleMemory {
  /** How many tasks run at a time. */
  private static final int SLOTS = 2;

  /** Each input has as many files, and each file is a task: while some run, others wait. */
  private static final int TASKS = 2 * SLOTS;

  /** Silence that ends nothing: the machine may be slow, or stop for a while. */
  private static final Map<String, String> PATIENCE = Map.of("spark.network.timeout", "3600s");

  private static final String TOKENS = "--tokens-column=tokens";
  private static final String PER_TOKEN = "--pooling=tokens";

  private final Path directory;
  private final long freeBytes;
  private final LargeTables tables;

  private EmbedInLittleMemory(Path directory, long freeBytes) {
    this.directory = directory;
    this.freeBytes = freeBytes;
    this.tables =
        new LargeTables(directory, TASKS, LocalSpark.with("local[" + SLOTS + "]", PATIENCE));
  }

  /** Takes a directory to work in, and the heap in bytes that each task may take. */
  public static void main(String... arguments) throws Exception {
    new EmbedInLittleMemory(Path.of(arguments[0]), SLOTS * Long.parseLong(arguments[1])).run();
    Runtime.getRuntime().halt(0);
  }

  private void run() throws IOException {
    // What Spark keeps from its first run on is no task's.
    embed(model(128), tables.fewRows(), TOKENS);
    measure("128 wide, short rows", 128, tables.shortRows(128), TOKENS);
    measure("384 wide, texts beside pages", 384, tables.texts());
    measure("1024 wide, Parquet", 1024, tables.parquet(1024), TOKENS);
    Path longRows = tables.longRows();
    measure("384 wide, a vector per token", 384, longRows, TOKENS, PER_TOKEN);
    String large = "--batch-tokens=16384";
    measure("384 wide, large batches", 384, longRows, TOKENS, PER_TOKEN, large);
  }

  /** Embeds while little memory is free beside the weights. */
  private void measure(String name, int width, Path input, String... options) throws IOException {
    Path model = model(width);
    Object weights = ModelOfExecutor.held(model);
    Object ballast = Ballast.leaving(freeBytes);
    embed(model, input, options);
    Reference.reachabilityFence(ballast);
    Reference.reachabilityFence(weights);
    requireTasks();
    System.out.println(name);
  }

  private Path model(int width) throws IOException {
    Path model = directory.resolve("model" + width);
    if (!Files.exists(model)) {
      BertCheckpointFixture.of(1, width, width / 64, LargeTables.VOCABULARY, 7)
          .withTokenizer(WordPieceFixture.ascii())
          .write(model);
    }
    return model;
  }

  private void embed(Path model, Path input, String... options) {
    List<String> arguments =
        new ArrayList<>(List.of("--model=" + model, "--input=" + input, "--output=" + output()));
    arguments.addAll(List.of("--overwrite", "--keep-columns=page"));
    arguments.addAll(List.of("--partitions=input", "--progress=off"));
    arguments.addAll(Arrays.asList(options));
    Ended ended = JobHarness.run(new EmbedJob(), arguments.toArray(String[]::new));
    if (ended.exit() != ExitCode.DONE) {
      throw new IllegalStateException(ended.err());
    }
  }

  private void requireTasks() throws IOException {
    try (Stream<Path> files = Files.list(output())) {
      long tasks = files.filter(file -> file.toString().endsWith(".parquet")).count();
      if (tasks != TASKS) {
        throw new IllegalStateException(
            String.format(Locale.ROOT, "%d tasks instead of %d", tasks, TASKS));
      }
    }
  }

  private Path output() {
    return directory.resolve("out");
  }
}
