package io.heed.attend;

import io.heed.input.InputRow;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Comparator;

/**
 * Where a row goes and what it stands behind there: all rows of one id go to one task, where its
 * contexts stand before its queries. Ids themselves have no order that all of their types share.
 *
 * @param hash of the id
 * @param side the table of the row
 * @param source the file of the row
 * @param position the place in it
 */
record JoinKey(int hash, Side side, String source, long position)
    implements Comparable<JoinKey>, Serializable {

  /** The tables, in the order in which a task needs them. */
  enum Side {
    CONTEXT,
    QUERY
  }

  private static final Comparator<JoinKey> ORDER =
      Comparator.<JoinKey>comparingInt(JoinKey::hash)
          .thenComparing(JoinKey::side)
          .thenComparing(JoinKey::source)
          .thenComparingLong(JoinKey::position);

  /**
   * Of a row of the first table.
   *
   * @param id bytes that are the same for equal ids; null for a row that is rejected and so not
   *     joined, which its place spreads
   */
  static JoinKey ofQuery(InputRow row, byte[] id) {
    int hash =
        id == null
            ? 31 * row.source().hashCode() + Long.hashCode(row.position())
            : Arrays.hashCode(id);
    return new JoinKey(hash, Side.QUERY, row.source(), row.position());
  }

  static JoinKey ofContext(InputRow row, byte[] id) {
    return new JoinKey(Arrays.hashCode(id), Side.CONTEXT, row.source(), row.position());
  }

  /** No two rows of an input are equal in it. */
  @Override
  public int compareTo(JoinKey other) {
    return ORDER.compare(this, other);
  }

  /** That of the id, by which Spark chooses the task. */
  @Override
  public int hashCode() {
    return hash;
  }
}
