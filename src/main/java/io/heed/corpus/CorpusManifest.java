package io.heed.corpus;

import java.io.Serializable;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * What a corpus holds.
 *
 * @param vocabulary which ids its tokens have
 * @param training parts of the training stream, in the stream's order
 * @param heldOut parts of the held-out stream, in its order
 */
public record CorpusManifest(
    CorpusVocabulary vocabulary, List<PartSummary> training, List<PartSummary> heldOut)
    implements Serializable {
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
}
