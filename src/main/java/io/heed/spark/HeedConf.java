package io.heed.spark;

import io.heed.engine.AttentionEngine.Order;
import io.heed.engine.Sampling;
import io.heed.input.InputFormat;
import io.heed.input.QuotedRows;
import io.heed.kernel.AttentionMask.NoVisibleKey;
import io.heed.kernel.KernelChoice;
import io.heed.layer.AttentionScore;
import io.heed.layer.InputLayer.Positions;
import io.heed.layer.Pooling;
import io.heed.output.ProgressMode;
import io.heed.regression.AttentionPooling;
import io.heed.series.BarDiscretizer;
import io.heed.settings.ByteSize;
import io.heed.settings.PartitionChoice;
import io.heed.settings.Setting;
import io.heed.settings.Texts;
import io.heed.settings.ValueType;
import java.util.List;
import org.apache.spark.sql.types.StructType;

/**
 * Every setting of Heed, each declared once: the options, their help, the {@code spark.heed.*} keys
 * and {@code conf/heed-defaults.conf} come from here.
 */
public final class HeedConf {
  private static final String DOCUMENTATION_HEAD =
      """
      # Every spark.heed.* key. This file documents; nothing loads it.
      #
      # To set a key, copy its line without the # into spark-defaults.conf, or give it to one run:
      #
      #     jobs/embed --input texts.jsonl ... -- --conf spark.heed.kernel=reference
      #
      # A job's option of the same name in kebab-case (--kernel) goes before the key, the key before what
      # the checkpoint's own files say, and those before the default.
      """;

  private static final long SMALLEST_SPLIT = 64 * 1024;

  /** Values in the hidden states of a batch, where {@code --batch-tokens} says nothing else. */
  static final int BATCH_VALUES = 768 * 1024;

  public static final Setting<String> INPUT =
      Setting.ofRun("input", ValueType.text("PATH"), "File, directory or glob to read");
  public static final Setting<InputFormat> INPUT_FORMAT =
      Setting.ofRun(
          "input-format",
          ValueType.choice(InputFormat.class),
          "Format of the input, where the file names do not tell");
  public static final Setting<StructType> INPUT_SCHEMA =
      Setting.ofRun(
          "input-schema",
          ValueType.columns(),
          "Types of the id and kept columns of JSON lines and CSV, such as 'id BIGINT, topic STRING';"
              + " without it the first JSON lines tell, and CSV is text");
  public static final Setting<QuotedRows> QUOTED_ROWS =
      Setting.ofRun(
              "quoted-rows",
              ValueType.choice(QuotedRows.class),
              "A quoted CSV cell whose lines look like rows of the table: reject takes its quote for"
                  + " one that is left open and rejects each line; keep reads it as a cell")
          .withDefault(QuotedRows.REJECT);
  public static final Setting<String> CONTEXT_INPUT =
      Setting.ofRun(
          "context-input",
          ValueType.text("PATH"),
          "File, directory or glob of a second table that holds the contexts, one row per id");
  public static final Setting<String> OUTPUT =
      Setting.ofRun("output", ValueType.text("DIR"), "Directory to write Parquet to");
  public static final Setting<Boolean> OVERWRITE =
      Setting.ofRun("overwrite", ValueType.truth(), "Replace an earlier output of Heed")
          .withDefault(false);
  public static final Setting<String> MODEL =
      Setting.ofRun(
          "model",
          ValueType.text("DIR"),
          "Hugging Face checkpoint: a directory on every node, the name of an entry of --archives, or"
              + " a Hadoop URI");
  public static final Setting<String> ID_COLUMN =
      Setting.ofRun(
          "id-column",
          ValueType.text("NAME"),
          "Column that names the rows (default: id; where the input has none, file#position)");
  public static final Setting<List<String>> KEEP_COLUMNS =
      Setting.ofRun(
          "keep-columns", ValueType.names("A,B"), "Input columns that the output has as well");
  public static final Setting<String> TEXT_COLUMN =
      Setting.ofRun("text-column", ValueType.text("NAME"), "Column with the texts")
          .withDefault("text");
  public static final Setting<String> TOKENS_COLUMN =
      Setting.ofRun(
          "tokens-column",
          ValueType.text("NAME"),
          "Column with arrays of token ids, special tokens included, instead of texts");
  public static final Setting<String> TOKEN_TYPES_COLUMN =
      Setting.ofRun(
          "token-types-column",
          ValueType.text("NAME"),
          "Column with arrays that say which segment each token id belongs to, 0 for the first and 1"
              + " for the second of a pair (default: all tokens are of type 0)");
  public static final Setting<String> SERIES_COLUMN =
      Setting.ofRun(
          "series-column",
          ValueType.text("NAME"),
          "Column with price bars in time, arrays of structs with open, high, low, close and volume;"
              + " the first bar of a row is what the others are measured by");
  public static final Setting<Integer> BINS =
      Setting.ofRun(
              "bins",
              ValueType.integer(BarDiscretizer.LEAST_BINS, BarDiscretizer.MOST_BINS),
              "Bins, and so token ids, for each of open, high, low, close and volume; a model needs"
                  + " a vocabulary of five times as many")
          .withDefault(64);
  public static final Setting<String> PROMPT =
      Setting.ofRun("prompt", ValueType.text("TEXT"), "Text put before each text");
  public static final Setting<String> PROMPT_NAME =
      Setting.ofRun(
          "prompt-name", ValueType.text("NAME"), "Prompt of the checkpoint put before each text");

