package io.heed.architecture;

import io.heed.checkpoint.CheckpointException;
import io.heed.checkpoint.ConfigFile;
import io.heed.layer.Frequencies;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Rotary positions as {@code config.json} says them, in both spellings: {@code rope_theta} and
 * {@code rope_scaling}, or {@code rope_parameters}, which may differ by the type of a layer. The
 * formulas are those of transformers' {@code modeling_rope_utils.py}, in float32 where it has them
 * so: at positions of several thousands that is seen.
 */
final class Rope {
  private static final String PARAMETERS = "rope_parameters";
  private static final String SCALING = "rope_scaling";
  private static final String POSITIONS = "max_position_embeddings";
  private static final String ORIGINAL = "original_max_position_embeddings";
  private static final String FACTOR = "factor";
  private static final String DEFAULT = "default";
  private static final String[] TYPE_KEYS = {"rope_type", "type"};
  private static final List<String> TYPES =
      List.of(DEFAULT, "linear", "dynamic", "yarn", "longrope", "llama3", "ntk");

  private final ConfigFile config;

  /** Where the type and what belongs to it stand. */
  private final ConfigFile values;

  private final double theta;
  private final int width;

  private Rope(ConfigFile config, ConfigFile values, double theta, int width) {
    this.config = config;
    this.values = values;
    this.theta = theta;
    this.width = width;
  }

  /**
   * The frequencies of all layers.
   *
   * @param headWidth values of a head
   * @param theta where the configuration has none
   * @throws CheckpointException for a type that is not computed, or values that it lacks
   */
  static Frequencies read(ConfigFile config, int headWidth, double theta) {
    return read(config, config.inside(PARAMETERS), "rope_theta", headWidth, theta);
  }

  /**
   * Those of the layers of one type.
   *
   * @param layerType such as {@code full_attention}
   * @param thetaKey where it stands that there are no {@code rope_parameters}
   */
  static Frequencies read(
      ConfigFile config, String layerType, String thetaKey, int headWidth, double theta) {
    Optional<ConfigFile> all = config.inside(PARAMETERS);
    Optional<ConfigFile> ofType =
        all.filter(found -> found.hasObject(layerType)).flatMap(found -> found.inside(layerType));
    return read(config, ofType.or(() -> all), thetaKey, headWidth, theta);
  }

  private static Frequencies read(
      ConfigFile config,
      Optional<ConfigFile> parameters,
      String thetaKey,
      int headWidth,
      double theta) {
    ConfigFile values = parameters.or(() -> config.inside(SCALING)).orElse(config);
    Optional<Float> given =
        parameters
            .flatMap(found -> found.positiveFloat("rope_theta"))
            .or(() -> config.positiveFloat(thetaKey));
    float share =
        parameters
            .flatMap(found -> found.positiveFloat("partial_rotary_factor"))
            .or(() -> config.positiveFloat("partial_rotary_factor"))
            .orElse(1f);
    int width = (int) (headWidth * (double) share);
    if (share > 1 || width < 2 || width % 2 != 0) {
      throw config.error(
          "partial_rotary_factor %s of a head of %d values is %d; expected an even number of them,"
              + " at least 2",
          share, headWidth, width);
    }
    return new Rope(config, values, given.map(Float::doubleValue).orElse(theta), width).read();
  }

  /**
   * Tokens of the longest sequence: those of the configuration, or as often as they are stretched.
   */
  static int longest(ConfigFile config, String... spellings) {
    int most = config.size(spellings);
    Optional<ConfigFile> values = config.inside(PARAMETERS).or(() -> config.inside(SCALING));
    boolean stretched =
        values.flatMap(found -> found.string(TYPE_KEYS)).filter("dynamic"::equals).isPresent();
    float factor = stretched ? values.flatMap(found -> found.positiveFloat(FACTOR)).orElse(1f) : 1f;
    return (int) Math.min((long) (most * (double) factor), Integer.MAX_VALUE);
  }

  /** Frequencies that are {@code theta^(-2k / width)}. */
  static float[] plain(double theta, int width) {
    float[] frequencies = new float[width / 2];
    for (int k = 0; k < frequencies.length; k++) {
      float exponent = (float) (2 * k) / width;
      frequencies[k] = 1f / (float) StrictMath.pow((float) theta, exponent);
    }
    return frequencies;
  }

  /**
   * Those of a sequence of n tokens that is longer than {@code trained} (dynamic NTK scaling).
   *
   * @param config what errors name
   * @throws CheckpointException when there are too few values for the formula
   */
  static Frequencies dynamic(
      ConfigFile config, double theta, int width, double factor, int trained) {
    if (width < 4) {
      throw config.error("a rotation of %d values is too small for dynamic scaling", width);
    }
    Frequencies.Scaling scaling =
        tokens -> {
          double growth = factor * tokens / trained - (factor - 1);
          return plain(theta * StrictMath.pow(growth, width / (width - 2.0)), width);
        };
    return new Frequencies(
        plain(theta, width), 1f, Optional.of(new Frequencies.OfLong(trained, scaling)));
  }

  private Frequencies read() {
    String type = values == config ? DEFAULT : values.string(TYPE_KEYS).orElse(DEFAULT);
    float[] plain = plain(theta, width);
    return switch (type) {
      case DEFAULT -> Frequencies.fixed(plain, 1f);
      case "linear" -> Frequencies.fixed(divided(plain, factor()), 1f);
      case "dynamic" -> dynamic();
      case "yarn" -> yarn(plain);
      case "longrope" -> longRope(plain);
      case "llama3" -> Frequencies.fixed(llama3(plain), 1f);
      case "ntk" -> Frequencies.fixed(ntk(), 1f);
      default -> throw values.unsupported("rope_type", type, String.join(", ", TYPES));
    };
  }

