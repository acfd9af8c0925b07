package io.heed.value;

import java.util.List;
import java.util.Map;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Row;
import org.apache.spark.unsafe.types.VariantVal;

/**
 * A value as an exact text: times and intervals in ISO 8601, a timestamp in UTC ({@code
 * 2024-02-29T12:34:56.789123Z}), a timestamp_ntz without an offset; bytes in base64; arrays,
 * structs, maps and variants as {@link ValueJson}.
 */
public final class ValueText {
  private ValueText() {}

  /** The text of a value, {@code null} for none. */
  public static String of(Object value) {
    return isJson(value) ? ValueJson.of(value) : ScalarText.of(value);
  }

  private static boolean isJson(Object value) {
    return value instanceof Row
        || value instanceof Vector
        || value instanceof VariantVal
        || value instanceof scala.collection.Iterable<?>
        || value instanceof List<?>
        || value instanceof Map<?, ?>
        || value instanceof Object[];
  }
}
