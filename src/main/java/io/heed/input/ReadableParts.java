package io.heed.input;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;

/** Leaves fields of structs out that Spark cannot read. */
final class ReadableParts {
  private final Predicate<Type> readable;

  /**
   * Leaves out what cannot be read.
   *
   * @param readable whether a column without fields can be
   */
  ReadableParts(Predicate<Type> readable) {
    this.readable = readable;
  }

  /** The type without such fields; empty where nothing is left. */
  Optional<Type> of(Type type) {
    if (type.isPrimitive()) {
      return readable.test(type) ? Optional.of(type) : Optional.empty();
    }
    GroupType group = type.asGroupType();
    List<Type> fields = new ArrayList<>();
    group.getFields().forEach(field -> of(field).ifPresent(fields::add));
    // How many fields the repeated group of a list has says whether it is the element itself.
    boolean isFixed =
        group.getLogicalTypeAnnotation() != null || group.isRepetition(Repetition.REPEATED);
    boolean isLess = fields.size() < group.getFieldCount();
    return fields.isEmpty() || isFixed && isLess
        ? Optional.empty()
        : Optional.of(group.withNewFields(fields));
  }
}
