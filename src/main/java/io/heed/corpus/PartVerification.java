package io.heed.corpus;

import java.io.IOException;

/** Reads a whole part in order, to compare it with its summary and its counts. */
final class PartVerification {
  private static final int TOKENS_AT_ONCE = 1 << 18;

  private final StoredPart part;
  private final int[] tokens;
  private final RunningFingerprint fingerprint = new RunningFingerprint();
  private final long[] counts;
  private long read;
  private int at;

  PartVerification(StoredPart part, int vocabulary) {
    this.part = part;
    this.tokens = new int[(int) Math.min(TOKENS_AT_ONCE, part.tokens())];
    this.counts = new long[vocabulary];
    this.at = tokens.length;
  }

  /** Throws when something differs. */
  void run() throws IOException {
    for (int group = 0; group < part.groups(); group++) {
      for (int length : part.lengths(group, group + 1)) {
        for (int i = 0; i < length; i++) {
          add(next());
        }
        fingerprint.endDocument();
      }
    }
    part.requireSame(fingerprint.value(), counts);
  }

  private void add(int id) {
    fingerprint.add(id);
    counts[id]++;
  }

  private int next() throws IOException {
    if (at == tokens.length) {
      int count = (int) Math.min(tokens.length, part.tokens() - read);
      part.readTokens(read, tokens, 0, count);
      read += count;
      at = 0;
    }
    return tokens[at++];
  }
}
