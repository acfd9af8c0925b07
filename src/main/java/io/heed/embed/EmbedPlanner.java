package io.heed.embed;

import io.heed.checkpoint.SentenceTransformers;
import io.heed.checkpoint.TokenLimit;
import io.heed.engine.EmbeddingEngine.VectorNorm;
import io.heed.layer.Pooling;
import io.heed.settings.Effective;
import io.heed.settings.SettingException;
import io.heed.settings.Settings;
import io.heed.spark.executor.ModelReference;
import io.heed.spark.executor.OpenModel;
import io.heed.spark.table.VectorSettings;
import io.heed.spark.table.VectorType;
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

  /**
   * Opens the model of the settings.
   *
   * @throws io.heed.checkpoint.CheckpointException when it cannot be used
   */
  public EmbedPlanner(Settings settings) {
    this.settings = settings;
    this.model = new OpenModel(settings);
    this.own = model.checkpoint().files().sentenceTransformers();
  }

  @Override
  public EmbedPlan plan(TokenSource tokens) {
    checkTypes(tokens);
    ModelReference reference = model.reference();
    int maxLength = maxLength();
    String prompt = prompt(tokens);
    if (tokens.tokenizes()) {
      checkTokenizer(maxLength);
    }
    return new EmbedPlan(
        reference,
        tokens,
        prompt,
        maxLength,
        pooling(),
        vectorNorm(),
        vectorType(),
        model.batchTokens(),
        attentionLayers(maxLength));
  }

  @Override
  public OpenModel model() {
    return model;
  }

  /** How tokens become vectors. */
  public Pooling pooling() {
    Optional<Effective<Pooling>> said =
        own.pooling().map(mode -> new Effective<>(Pooling.of(mode), "1_Pooling/config.json"));
    Pooling pooling = settings.find(EmbedSettings.POOLING, said).orElseThrow();
    refuse(EmbedRules.poolingFault(pooling, model.spec(), settings.place(EmbedSettings.POOLING)));
    return pooling;
  }

  @Override
  public StructType added(TokenSource tokens) {
    checkTypes(tokens);
    int maxLength = maxLength();
    prompt(tokens);
    boolean withAttention = !attentionLayers(maxLength).isEmpty();
    return EmbedPlan.added(pooling(), vectorType(), withAttention);
  }

  private void checkTypes(TokenSource tokens) {
    if (tokens instanceof TokenSource.TypedIds && model.spec().tokenTypes() == 0) {
      throw new SettingException(
          String.format(
              Locale.ROOT,
              "%s: the model has no token types (model_type %s, config.json)",
              settings.place(TokenSettings.TOKEN_TYPES_COLUMN),
              model.spec().modelType()));
    }
  }

  private VectorType vectorType() {
    return settings.value(VectorSettings.VECTOR_TYPE);
  }

  private VectorNorm vectorNorm() {
    Optional<Effective<Boolean>> said =
        own.normalize().map(value -> new Effective<>(value, "modules.json"));
    boolean normalize = settings.find(EmbedSettings.NORMALIZE, said).orElseThrow();
    return normalize ? VectorNorm.L2 : VectorNorm.NONE;
  }

  /** The layers whose weights are asked for, counted from 0. */
  private List<Integer> attentionLayers(int maxLength) {
    List<Integer> asked = settings.find(EmbedSettings.WITH_ATTENTION).orElse(List.of());
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
              settings.place(EmbedSettings.MAX_LENGTH)));
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

  private int maxLength() {
    int positions = model.spec().positions();
    TokenLimit limit = model.checkpoint().maxLength();
    Effective<Integer> said = new Effective<>(limit.tokens(), limit.origin());
    int maxLength = settings.find(EmbedSettings.MAX_LENGTH, Optional.of(said)).orElseThrow();
    if (maxLength > positions) {
      throw new SettingException(
          String.format(
              Locale.ROOT,
              "%s %d exceeds the %d positions of the model (config.json)",
              maxLengthOrigin(),
              maxLength,
              positions));
    }
    return maxLength;
  }

  private String maxLengthOrigin() {
    return settings.effective().get(EmbedSettings.MAX_LENGTH.name()).origin();
  }

  private String prompt(TokenSource tokens) {
    Optional<String> text = settings.find(EmbedSettings.PROMPT);
    Optional<Effective<String>> said =
        own.defaultPromptName()
            .filter(name -> tokens.tokenizes() && text.isEmpty())
            .map(name -> new Effective<>(name, "config_sentence_transformers.json"));
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

  private void checkTokenizer(int maxLength) {
    refuse(EmbedRules.lengthFault(maxLength, model.checkTokenizer(), maxLengthOrigin()));
  }

  private static void refuse(Optional<String> fault) {
    if (fault.isPresent()) {
      throw new SettingException(fault.get());
    }
  }
}
