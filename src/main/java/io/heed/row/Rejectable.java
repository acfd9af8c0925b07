package io.heed.row;

import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a row has become at some step: a value, or the reason why it has none.
 *
 * @param <V> the value
 */
public sealed interface Rejectable<V> {
  /** A row that has a value. */
  record Accepted<V>(V value) implements Rejectable<V> {
    /** Requires the value. */
    public Accepted {
      Objects.requireNonNull(value, "value");
    }
  }

  /** A row that has none. */
  record Rejected<V>(Rejection why) implements Rejectable<V> {
    /** Requires the reason. */
    public Rejected {
      Objects.requireNonNull(why, "why");
    }

    @Override
    public V value() {
      throw new IllegalStateException(
          String.format(Locale.ROOT, "a rejected row has no value (%s)", why.message()));
    }
  }

  /** A row with a value. */
  static <V> Rejectable<V> of(V value) {
    return new Accepted<>(value);
  }

  /** The value, unless there is a rejection. */
  static <V> Rejectable<V> of(V value, Optional<Rejection> rejection) {
    return rejection.<Rejectable<V>>map(Rejected::new).orElseGet(() -> new Accepted<>(value));
  }

  /** A row without a value. */
  static <V> Rejectable<V> rejected(Rejection.Reason reason, String message) {
    return new Rejected<>(new Rejection(reason, message));
  }

  /**
   * The value.
   *
   * @throws IllegalStateException when the row is rejected
   */
  V value();

  /** Why there is no value, or empty. */
  default Optional<Rejection> rejection() {
    return this instanceof Rejected<V> rejected ? Optional.of(rejected.why()) : Optional.empty();
  }

  /** What the next step makes of the value; a rejected row stays rejected. */
  default <W> Rejectable<W> then(Function<? super V, Rejectable<W>> next) {
    return this instanceof Rejected<V> rejected
        ? new Rejected<>(rejected.why())
        : next.apply(value());
  }
}
