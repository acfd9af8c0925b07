package io.heed.spark;

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

  /** A row that is rejected is not joined: its place spreads it. */
  static JoinKey ofQuery(InputRow row) {
    int hash =
        row.rejection().isPresent()
            ? 31 * row.source().hashCode() + Long.hashCode(row.position())
            : hashOf(row.id());
    return new JoinKey(hash, Side.QUERY, row.source(), row.position());
  }

  static JoinKey ofContext(InputRow row) {
    return new JoinKey(hashOf(row.id()), Side.CONTEXT, row.source(), row.position());
  }

  /** Equal for equal ids in every JVM. */
  private static int hashOf(Object id) {
    return id instanceof byte[] bytes ? Arrays.hashCode(bytes) : id.hashCode();
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
