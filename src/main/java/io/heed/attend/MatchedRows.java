package io.heed.attend;

import io.heed.attend.JoinedRow.ContextRow;
import io.heed.attend.JoinedRow.QueryRow;
import io.heed.input.InputRow;
import io.heed.row.Rejection;
import io.heed.row.Rejection.Reason;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import scala.Tuple2;

/** The query rows among sorted rows, each with the context that stands before it. */
final class MatchedRows implements Iterator<InputRow> {
  private final Iterator<Tuple2<JoinKey, JoinedRow>> rows;

  /** The contexts of one hash, seldom of more than one id. */
  private final Map<ByteBuffer, Context> contexts = new HashMap<>();

  private int hash;
  private InputRow next;

  /** Rows in the order of their keys. */
  MatchedRows(Iterator<Tuple2<JoinKey, JoinedRow>> rows) {
    this.rows = rows;
  }

  @Override
  public boolean hasNext() {
    while (next == null && rows.hasNext()) {
      Tuple2<JoinKey, JoinedRow> row = rows.next();
      if (row._1().hash() != hash) {
        hash = row._1().hash();
        contexts.clear();
      }
      if (row._2() instanceof ContextRow context) {
        contexts.merge(ByteBuffer.wrap(context.id()), new Context(context), Context::and);
      } else if (row._2() instanceof QueryRow query) {
        next = matched(query.id(), query.row());
      }
    }
    return next != null;
  }

  @Override
  public InputRow next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    InputRow row = next;
    next = null;
    return row;
  }

  private InputRow matched(byte[] id, InputRow query) {
    if (query.rejection().isPresent()) {
      return query;
    }
    Context context = contexts.get(ByteBuffer.wrap(id));
    if (context == null) {
      return query.rejected(
          new Rejection(Reason.MISSING_CONTEXT, "the contexts have no row of this id"));
    }
    return context
        .rejection()
        .map(query::rejected)
        .orElseGet(() -> query.withPayload(context.payload()));
  }

  /** The first row of an id, and how many there are: of more than one, none is kept. */
  private record Context(ContextRow first, String second, int count) {

    Context(ContextRow only) {
      this(only, null, 1);
    }

    /** Rows come in the order of their places. */
    Context and(Context later) {
      ContextRow placeOnly =
          new ContextRow(first.id(), null, null, first.source(), first.position());
      return new Context(placeOnly, second == null ? later.first.place() : second, count + 1);
    }

    Object[] payload() {
      return first.payload();
    }

    Optional<Rejection> rejection() {
      if (count > 1) {
        return Optional.of(
            new Rejection(
                Reason.AMBIGUOUS_CONTEXT,
                String.format(
                    Locale.ROOT,
                    "the contexts have %d rows of this id, at %s and %s%s",
                    count,
                    first.place(),
                    second,
                    count > 2 ? ", …" : "")));
      }
      return first
          .rejection()
          .map(why -> new Rejection(why.reason(), "context at " + at(first, why)));
    }

    private static String at(ContextRow context, Rejection why) {
      return String.format(Locale.ROOT, "%s: %s", context.place(), why.message());
    }
  }
}
