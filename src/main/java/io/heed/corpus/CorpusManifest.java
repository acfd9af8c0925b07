package io.heed.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import io.heed.checkpoint.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a corpus holds: {@code corpus.json}, written once all parts are.
 *
 * @param vocabulary which ids its tokens have
 * @param training parts of the training stream, in the stream's order
 * @param heldOut parts of the held-out stream, in its order
 */
public record CorpusManifest(
    CorpusVocabulary vocabulary, List<PartSummary> training, List<PartSummary> heldOut)
    implements Serializable {
  /** The file's name. */
  public static final String NAME = "corpus.json";

  private static final int VERSION = 1;

  /**
   * Checks that the parts are those of their stream, by ascending number.
   *
   * @throws IllegalArgumentException when they are not, or the tokens of a stream are above 2^62
   */
  public CorpusManifest {
    training = List.copyOf(training);
    heldOut = List.copyOf(heldOut);
    requireOrder(Stream.TRAINING, training);
    requireOrder(Stream.HELD_OUT, heldOut);
  }

  private static void requireOrder(Stream stream, List<PartSummary> parts) {
    int before = -1;
    long tokens = 0;
    for (PartSummary part : parts) {
      if (part.stream() != stream || part.part() <= before) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "part %d of %s cannot follow part %d of %s",
                part.part(),
                part.stream().label(),
                before,
                stream.label()));
      }
      if (part.tokens() > Permutation.LARGEST - tokens) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "%d tokens before part %d of %s and %d in it are more than %d",
                tokens,
                part.part(),
                stream.label(),
                part.tokens(),
                Permutation.LARGEST));
      }
      tokens += part.tokens();
      before = part.part();
    }
  }

  /** The manifest of parts that come in any order. */
  public static CorpusManifest of(CorpusVocabulary vocabulary, Collection<PartSummary> parts) {
    return new CorpusManifest(
        vocabulary, ordered(Stream.TRAINING, parts), ordered(Stream.HELD_OUT, parts));
  }

  private static List<PartSummary> ordered(Stream stream, Collection<PartSummary> parts) {
    return parts.stream()
        .filter(part -> part.stream() == stream)
        .sorted(Comparator.comparingInt(PartSummary::part))
        .toList();
  }

  /** Parts of a stream, in its order. */
  public List<PartSummary> parts(Stream stream) {
    return stream == Stream.TRAINING ? training : heldOut;
  }

  /** How many documents a stream has. */
  public long documents(Stream stream) {
    return parts(stream).stream().mapToLong(PartSummary::documents).sum();
  }

  /** How many tokens a stream has. */
  public long tokens(Stream stream) {
    return parts(stream).stream().mapToLong(PartSummary::tokens).sum();
  }

  /** How many tokens of a stream follow another one in their document. */
  public long targets(Stream stream) {
    return tokens(stream) - documents(stream);
  }

  /** The fingerprint of a stream's documents, the same in whatever parts they are. */
  public Fingerprint fingerprint(Stream stream) {
    return parts(stream).stream()
        .map(PartSummary::fingerprint)
        .reduce(Fingerprint.EMPTY, Fingerprint::then);
  }

  /** Writes the file, the same bytes for the same manifest. */
  public void write(CorpusFiles files) throws IOException {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("version", VERSION);
    root.put("vocabulary", vocabulary.size());
    root.put("token_bytes", vocabulary.tokenBytes());
    root.put("end_of_text", vocabulary.hasEndOfText() ? vocabulary.endOfText() : null);
    for (Stream stream : Stream.values()) {
      root.put(stream.label(), parts(stream).stream().map(CorpusManifest::json).toList());
    }
    try (OutputStream out = files.create(NAME)) {
      out.write(Json.indented(root).getBytes(StandardCharsets.UTF_8));
    }
  }

  private static Map<String, Object> json(PartSummary part) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("part", part.part());
    entry.put("documents", part.documents());
    entry.put("tokens", part.tokens());
    entry.put("targets", part.targets());
    entry.put("fingerprint", part.fingerprint().toString());
    return entry;
  }

  /**
   * Reads the file and checks that the files of all parts have the sizes that follow from it.
   *
   * @throws CorpusException naming the rule, the values and the file of what is wrong
   */
  public static CorpusManifest read(CorpusFiles files) throws IOException {
    ManifestJson json = ManifestJson.read(files, NAME);
    if (json.number("version", 0, Integer.MAX_VALUE) != VERSION) {
      throw json.error("version is %s, expected %d", json.told("version"), VERSION);
    }
    CorpusManifest manifest;
    try {
      manifest = read(json);
    } catch (IllegalArgumentException e) {
      throw CorpusException.because(e, NAME, "%s", e.getMessage());
    }
    for (Stream stream : Stream.values()) {
      for (PartSummary part : manifest.parts(stream)) {
        new StoredPart(files, manifest.vocabulary(), part).requireSizes();
      }
    }
    return manifest;
  }

  private static CorpusManifest read(ManifestJson json) {
    int size = (int) json.number("vocabulary", 1, CorpusVocabulary.LARGEST);
    boolean ends = !json.isNull("end_of_text");
    int end = ends ? (int) json.number("end_of_text", 0, size - 1L) : CorpusVocabulary.NONE;
    CorpusVocabulary vocabulary = new CorpusVocabulary(size, end);
    if (json.number("token_bytes", 1, Long.BYTES) != vocabulary.tokenBytes()) {
      throw json.error(
          "token_bytes is %s, but a vocabulary of %d takes %d",
          json.told("token_bytes"), size, vocabulary.tokenBytes());
    }
    return new CorpusManifest(
        vocabulary, parts(json, Stream.TRAINING), parts(json, Stream.HELD_OUT));
  }

  private static List<PartSummary> parts(ManifestJson json, Stream stream) {
    List<PartSummary> parts = new ArrayList<>();
    for (JsonNode entry : json.array(stream.label())) {
      ManifestJson part = json.at(entry);
      long documents = part.number("documents", 0, Permutation.LARGEST);
      long tokens = part.number("tokens", 0, Permutation.LARGEST);
      parts.add(
          new PartSummary(
              (int) part.number("part", 0, Integer.MAX_VALUE),
              stream,
              documents,
              tokens,
              part.number("targets", 0, Permutation.LARGEST),
              Fingerprint.of(part.text("fingerprint"), documents + tokens)));
    }
    return parts;
  }
}
