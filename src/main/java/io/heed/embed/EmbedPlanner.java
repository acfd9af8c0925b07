package io.heed.embed;

import io.heed.checkpoint.SentenceTransformers;
import io.heed.checkpoint.TaskException;
import io.heed.engine.VectorEnding;
import io.heed.engine.VectorEnding.VectorNorm;
import io.heed.layer.Pooling;
import io.heed.layer.Poolings;
import io.heed.settings.Effective;
import io.heed.settings.SettingException;
import io.heed.settings.Settings;
import io.heed.spark.executor.ModelReference;
import io.heed.spark.executor.OpenModel;
import io.heed.spark.table.VectorSettings;
import io.heed.spark.table.VectorType;
import io.heed.spark.tokens.LengthLimit;
import io.heed.spark.tokens.TokenColumns;
import io.heed.spark.tokens.TokenPlanner;
import io.heed.spark.tokens.TokenSettings;
import io.heed.spark.tokens.TokenSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.types.StructType;

/** Decides, on the driver, how rows are embedded: what the settings say and what the model says. */
final class EmbedPlanner implements TokenPlanner<EmbedPlan> {
  /** Spark takes no row of 2 GB, and needs room beside these weights. */
  private static final long MOST_WEIGHT_BYTES = 1 << 30;

  private final Settings settings;
  private final OpenModel model;
  private final SentenceTransformers own;
  private final EmbedDefaults defaults;

  /**
   * Opens the model of the settings.
   *
   * @throws io.heed.checkpoint.CheckpointException when it cannot be used
   */
  public EmbedPlanner(Settings settings) {
    this.settings = settings;
    this.model = open(settings);
    this.own = model.checkpoint().files().sentenceTransformers();
    this.defaults = EmbedDefaults.of(model.checkpoint());
  }

  private static OpenModel open(Settings settings) {
    try {
      return new OpenModel(settings, settings.find(EmbedSettings.TASK));
    } catch (TaskException e) {
      throw new SettingException(
          String.format(Locale.ROOT, "%s: %s", settings.place(EmbedSettings.TASK), e.getMessage()));
    }
  }

  @Override
  public EmbedPlan plan(TokenSource tokens) {
    checkTypes(tokens);
    ModelReference reference = model.reference();
    LengthLimit limit = limit();
    int maxLength = limit.tokens();
    String prompt = prompt(tokens);
    if (tokens.tokenizes()) {
      limit.requireRoom(model.checkTokenizer());
    }
    Poolings pooling = pooling();
    return new EmbedPlan(
        reference,
        tokens,
        prompt,
        maxLength,
        pooling.behind(promptTokens(prompt, pooling, limit)),
        ending(pooling),
        vectorType(),
        model.batchTokens(pooling.isMean()),
        attentionLayers(maxLength),
        model.spec().vocabulary());
  }

  @Override
  public OpenModel model() {
    return model;
  }

  /** How tokens become vectors. */
  private Poolings pooling() {
    List<Pooling> each = settings.find(EmbedSettings.POOLING, defaults.pooling()).orElseThrow();
    String place = settings.place(EmbedSettings.POOLING);
    refuse(EmbedRules.poolingFault(each, model.spec(), place));
    Poolings pooling = new Poolings(each, 0);
    refuse(EmbedRules.widthFault(own, pooling.outputs(model.spec().width()), place));
    return pooling;
  }

  /** Tokens at the beginning of each row that are not pooled. */
  private int promptTokens(String prompt, Poolings pooling, LengthLimit limit) {
    if (defaults.poolsPrompt() || prompt.isEmpty() || pooling.ofTokens()) {
      return 0;
    }
    int tokens = model.promptTokens(prompt);
    refuse(EmbedRules.promptLengthFault(tokens, limit.tokens(), limit.place()));
    return tokens;
  }

  @Override
  public StructType added(TokenSource tokens) {
    checkTypes(tokens);
    int maxLength = limit().tokens();
    prompt(tokens);
    boolean withAttention = !attentionLayers(maxLength).isEmpty();
    Poolings pooling = pooling();
    ending(pooling);
    return EmbedPlan.added(pooling, vectorType(), withAttention);
  }

  private void checkTypes(TokenSource tokens) {
    TokenColumns.checkTypes(settings, tokens, model.spec());
  }

  private VectorType vectorType() {
    return settings.value(VectorSettings.VECTOR_TYPE);
  }

  private VectorEnding ending(Poolings pooling) {
    int width = model.checkpoint().dimensions(pooling.outputs(model.spec().width()));
    Optional<Effective<Integer>> kept = dimensions(width);
    boolean normalize =
        settings.find(EmbedSettings.NORMALIZE, defaults.normalize(kept)).orElseThrow();
    return VectorEnding.cut(
        kept.map(Effective::value), normalize ? VectorNorm.L2 : VectorNorm.NONE);
  }

