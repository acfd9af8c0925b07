package io.heed.generate;

import io.heed.generate.GeneratePlan.Choice;
import io.heed.generate.GeneratePlan.Stop;
import io.heed.layer.KeyValueCache;
import io.heed.model.ModelSpec;
import io.heed.settings.ByteSize;
import io.heed.settings.Setting;
import io.heed.settings.SettingException;
import io.heed.settings.Settings;
import io.heed.settings.Texts;
import io.heed.spark.executor.ModelReference;
import io.heed.spark.executor.OpenModel;
import io.heed.spark.tokens.TokenPlanner;
import io.heed.spark.tokens.TokenSource;
import io.heed.spark.tokens.TokenSource.Bars;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.types.StructType;

/**
 * Decides, on the driver, how a decoder continues rows: what the settings say and what the model
 * says.
 */
final class GeneratePlanner implements TokenPlanner<GeneratePlan> {
  private final Settings settings;
  private final OpenModel model;
  private final ModelSpec spec;

  /**
   * Opens the model of the settings.
   *
   * @throws io.heed.checkpoint.CheckpointException when it cannot be used, or is no decoder
   */
  GeneratePlanner(Settings settings) {
    this.settings = settings;
    this.model = new OpenModel(settings);
    this.spec = model.spec();
    model.checkpoint().requireDecoder();
  }

  /**
   * Checks what the settings tell by themselves.
   *
   * @throws SettingException where one would change nothing
   */
  static void check(Settings settings) {
    double temperature = settings.value(GenerateSettings.TEMPERATURE);
    for (Setting<?> setting :
        List.of(GenerateSettings.TOP_K, GenerateSettings.TOP_P, GenerateSettings.SEED)) {
      if (temperature == 0 && settings.isGiven(setting)) {
        throw new SettingException(
            String.format(
                Locale.ROOT,
                "%s is for tokens that are drawn, and with %s 0 none is; give a higher one, such as 1",
                settings.place(setting),
                settings.place(GenerateSettings.TEMPERATURE)));
      }
    }
  }

  @Override
  public GeneratePlan plan(TokenSource tokens) {
    ModelReference reference = model.reference();
    Continued continued = continued(tokens);
    List<String> stopTexts = stopTexts(continued);
    if (tokens.tokenizes() || continued.hasText()) {
      model.checkTokenizer();
    }
    return new GeneratePlan(
        reference,
        tokens,
        continued,
        sampling(),
        new Stop(continued.endOfText(spec), stopTokens(), stopTexts),
        settings.value(GenerateSettings.MAX_NEW_TOKENS),
        cachePlaces(),
        model.batchTokens());
  }

  /** What rows go on as. */
  private Continued continued(TokenSource tokens) {
    if (tokens instanceof Bars bars) {
      return new Continued.AsBars(bars.bars(), bars.discretizer());
    }
    return hasTokenizer() ? new Continued.AsText() : new Continued.AsIds();
  }

  private boolean hasTokenizer() {
    return Files.exists(model.checkpoint().files().tokenizer());
  }

  private List<String> stopTexts(Continued continued) {
    List<String> texts = settings.find(GenerateSettings.STOP).map(Texts::values).orElse(List.of());
    if (!texts.isEmpty() && !hasTokenizer()) {
      throw new SettingException(
          String.format(
              Locale.ROOT,
              "%s is a text, and the model has no tokenizer to make texts with (%s); %s takes token ids",
              settings.place(GenerateSettings.STOP),
              model.checkpoint().files().tokenizer(),
              settings.place(GenerateSettings.STOP_TOKENS)));
    }
    if (!texts.isEmpty() && !continued.hasText()) {
      throw new SettingException(
          String.format(
              Locale.ROOT,
              "%s is a text, and bars have none; %s takes token ids",
              settings.place(GenerateSettings.STOP),
              settings.place(GenerateSettings.STOP_TOKENS)));
    }
    return texts;
  }

  @Override
  public OpenModel model() {
    return model;
  }

  @Override
  public StructType added(TokenSource tokens) {
    return GeneratePlan.added(continued(tokens));
  }

  private Choice sampling() {
    double temperature = settings.value(GenerateSettings.TEMPERATURE);
    Optional<Integer> topK = settings.find(GenerateSettings.TOP_K);
    Optional<Double> topP = settings.find(GenerateSettings.TOP_P);
    return new Choice(
        temperature, topK.orElse(0), topP.orElse(1.0), settings.value(GenerateSettings.SEED));
  }

  private Set<Integer> stopTokens() {
    Set<Integer> ids = new TreeSet<>(settings.find(GenerateSettings.STOP_TOKENS).orElse(List.of()));
    for (int id : ids) {
      if (id < 0 || id >= spec.vocabulary()) {
        throw new SettingException(
            String.format(
                Locale.ROOT,
                "%s %d is not in 0 to %d, the token ids of the model (vocab_size, config.json)",
                settings.place(GenerateSettings.STOP_TOKENS),
                id,
                spec.vocabulary() - 1));
      }
    }
    return ids;
  }

  /** The memory as tokens; it has to hold a row of one token at least. */
  private int cachePlaces() {
    ByteSize memory = settings.value(GenerateSettings.CACHE_MEMORY);
    KeyValueCache.Shape shape = spec.cacheShape();
    int places = KeyValueCache.places(shape, memory.bytes());
    if (places == 0) {
      throw new SettingException(
          String.format(
              Locale.ROOT,
              "%s %s is too small for a row: this model takes %d bytes for each token, in steps of %d",
              settings.place(GenerateSettings.CACHE_MEMORY),
              memory,
              KeyValueCache.bytesPerToken(shape),
              KeyValueCache.STEP));
    }
    return places;
  }
}
