package io.heed.corpus;

import java.io.Serializable;
import java.util.Locale;

/**
 * What one part of a stream holds.
 *
 * @param part its number; parts follow each other by it, and numbers may be missing
 * @param stream which stream it is of
 * @param documents how many, each with at least one token
 * @param tokens of all documents
 * @param targets tokens that follow another one in their document
 * @param fingerprint of the documents
 */
public record PartSummary(
    int part, Stream stream, long documents, long tokens, long targets, Fingerprint fingerprint)
    implements Serializable {

  /**
   * Checks that the numbers fit each other.
   *
   * @throws IllegalArgumentException when they do not
   */
  public PartSummary {
    boolean counted =
        part >= 0 && documents >= 0 && tokens >= documents && (documents > 0 || tokens == 0);
    if (!counted || targets != tokens - documents) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "part %d of %s cannot have %d documents, %d tokens and %d targets",
              part,
              stream.label(),
              documents,
              tokens,
              targets));
    }
    if (fingerprint.length() - documents != tokens) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the fingerprint of part %d of %s is of %d symbols, not of %d tokens and %d documents",
              part,
              stream.label(),
              fingerprint.length(),
              tokens,
              documents));
    }
  }
}