  /** The first values of a vector that are kept; empty where nothing says so. */
  private Optional<Effective<Integer>> dimensions(int width) {
    Optional<Integer> kept = settings.find(EmbedSettings.DIMENSIONS, defaults.dimensions(width));
    if (kept.isPresent() && kept.get() > width) {
      throw new SettingException(
          String.format(
              Locale.ROOT,
              "%s %d exceeds the %d values of a vector",
              settings.place(EmbedSettings.DIMENSIONS),
              kept.get(),
              width));
    }
    return kept.map(
        first ->
            new Effective<>(
                first, settings.effective().get(EmbedSettings.DIMENSIONS.name()).origin()));
  }

  /** The layers whose weights are asked for, counted from 0. */
  private List<Integer> attentionLayers(int maxLength) {
    List<Integer> asked = settings.find(EmbedSettings.WITH_ATTENTION).orElse(List.of());
    if (!asked.isEmpty() && !model.spec().hasBlocks()) {
      throw new SettingException(
          String.format(
              Locale.ROOT,
              "%s: the model has no attention, it is a table of vectors (%s)",
              settings.place(EmbedSettings.WITH_ATTENTION),
              model.spec().modelType()));
    }
    Set<Integer> layers = new TreeSet<>();
    for (int number : asked) {
      if (!layers.add(layer(number))) {
        throw new SettingException(
            String.format(
                Locale.ROOT,
                "%s names layer %d twice",
                settings.place(EmbedSettings.WITH_ATTENTION),
                layer(number) + 1));
      }
    }
    int heads = model.spec().heads();
    double bytes = (double) Float.BYTES * heads * layers.size() * maxLength * maxLength;
    if (bytes > MOST_WEIGHT_BYTES) {
      throw new SettingException(
          String.format(
              Locale.ROOT,
              "%s: the weights of a row of %d tokens take %d layers x %d heads x %2$d x %2$d x 4 ="
                  + " %.0f bytes, more than the %d that a row can have; ask for fewer layers or a"
                  + " smaller %s",
              settings.place(EmbedSettings.WITH_ATTENTION),
              maxLength,
              layers.size(),
              heads,
              bytes,
              MOST_WEIGHT_BYTES,
              settings.place(TokenSettings.MAX_LENGTH)));
    }
    if (!layers.isEmpty()) {
      model.checkTokenStrings();
    }
    return List.copyOf(layers);
  }

  /** A layer as a person counts, from either end, to a layer counted from 0. */
  private int layer(int number) {
    int layers = model.spec().layers();
    if (number == 0 || Math.abs((long) number) > layers) {
      throw new SettingException(
          String.format(
              Locale.ROOT,
              "%s %d is not a layer of the model, which has %d (config.json): 1 to"
                  + " %3$d, or -1 to -%3$d from the last",
              settings.place(EmbedSettings.WITH_ATTENTION),
              number,
              layers));
    }
    return number > 0 ? number - 1 : layers + number;
  }

  private LengthLimit limit() {
    return LengthLimit.of(settings, model);
  }

  private String prompt(TokenSource tokens) {
    Optional<String> text = settings.find(EmbedSettings.PROMPT);
    Optional<Effective<String>> task =
        settings
            .find(EmbedSettings.TASK)
            .map(name -> new Effective<>(name, settings.place(EmbedSettings.TASK)));
    Optional<Effective<String>> said =
        defaults.promptName(task).filter(known -> tokens.tokenizes() && text.isEmpty());
    Optional<String> name = settings.find(EmbedSettings.PROMPT_NAME, said);
    if (text.isPresent() && name.isPresent()) {
      throw new SettingException(
          String.format(
              Locale.ROOT,
              "%s and %s exclude each other",
              settings.place(EmbedSettings.PROMPT),
              settings.place(EmbedSettings.PROMPT_NAME)));
    }
    if (!tokens.tokenizes() && (text.isPresent() || name.isPresent())) {
      throw new SettingException(
          String.format(
              Locale.ROOT,
              "a prompt is put before texts; with %s there are none",
              settings.place(TokenSettings.TOKENS_COLUMN)));
    }
    return text.or(() -> name.map(this::namedPrompt)).orElse("");
  }

  private String namedPrompt(String name) {
    refuse(EmbedRules.promptFault(own, name, settings.place(EmbedSettings.PROMPT_NAME)));
    return own.prompts().get(name);
  }

  private static void refuse(Optional<String> fault) {
    if (fault.isPresent()) {
      throw new SettingException(fault.get());
    }
  }
}
