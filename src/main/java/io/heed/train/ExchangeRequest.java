package io.heed.train;

import io.heed.training.Exchange;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * What a task asks a task of another JVM for: {@code rank}, {@code from}, {@code n} and the length
 * of the key as big-endian ints, then the key in UTF-8.
 *
 * @param rank of the task that is asked
 * @param key of at most {@link #MOST_KEY_BYTES}
 * @param from the first value, from 0
 * @param n values, negative for all, 0 for none, which is answered as soon as there are some
 */
record ExchangeRequest(int rank, String key, int from, int n) {
  static final int MOST_KEY_BYTES = 256;

  private static final int HEADER_BYTES = 4 * Integer.BYTES;

  ExchangeRequest {
    if (rank < 0 || from < 0 || n > Exchange.MOST_VALUES || (n < 0 && from > 0)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a task is asked for at most %d values from one on, or for all, not task %d for %d"
                  + " from %d",
              Exchange.MOST_VALUES,
              rank,
              n,
              from));
    }
  }

  /** Asks for an answer when there is something. */
  static ExchangeRequest whenThere(int rank, String key) {
    return new ExchangeRequest(rank, key, 0, 0);
  }

  boolean isForAll() {
    return n < 0;
  }

  boolean isForNone() {
    return n == 0;
  }

  ByteBuffer bytes() {
    byte[] name = key.getBytes(StandardCharsets.UTF_8);
    requireKeyBytes(name.length);
    ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES + name.length);
    return bytes.putInt(rank).putInt(from).putInt(n).putInt(name.length).put(name).flip();
  }

  /**
   * The request that somebody has sent.
   *
   * @throws IllegalArgumentException when it is none
   */
  static ExchangeRequest of(ByteBuffer message) {
    if (message.remaining() < HEADER_BYTES) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a request has %d bytes at least, not %d",
              HEADER_BYTES,
              message.remaining()));
    }
    int rank = message.getInt();
    int from = message.getInt();
    int n = message.getInt();
    int length = message.getInt();
    requireKeyBytes(length);
    if (message.remaining() != length) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "a key of %d bytes, of which %d came", length, message.remaining()));
    }
    try {
      String key = StandardCharsets.UTF_8.newDecoder().decode(message).toString();
      return new ExchangeRequest(rank, key, from, n);
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("a key that is not UTF-8", e);
    }
  }

  private static void requireKeyBytes(int length) {
    if (length < 1 || length > MOST_KEY_BYTES) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "a key has 1 to %d bytes, not %d", MOST_KEY_BYTES, length));
    }
  }
}
