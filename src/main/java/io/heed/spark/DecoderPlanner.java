package io.heed.spark;

import io.heed.architecture.ModelCheckpoint;
import io.heed.checkpoint.CheckpointException;
import io.heed.layer.KeyValueCache;
import io.heed.model.ModelSpec;
import io.heed.output.RunReport;
import io.heed.series.BarDiscretizer;
import io.heed.series.DiscretizerFile;
import io.heed.settings.ByteSize;
import io.heed.settings.Effective;
import io.heed.settings.Setting;
import io.heed.settings.SettingException;
import io.heed.settings.Settings;
import io.heed.settings.Texts;
import io.heed.spark.GenerationPlan.Choice;
import io.heed.spark.TokenSource.Kind;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Decides, on the driver, how a decoder scores or continues rows: what the settings say and what
 * the model says.
 */
public final class DecoderPlanner implements AutoCloseable {
  /** How many tokens scoring tells. */
  public static final Setting<Integer> NEXT_TOKENS =
      HeedConf.TOP_K.describedAs(
          "How many of the tokens that may follow the last one are told, most likely first"
              + " (default: none)");

  /** What a draw depends on besides the row. */
  public static final Setting<Long> SEED =
      HeedConf.SEED.describedAs(
          "Makes the draws others; with the same seed and id a row has the same tokens wherever it"
              + " is computed");

  private final Settings settings;
  private final OpenModel model;
  private final ModelSpec spec;

  /**
   * Opens the model of the settings.
   *
   * @throws io.heed.checkpoint.CheckpointException when it cannot be used, or is no decoder
   */
  public DecoderPlanner(Settings settings) {
    this.settings = settings;
    this.model = new OpenModel(settings);
    this.spec = model.spec();
    model.checkpoint().requireDecoder();
  }

  /**
   * The plan for scoring.
   *
   * @throws SettingException when settings contradict each other or the model
   * @throws io.heed.checkpoint.CheckpointException when a tensor is missing or has another shape
   * @throws io.heed.text.TokenizerException when texts cannot be tokenized
   */
  public ScoringPlan scoring(Kind kind) {
    return new ScoringPlan(
        model.reference(),
        tokens(kind),
        stride(),
        settings.find(NEXT_TOKENS).map(k -> Math.min(k, spec.vocabulary())).orElse(0),
        settings.value(HeedConf.TOKEN_LOG_PROBABILITIES),
        model.batchTokens());
  }

  /** The plan for generation, with the exceptions of {@link #scoring}. */
  public GenerationPlan generation(Kind kind) {
    ModelReference reference = model.reference();
    boolean hasTokenizer = Files.exists(model.checkpoint().files().tokenizer());
    List<String> stopTexts = settings.find(HeedConf.STOP).map(Texts::values).orElse(List.of());
    if (!stopTexts.isEmpty() && !hasTokenizer) {
      throw new SettingException(
          String.format(
              Locale.ROOT,
              "%s is a text, and the model has no tokenizer to make texts with (%s); %s takes token ids",
              HeedConf.STOP.option(),
              model.checkpoint().files().tokenizer(),
              HeedConf.STOP_TOKENS.option()));
    }
    if (!stopTexts.isEmpty() && kind == Kind.BARS) {
      throw new SettingException(
          String.format(
              Locale.ROOT,
              "%s is a text, and bars have none; %s takes token ids",
              HeedConf.STOP.option(),
              HeedConf.STOP_TOKENS.option()));
    }
    TokenSource tokens = tokens(kind);
    if (hasTokenizer && kind == Kind.IDS) {
      model.checkTokenizer();
    }
    return new GenerationPlan(
        reference,
        tokens,
        sampling(),
        kind == Kind.BARS ? Set.of() : new TreeSet<>(spec.endOfText()),
        stopTokens(),
        stopTexts,
        hasTokenizer && kind != Kind.BARS,
        settings.value(HeedConf.MAX_NEW_TOKENS),
        cachePlaces(),
        model.batchTokens());
  }

  /** What the run report says of the model. */
  public RunReport.Model summary() {
    return model.summary();
  }

  @Override
  public void close() {
    model.close();
  }

  private TokenSource tokens(Kind kind) {
    if (kind == Kind.BARS) {
      return TokenSource.bars(discretizer());
    }
    if (kind == Kind.TEXT) {
      model.checkTokenizer();
    }
    return TokenSource.whole(kind);
  }

  private BarDiscretizer discretizer() {
    ModelCheckpoint checkpoint = model.checkpoint();
    return checkpoint
        .barDiscretizer()
        .orElseThrow(
            () ->
                new CheckpointException(
                    String.format(
                        Locale.ROOT,
                        "there is no %s in %s, which makes token ids of bars; jobs/discretize fits one",
                        DiscretizerFile.NAME,
                        checkpoint.files().path())));
  }

  private int stride() {
    int positions = spec.positions();
    if (positions == 1) {
      throw new CheckpointException(
          "n_positions 1 is too few: a token is scored by one before it (config.json)");
    }
    Optional<Effective<Integer>> half =
        Optional.of(new Effective<>(positions / 2, "half the positions, config.json"));
    int stride = settings.find(HeedConf.STRIDE, half).orElseThrow();
    if (stride >= positions) {
      throw new SettingException(
          String.format(
              Locale.ROOT,
              "%s %d is not below the %d positions of the model (config.json)",
              HeedConf.STRIDE.option(),
              stride,
              positions));
    }
    return stride;
  }

  private Choice sampling() {
    double temperature = settings.value(HeedConf.TEMPERATURE);
    Optional<Integer> topK = settings.find(HeedConf.TOP_K);
    Optional<Double> topP = settings.find(HeedConf.TOP_P);
    return new Choice(temperature, topK.orElse(0), topP.orElse(1.0), settings.value(SEED));
  }

  private Set<Integer> stopTokens() {
    Set<Integer> ids = new TreeSet<>(settings.find(HeedConf.STOP_TOKENS).orElse(List.of()));
    for (int id : ids) {
      if (id < 0 || id >= spec.vocabulary()) {
        throw new SettingException(
            String.format(
                Locale.ROOT,
                "%s %d is not in 0 to %d, the token ids of the model (vocab_size, config.json)",
                HeedConf.STOP_TOKENS.option(),
                id,
                spec.vocabulary() - 1));
      }
    }
    return ids;
  }

  /** The memory as tokens; it has to hold a row of one token at least. */
  private int cachePlaces() {
    ByteSize memory = settings.value(HeedConf.CACHE_MEMORY);
    KeyValueCache.Shape shape = spec.cacheShape();
    int places = KeyValueCache.places(shape, memory.bytes());
    if (places == 0) {
      throw new SettingException(
          String.format(
              Locale.ROOT,
              "%s %s is too small for a row: this model takes %d bytes for each token, in steps of %d",
              HeedConf.CACHE_MEMORY.option(),
              memory,
              KeyValueCache.bytesPerToken(shape),
              KeyValueCache.STEP));
    }
    return places;
  }
}
