package io.heed.output;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What made a file, as its metadata tells: the version of Heed, the weights and the tokenizer by
 * their hashes, and the settings that decide a result. Two files that tell the same of the same
 * input hold the same results, bit for bit.
 */
public final class Provenance implements Serializable {
  /**
   * Rises, with a note in {@code docs/releases.md}, when any bit of any result changes: vectors of
   * one table that are made under one number can be compared with each other.
   */
  public static final int NUMERICS = 2;

  private static final long serialVersionUID = 1;
  private static final String PREFIX = "heed.";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** For files of which nothing is told. */
  public static final Provenance NONE = new Provenance(Map.of());

  /** A map that is serialised as it is. */
  private final LinkedHashMap<String, String> entries;

  private Provenance(Map<String, String> entries) {
    this.entries = new LinkedHashMap<>(entries);
  }

  /**
   * Of a run.
   *
   * @param version of Heed
   * @param model the checkpoint, or null where there is none
   * @param settings by name, those that decide a result, as a person would write them
   */
  public static Provenance of(
      String version, String job, RunReport.Model model, Map<String, ?> settings) {
    Map<String, String> entries = new LinkedHashMap<>();
    entries.put(PREFIX + "version", version);
    entries.put(PREFIX + "numerics", Integer.toString(NUMERICS));
    entries.put(PREFIX + "job", job);
    if (model != null) {
      entries.put(PREFIX + "model", model.architecture());
      entries.put(PREFIX + "model.sha256", model.hash());
      if (model.tokenizerHash() != null) {
        entries.put(PREFIX + "tokenizer.sha256", model.tokenizerHash());
      }
    }
    entries.put(PREFIX + "settings", json(settings));
    return new Provenance(entries);
  }

  private static String json(Map<String, ?> settings) {
    try {
      return JSON.writeValueAsString(settings);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("settings have no JSON form", e);
    }
  }

  /** Key and value of each entry of a file's metadata, in order. */
  public Map<String, String> entries() {
    return Map.copyOf(entries);
  }
}