  private float factor() {
    float factor = values.positiveFloat(FACTOR).orElseThrow(() -> missing(FACTOR));
    if (factor < 1) {
      throw values.error("%s %s is below 1", FACTOR, factor);
    }
    return factor;
  }

  private CheckpointException missing(String key) {
    return values.error("%s is missing", key);
  }

  /** Tokens of the sequences that the model was first trained on. */
  private int trained() {
    return values
        .positiveInt(ORIGINAL)
        .or(() -> config.positiveInt(ORIGINAL))
        .orElseGet(this::most);
  }

  private int most() {
    return config.size(POSITIONS);
  }

  /** What else may be said of the length that the model was trained on is not read here. */
  private Frequencies dynamic() {
    return dynamic(values, theta, width, factor(), most());
  }

  /** Alibaba's fixed NTK scaling. */
  private float[] ntk() {
    double factor = factor();
    return divided(plain(theta * factor, width), (float) StrictMath.pow(factor, 2.0 / width));
  }

  private Frequencies yarn(float[] plain) {
    float factor = factor();
    double fast = values.positiveFloat("beta_fast").orElse(32f);
    double slow = values.positiveFloat("beta_slow").orElse(1f);
    double low = pair(fast);
    double high = pair(slow);
    if (values.bool("truncate").orElse(true)) {
      low = Math.floor(low);
      high = Math.ceil(high);
    }
    low = Math.max(low, 0);
    high = Math.min(high, width - 1.0);
    high = low == high ? high + 0.001 : high;
    float[] blended = new float[plain.length];
    for (int k = 0; k < plain.length; k++) {
      float ramp = (float) Math.min(Math.max((k - low) / (high - low), 0), 1);
      blended[k] = plain[k] / factor * ramp + plain[k] * (1 - ramp);
    }
    return Frequencies.fixed(blended, yarnFactor(factor));
  }

  /** The pair that turns so often within the sequences that the model was trained on. */
  private double pair(double turns) {
    return width * StrictMath.log(trained() / (turns * 2 * Math.PI)) / (2 * StrictMath.log(theta));
  }

  private float yarnFactor(float factor) {
    Optional<Float> given = values.positiveFloat("attention_factor");
    Optional<Float> scale = values.positiveFloat("mscale");
    Optional<Float> scaleOfAll = values.positiveFloat("mscale_all_dim");
    if (given.isPresent()) {
      return given.get();
    }
    return scale.isPresent() && scaleOfAll.isPresent()
        ? (float) (yarnScale(factor, scale.get()) / yarnScale(factor, scaleOfAll.get()))
        : (float) yarnScale(factor, 1);
  }

  private static double yarnScale(double factor, double scale) {
    return factor <= 1 ? 1 : 0.1 * scale * StrictMath.log(factor) + 1;
  }

  private Frequencies longRope(float[] plain) {
    float[] ofShort = quotients(plain, "short_factor");
    float[] ofLong = quotients(plain, "long_factor");
    int trained = trained();
    double grown =
        values.positiveFloat(FACTOR).map(Float::doubleValue).orElse((double) most() / trained);
    float factor =
        values
            .positiveFloat("attention_factor")
            .orElseGet(
                () ->
                    grown <= 1
                        ? 1f
                        : (float) Math.sqrt(1 + StrictMath.log(grown) / StrictMath.log(trained)));
    return new Frequencies(
        ofShort, factor, Optional.of(new Frequencies.OfLong(trained, tokens -> ofLong)));
  }

  private float[] quotients(float[] plain, String key) {
    float[] divisors = values.positiveFloats(key).orElseThrow(() -> missing(key));
    if (divisors.length != plain.length) {
      throw values.error(
          "%s has %d values, a rotation of %d needs %d", key, divisors.length, width, plain.length);
    }
    float[] quotients = new float[plain.length];
    for (int k = 0; k < plain.length; k++) {
      quotients[k] = 1f / (divisors[k] * (1f / plain[k]));
    }
    return quotients;
  }

  private float[] llama3(float[] plain) {
    float factor = factor();
    double slow =
        values.positiveFloat("low_freq_factor").orElseThrow(() -> missing("low_freq_factor"));
    double fast =
        values.positiveFloat("high_freq_factor").orElseThrow(() -> missing("high_freq_factor"));
    int trained = values.size(ORIGINAL);
    if (fast <= slow) {
      throw values.error(
          "high_freq_factor %s is not above low_freq_factor %s",
          String.format(Locale.ROOT, "%s", fast), slow);
    }
    float[] scaled = new float[plain.length];
    for (int k = 0; k < plain.length; k++) {
      double wave = 2 * Math.PI / plain[k];
      if (wave < trained / fast) {
        scaled[k] = plain[k];
      } else if (wave > trained / slow) {
        scaled[k] = plain[k] / factor;
      } else {
        double smooth = (trained / wave - slow) / (fast - slow);
        scaled[k] = (float) ((1 - smooth) * plain[k] / factor + smooth * plain[k]);
      }
    }
    return scaled;
  }

  private static float[] divided(float[] values, float divisor) {
    float[] quotients = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      quotients[i] = values[i] / divisor;
    }
    return quotients;
  }
}
