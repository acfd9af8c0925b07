package io.heed.series;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heed.checkpoint.CheckpointException;
import io.heed.checkpoint.CheckpointFiles;
import io.heed.checkpoint.ConfigFile;
import io.heed.checkpoint.JsonFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * {@code discretizer.json}, which turns price bars into token ids of the checkpoint that it stands
 * beside: {@code type} "bars", {@code returns} "log", {@code bins}, the token ids of each feature,
 * and for each of {@code open, high, low, close, volume} an object with {@code edges} and one more
 * {@code medians}. A first median of the volume that is null is that of bars without volume.
 */
public final class DiscretizerFile {
  /** The file's name. */
  public static final String NAME = "discretizer.json";

  private static final JsonMapper WRITER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private static final String TYPE = "type";
  private static final String BARS = "bars";
  private static final String RETURNS = "returns";
  private static final String LOG = "log";
  private static final String BINS = "bins";
  private static final String EDGES = "edges";
  private static final String MEDIANS = "medians";

  private DiscretizerFile() {}

  /** What the file holds for a discretizer; the same for the same one. */
  public static String write(BarDiscretizer discretizer) {
    ObjectNode root = WRITER.createObjectNode();
    root.put(TYPE, BARS).put(RETURNS, LOG).put(BINS, discretizer.idsPerFeature());
    for (BarFeature feature : BarFeature.values()) {
      FeatureBins bins = discretizer.bins(feature);
      ObjectNode written = root.putObject(feature.label());
      write(written.putArray(EDGES), bins.edges());
      write(written.putArray(MEDIANS), bins.medians());
    }
    try {
      return WRITER.writeValueAsString(root) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a discretizer has no JSON form", e);
    }
  }

  private static void write(ArrayNode array, double... values) {
    for (double value : values) {
      if (value == Double.NEGATIVE_INFINITY) {
        array.addNull();
      } else {
        array.add(value);
      }
    }
  }

  /**
   * The discretizer of a checkpoint, if it has one.
   *
   * @param vocabSize of the model, at least the token ids of the discretizer
   * @throws CheckpointException naming the rule, the values and the place of what is wrong
   */
  public static Optional<BarDiscretizer> find(CheckpointFiles files, int vocabSize) {
    return files.findJson(NAME).map(file -> read(file, vocabSize));
  }

  /**
   * A discretizer that belongs to no model yet.
   *
   * @throws CheckpointException naming the rule, the values and the place of what is wrong
   */
  public static BarDiscretizer read(Path file) {
    return read(JsonFile.read(file, NAME), Integer.MAX_VALUE);
  }

  private static BarDiscretizer read(JsonFile file, int vocabSize) {
    requireText(file, TYPE, BARS);
    requireText(file, RETURNS, LOG);
    int bins = file.positiveInt(BINS).orElseThrow(() -> file.error("%s is missing", BINS));
    BarDiscretizer discretizer;
    try {
      List<FeatureBins> features = new ArrayList<>();
      for (BarFeature feature : BarFeature.values()) {
        features.add(bins(file, feature));
      }
      discretizer = new BarDiscretizer(bins, features);
    } catch (IllegalArgumentException e) {
      throw file.error("%s", e.getMessage());
    }
    if (discretizer.vocabulary() > vocabSize) {
      throw file.error(
          "%d features of %s %d make %d token ids, more than vocab_size %d (%s)",
          BarFeature.COUNT, BINS, bins, discretizer.vocabulary(), vocabSize, ConfigFile.NAME);
    }
    return discretizer;
  }

  private static void requireText(JsonFile file, String key, String supported) {
    String value = file.string(key).orElseThrow(() -> file.error("%s is missing", key));
    if (!value.equals(supported)) {
      throw file.error("%s %s is not supported; supported: %s", key, value, supported);
    }
  }

  private static FeatureBins bins(JsonFile file, BarFeature feature) {
    String name = feature.label();
    JsonNode object = file.object(name).orElseThrow(() -> file.error("%s is missing", name));
    double[] edges = numbers(file, name, object, EDGES);
    double[] medians = numbers(file, name, object, MEDIANS);
    try {
      return new FeatureBins(edges, medians);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "%s: %s", name, e.getMessage()), e);
    }
  }

  private static double[] numbers(JsonFile file, String feature, JsonNode object, String key) {
    JsonNode array = object.path(key);
    if (!array.isArray()) {
      throw file.error("%s: %s is missing, or no array", feature, key);
    }
    double[] numbers = new double[array.size()];
    for (int i = 0; i < numbers.length; i++) {
      JsonNode value = array.get(i);
      boolean none = i == 0 && value.isNull() && key.equals(MEDIANS);
      if (!none && !(value.isNumber() && Double.isFinite(value.doubleValue()))) {
        throw file.error(
            "%s: %s %d is %s, expected a number", feature, key, i, JsonFile.told(value));
      }
      numbers[i] = none ? Double.NEGATIVE_INFINITY : value.doubleValue();
    }
    return numbers;
  }
}