  public static final Setting<String> QUERY_COLUMN =
      Setting.ofRun(
              "query-column",
              ValueType.text("NAME"),
              "Column with the sequences that attend, arrays of vectors")
          .withDefault("query");
  public static final Setting<String> CONTEXT_COLUMN =
      Setting.ofRun(
          "context-column",
          ValueType.text("NAME"),
          "Column with the sequences attended to (default: the queries themselves; context where"
              + " there is a second table)");
  public static final Setting<String> ATTENTION_COLUMN =
      Setting.ofRun(
          "attention-column",
          ValueType.text("NAME"),
          "Column with attention weights of any origin, a row for each result with a weight for each"
              + " vector of the context, which they average; then nothing is compared");
  public static final Setting<String> MASK_COLUMN =
      Setting.ofRun(
          "mask-column",
          ValueType.text("NAME"),
          "Column with masks, a row of 0 and 1 for each query, 1 where it sees a key");
  public static final Setting<String> LAYER_WEIGHTS =
      Setting.ofRun(
          "weights",
          ValueType.text("FILE"),
          "Safetensors file, on every node, in an entry of --archives or at a Hadoop URI, with"
              + " query.weight [out, in], query.bias, the same of key, value and output, score.weight"
              + " and score.vector; a map that is absent changes nothing");
  public static final Setting<Integer> HEADS =
      Setting.ofRun(
              "heads",
              ValueType.integer(1, 1 << 16),
              "Attention heads; the width of queries, keys and values is a multiple of them")
          .withDefault(1);
  public static final Setting<Order> MASK =
      Setting.ofRun(
              "mask",
              ValueType.choice(Order.class),
              "Which keys a query may see by its place; with causal its own and earlier ones")
          .withDefault(Order.NONE);
  public static final Setting<AttentionScore.Form> SCORE =
      Setting.ofRun(
              "score",
              ValueType.choice(AttentionScore.Form.class),
              "How a query is compared with a key; general needs score.weight, additive"
                  + " score.vector")
          .withDefault(AttentionScore.Form.SCALED_DOT);
  public static final Setting<String> EMBEDDING =
      Setting.ofRun(
          "embedding",
          ValueType.text("FILE"),
          "Safetensors file, found as that of --weights is, with the vectors of the token ids of"
              + " --tokens-column, embedding.weight [ids, width]; they are multiplied by the root of"
              + " the width");
  public static final Setting<Positions> POSITIONS =
      Setting.ofRun(
              "positions",
              ValueType.choice(Positions.class),
              "What is added to the vectors of --embedding; with sinusoidal sines and cosines of a"
                  + " token's place")
          .withDefault(Positions.SINUSOIDAL);
  public static final Setting<Double> DROPOUT =
      Setting.ofRun(
              "dropout",
              ValueType.dropout(),
              "Share of the values of --embedding, and of the attention weights, that are dropped as"
                  + " in training; the rest is scaled up")
          .withDefault(0.0);
  public static final Setting<NoVisibleKey> NO_VISIBLE_KEY =
      Setting.ofRun(
              "no-visible-key",
              ValueType.choice(NoVisibleKey.class),
              "What a query gets of which --mask-column hides every key: zeros, or with uniform the"
                  + " mean over all keys")
          .withDefault(NoVisibleKey.ZEROS);
  public static final Setting<Boolean> WITH_WEIGHTS =
      Setting.ofRun(
              "with-weights",
              ValueType.truth(),
              "Whether the output has the weights of every head, query and key")
          .withDefault(false);
  public static final Setting<List<String>> FEATURES =
      Setting.ofRun(
          "features",
          ValueType.names("A,B"),
          "Columns with numbers, or one with arrays of numbers or vectors");
  public static final Setting<String> LABEL =
      Setting.ofRun("label", ValueType.text("NAME"), "Column with the numbers to predict")
          .withDefault("label");
  public static final Setting<String> QUERIES =
      Setting.ofRun(
          "queries",
          ValueType.text("PATH"),
          "Table to predict for; without it, predictions are for the rows of the input, each of which"
              + " is then among the rows it is predicted from");
  public static final Setting<String> TRUTH =
      Setting.ofRun(
          "truth",
          ValueType.text("NAME"),
          "Column of the queries with the true numbers, which is drawn beside the predictions");
  public static final Setting<AttentionPooling.Kernel> WEIGHTING =
      Setting.ofRun(
              "weighting",
              ValueType.choice(AttentionPooling.Kernel.class),
              "How rows are weighted: all alike, or by distance with a given or a learned width")
          .withDefault(AttentionPooling.Kernel.LEARNED);
  public static final Setting<AttentionPooling.Optimizer> OPTIMIZER =
      Setting.ofRun(
              "optimizer",
              ValueType.choice(AttentionPooling.Optimizer.class),
              "How a width is learned: the best of all widths, or by gradient descent, which may"
                  + " overshoot")
          .withDefault(AttentionPooling.Optimizer.SEARCH);
  public static final Setting<Double> STEP_SIZE =
      Setting.ofRun("step-size", ValueType.positive(), "Factor of the gradient in sgd")
          .withDefault(0.5);
  public static final Setting<Integer> EPOCHS =
      Setting.ofRun("epochs", ValueType.integer(1, Integer.MAX_VALUE), "Steps of sgd")
          .withDefault(5);
  public static final Setting<Long> SEED =
      Setting.ofRun(
              "seed",
              ValueType.longInteger(0, Long.MAX_VALUE),
              "Draws the width at which sgd begins, from 0 to 1")
          .withDefault(0L);
  public static final Setting<Double> WIDTH =
      Setting.ofRun(
          "width",
          ValueType.positive(),
          "Width of weighting gaussian (default: 1), or at which sgd begins (default: drawn)");
  public static final Setting<Integer> MAX_TRAINING_QUERIES =
      Setting.ofRun(
              "max-training-queries",
              ValueType.integer(1, Integer.MAX_VALUE),
              "Most rows whose errors make the loss, since its time grows with rows times these")
          .withDefault(10_000);
  public static final Setting<List<Integer>> WITH_ATTENTION =
      Setting.ofRun(
          "with-attention",
          ValueType.integers("LAYER[,LAYER]"),
          "Layers whose attention weights the output has as well, with the token strings: 1 is the"
              + " first, next to the input, and -1 the last");
  public static final Setting<Integer> HEAT_MAPS =
      Setting.ofRun(
              "heat-maps",
              ValueType.integer(0, 100),
              "Rows, the first of the input, whose attention weights are drawn as PNG into"
                  + " _heed/plots, with --with-attention")
          .withDefault(0);

