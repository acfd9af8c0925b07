package io.heed.corpus;

/** The fingerprint of documents that come one after another. */
final class RunningFingerprint {
  private static final long DOCUMENT_END = 1L << 32; // Above id + 1 for any id.

  private long first;
  private long second;
  private long length;

  /** Goes on by a token. */
  void add(int id) {
    addSymbol(id + 1L);
  }

  /** Ends a document. */
  void endDocument() {
    addSymbol(DOCUMENT_END);
  }

  private void addSymbol(long symbol) {
    first = Fingerprint.add(Fingerprint.multiply(first, Fingerprint.FIRST_POINT), symbol);
    second = Fingerprint.add(Fingerprint.multiply(second, Fingerprint.SECOND_POINT), symbol);
    length++;
  }

  /** The fingerprint of what came so far. */
  Fingerprint value() {
    return new Fingerprint(first, second, length);
  }
}
