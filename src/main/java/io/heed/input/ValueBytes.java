package io.heed.input;

import java.lang.reflect.Array;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Row;
import scala.Tuple2;
import scala.collection.Iterable;
import scala.collection.Iterator;
import scala.collection.immutable.ArraySeq;

/** About how much memory the values of Spark rows hold. */
final class ValueBytes {
  private static final int OBJECT = 16;
  private static final int REFERENCE = 8;

  private ValueBytes() {}

  /**
   * The memory of a value and of all that it consists of, in bytes: little less than it is, or
   * more.
   */
  public static long of(Object value) {
    if (value == null) {
      return 0;
    }
    if (value instanceof String text) {
      return 2 * OBJECT + 2L * text.length();
    }
    if (value instanceof byte[] bytes) {
      return OBJECT + bytes.length;
    }
    if (isNumbers(value)) {
      return OBJECT
          + (value instanceof int[] || value instanceof float[] ? 4L : 8L) * Array.getLength(value);
    }
    if (value instanceof Vector vector) {
      return 2 * OBJECT + (long) (Double.BYTES + Integer.BYTES) * vector.numActives();
    }
    if (value instanceof Row row) {
      return OBJECT + of(row.toSeq().iterator());
    }
    if (value instanceof Object[] elements) {
      long sum = OBJECT;
      for (Object element : elements) {
        sum += REFERENCE + of(element);
      }
      return sum;
    }
    if (value instanceof ArraySeq<?> array && isNumbers(array.unsafeArray())) {
      return OBJECT + of(array.unsafeArray());
    }
    if (value instanceof Iterable<?> elements) {
      return OBJECT + of(elements.iterator());
    }
    // An entry of a map; a number, a date or the like is one small object.
    return value instanceof Tuple2<?, ?> entry
        ? 2 * OBJECT + of(entry._1()) + of(entry._2())
        : OBJECT;
  }

  /** The memory of a value that was read from a row, beside that of the row: texts are shared. */
  static long besideRow(Object read) {
    return read instanceof String ? 0 : of(read);
  }

  private static boolean isNumbers(Object array) {
    return array instanceof int[]
        || array instanceof float[]
        || array instanceof long[]
        || array instanceof double[];
  }

  private static long of(Iterator<?> elements) {
    long sum = 0;
    while (elements.hasNext()) {
      sum += REFERENCE + of(elements.next());
    }
    return sum;
  }
}