  public static final Setting<Integer> STRIDE =
      Setting.ofRun(
          "stride",
          ValueType.integer(1, Integer.MAX_VALUE),
          "Tokens from one window to the next in a row that is longer than the model's positions;"
              + " below these, so that each window sees tokens before those it scores (default:"
              + " half the positions)");
  public static final Setting<Boolean> TOKEN_LOG_PROBABILITIES =
      Setting.ofRun(
              "token-log-probabilities",
              ValueType.truth(),
              "Whether the output has the log-probability of each token after the first")
          .withDefault(false);
  public static final Setting<Integer> MAX_NEW_TOKENS =
      Setting.ofRun(
              "max-new-tokens",
              ValueType.integer(1, 1 << 20),
              "Most tokens that are generated for a row")
          .withDefault(64);
  public static final Setting<Double> TEMPERATURE =
      Setting.ofRun(
              "temperature",
              ValueType.zeroOr("T", Sampling.LEAST_TEMPERATURE, 1000),
              "How freely tokens are drawn; with 0 the most likely one is taken")
          .withDefault(0.0);
  public static final Setting<Integer> TOP_K =
      Setting.ofRun(
          "top-k",
          ValueType.integer(1, Integer.MAX_VALUE),
          "Draw among this many of the most likely tokens (default: all)");
  public static final Setting<Double> TOP_P =
      Setting.ofRun(
          "top-p",
          ValueType.share(),
          "Draw among the fewest most likely tokens whose probabilities, after --top-k, reach this"
              + " sum (default: 1, all)");
  public static final Setting<Texts> STOP =
      Setting.ofRun(
          "stop",
          ValueType.texts(),
          "Text that ends a row, or a JSON array of such texts; the row's text ends before it");
  public static final Setting<List<Integer>> STOP_TOKENS =
      Setting.ofRun(
          "stop-tokens", ValueType.integers("ID[,ID]"), "Token ids that end a row, and stay in it");

