package io.heed.spark.executor;

import io.heed.architecture.ModelCheckpoint;
import io.heed.engine.ModelTokenizer;
import io.heed.model.ModelHead;
import io.heed.model.ModelSpec;
import io.heed.output.RunReport;
import io.heed.settings.Effective;
import io.heed.settings.Settings;
import io.heed.text.TextTokenizer;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The model of a run's settings, as the driver looks at it before any task does. */
public final class OpenModel implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OpenModel.class);

  private final Settings settings;
  private final ModelLocation location;
  private final ModelCheckpoint checkpoint;

  /**
   * Opens the model of the settings.
   *
   * @throws io.heed.checkpoint.CheckpointException when it cannot be used
   */
  public OpenModel(Settings settings) {
    this(settings, Optional.empty());
  }

  /**
   * Opens the model of the settings for a task.
   *
   * @param task what texts are for, where that is said
   * @throws io.heed.checkpoint.CheckpointException when it cannot be used, or does not know the
   *     task
   */
  public OpenModel(Settings settings, Optional<String> task) {
    this.settings = settings;
    String given = settings.required(ModelSettings.MODEL);
    this.location = ModelLocation.ofCheckpoint(given);
    if (location.hub() != null) {
      LOG.info("Model: {} is commit {}, in {}", given, location.hub().revision(), location.text());
    }
    this.checkpoint = ModelCheckpoint.open(location.directory(), task);
  }

  public ModelCheckpoint checkpoint() {
    return checkpoint;
  }

  public ModelSpec spec() {
    return checkpoint.spec();
  }

  /** What tasks find the model and the modules behind its pooling by. */
  public ModelReference reference() {
    return reference(ModelHead.VECTORS);
  }

  /**
   * What tasks find the model by; all its tensors are there.
   *
   * @param head what is asked for behind the hidden states
   * @throws io.heed.checkpoint.CheckpointException when a tensor is missing or has another shape
   */
  public ModelReference reference(ModelHead head) {
    checkpoint.check(head);
    return new ModelReference(
        location,
        checkpoint.task().orElse(null),
        head,
        checkpoint.hash(),
        settings.value(ModelSettings.KERNEL));
  }

  /**
   * What the run report says of the model.
   *
   * @param tokenizes whether its tokenizer makes tokens of texts
   */
  public RunReport.Model summary(boolean tokenizes) {
    return new RunReport.Model(
        location.text(),
        checkpoint.hash(),
        spec().hasBlocks() ? layers() : table(),
        tokenizes ? ModelTokenizer.hash(checkpoint.files()) : null);
  }

  private String table() {
    return String.format(
        Locale.ROOT,
        "%s, width %d, %d token ids",
        spec().modelType(),
        spec().width(),
        spec().vocabulary());
  }

  private String layers() {
    return String.format(
        Locale.ROOT,
        "%s, %d layers, width %d, %d heads, %d positions, %d token ids",
        spec().modelType(),
        spec().layers(),
        spec().width(),
        spec().heads(),
        spec().positions(),
        spec().vocabulary());
  }

  /**
   * For means of a table, of which no token's vector is copied, more than by default: the longer
   * the tokenizer runs, and then the sums, the more of either stays in the caches of a core.
   *
   * @param means whether vectors are means and nothing else
   */
  public int batchTokens(boolean means) {
    return means && !spec().hasBlocks()
        ? settings
            .find(
                ModelSettings.BATCH_TOKENS,
                Optional.of(new Effective<>(ModelSettings.TABLE_TOKENS, spec().modelType())))
            .orElseThrow()
        : batchTokens();
  }

  /** For wide models fewer than by default, so that a batch takes no more memory. */
  public int batchTokens() {
    int tokens = Math.max(1, ModelSettings.BATCH_VALUES / spec().width());
    Optional<Effective<Integer>> model =
        Optional.of(new Effective<>(tokens, "hidden size, config.json"))
            .filter(
                fewer -> fewer.value() < ModelSettings.BATCH_TOKENS.defaultValue().orElseThrow());
    return settings.find(ModelSettings.BATCH_TOKENS, model).orElseThrow();
  }

  /**
   * Tokens that a prompt puts before those of a text.
   *
   * @throws io.heed.text.TokenizerException when the tokenizer cannot be used
   */
  public int promptTokens(String prompt) {
    try (TextTokenizer tokenizer = ModelTokenizer.open(checkpoint.files())) {
      return tokenizer.tokensBefore(prompt);
    }
  }

  /**
   * Opens the tokenizer once on the driver, so that a bad one ends the job before it begins.
   *
   * @return how many special tokens every text has
   * @throws io.heed.text.TokenizerException when it cannot be used
   */
  public int checkTokenizer() {
    try (TextTokenizer tokenizer = ModelTokenizer.open(checkpoint.files())) {
      return tokenizer.specialTokens();
    }
  }

  /** Whether the texts of a pair are told apart by the types of their tokens. */
  public boolean typesPairs() {
    return spec().tokenTypes() > 1 && checkpoint.files().tokenizerConfig().typed();
  }

  /** The same of pairs of texts. */
  public int checkPairTokenizer() {
    try (TextTokenizer tokenizer = ModelTokenizer.open(checkpoint.files())) {
      return tokenizer.pairs().specialTokens();
    }
  }

  /**
   * Reads the strings of the tokens once on the driver, for the same reason.
   *
   * @throws io.heed.text.TokenizerException when they cannot be read
   */
  public void checkTokenStrings() {
    ModelTokenizer.strings(checkpoint.files(), spec().vocabulary());
  }

  @Override
  public void close() {
    checkpoint.close();
  }
}