  public static final Setting<Pooling> POOLING =
      Setting.of(
              "pooling",
              ValueType.choice(Pooling.class),
              "How the tokens of a row become its vector; with tokens, one vector per token")
          .withModelDefault("what the checkpoint says")
          .withDefault(Pooling.MEAN);
  public static final Setting<Boolean> NORMALIZE =
      Setting.of("normalize", ValueType.truth(), "Whether each vector is scaled to length 1")
          .withModelDefault("what the checkpoint says")
          .withDefault(true);
  public static final Setting<VectorType> VECTOR_TYPE =
      Setting.of(
              "vector-type",
              ValueType.choice(VectorType.class),
              "Type of the vectors that are written: array<float>, or the vector of Spark ML, which"
                  + " KMeans and other stages take")
          .withDefault(VectorType.ARRAY);
  public static final Setting<Integer> MAX_LENGTH =
      Setting.of(
              "max-length",
              ValueType.integer(1, Integer.MAX_VALUE),
              "Tokens after which a row is cut, special tokens included; at most the model's"
                  + " positions")
          .withUnit("tokens")
          .withModelDefault(
              "the checkpoint's max_seq_length, else its tokenizer's model_max_length, else the"
                  + " model's positions");
  public static final Setting<Integer> BATCH_TOKENS =
      Setting.of(
              "batch-tokens",
              ValueType.integer(1, 1 << 20),
              "Tokens computed together, which bounds the memory of a task; a longer row is computed"
                  + " alone")
          .withUnit("tokens; in jobs/attend vectors, of queries and context")
          .withModelDefault(BATCH_VALUES + " / the checkpoint's hidden_size where that is less")
          .withDefault(1024);
  public static final Setting<ByteSize> CACHE_MEMORY =
      Setting.of(
              "cache-memory",
              ValueType.bytes(1),
              "Keys and values that a task of jobs/generate keeps; they are the rows that it"
                  + " continues at once, 64 at most")
          .withUnit("bytes, or with k, m or g kibi-, mebi- or gibibytes")
          .withDefault(ByteSize.mebibytes(256));
  public static final Setting<Double> MAX_REJECTED_FRACTION =
      Setting.of(
              "max-rejected-fraction",
              ValueType.fraction(),
              "Share of rejected rows above which nothing but the rejected rows is published")
          .withDefault(0.1);
  public static final Setting<PartitionChoice> PARTITIONS =
      Setting.of(
              "partitions",
              PartitionChoice.TYPE,
              "Into how many tasks the rows go; auto shuffles them only where cores would be idle,"
                  + " input never does")
          .withUnit("tasks")
          .withDefault(PartitionChoice.AUTO);
  public static final Setting<ByteSize> SPLIT_BYTES =
      Setting.of(
              "split-bytes",
              ValueType.bytes(SMALLEST_SPLIT),
              "Largest part of a text-like file that one task reads; less where cores would be idle")
          .withUnit("bytes, or with k, m or g kibi-, mebi- or gibibytes")
          .withDefault(ByteSize.mebibytes(8));
  public static final Setting<KernelChoice> KERNEL =
      Setting.of(
              "kernel",
              ValueType.choice(KernelChoice.class),
              "Which kernels compute; both give the same bits, simd fails where it cannot run")
          .withDefault(KernelChoice.AUTO);
  public static final Setting<ProgressMode> PROGRESS =
      Setting.of(
              "progress",
              ValueType.choice(ProgressMode.class),
              "Whether a line on stderr shows rows, tokens, speed and time left; auto shows it on a"
                  + " terminal")
          .withDefault(ProgressMode.AUTO);
  public static final Setting<Boolean> STACK_TRACE =
      Setting.of("stack-trace", ValueType.truth(), "Whether an error is told with its stack trace")
          .withDefault(false);

  /** The settings that Spark's configuration may give, in the order of the documentation. */
  public static final List<Setting<?>> CONFIGURATION =
      List.of(
          POOLING,
          NORMALIZE,
          VECTOR_TYPE,
          MAX_LENGTH,
          BATCH_TOKENS,
          CACHE_MEMORY,
          MAX_REJECTED_FRACTION,
          PARTITIONS,
          SPLIT_BYTES,
          KERNEL,
          PROGRESS,
          STACK_TRACE);

  private HeedConf() {}

  /** The text of {@code conf/heed-defaults.conf}. */
  static String documentation() {
    StringBuilder text = new StringBuilder(DOCUMENTATION_HEAD);
    CONFIGURATION.forEach(setting -> document(setting, text));
    return text.toString();
  }

  private static void document(Setting<?> setting, StringBuilder text) {
    text.append("\n# ").append(setting.documentation()).append(".\n");
    text.append("#   type:    ").append(setting.type().rule()).append('\n');
    setting.unit().ifPresent(unit -> text.append("#   unit:    ").append(unit).append('\n'));
    setting
        .defaultText()
        .ifPresent(value -> text.append("#   default: ").append(value).append('\n'));
    text.append('#').append(setting.key()).append("  ");
    text.append(setting.defaultValue().map(ValueType::write).orElse(setting.type().label()));
    text.append('\n');
  }
}
