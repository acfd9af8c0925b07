package io.heed.input;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.spark.sql.catalyst.catalog.ExternalCatalogUtils;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.IntegralType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;

/** Ids that are read from the names of directories, such as {@code id=0123}. */
final class PartitionIds {
  private static final Pattern WHOLE = Pattern.compile("0|-?[1-9]\\d*");
  private static final Pattern DATE = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");
  private static final String NULL = "__HIVE_DEFAULT_PARTITION__";

  private PartitionIds() {}

  /**
   * Requires that every directory's text is what its value is written as: Spark takes {@code 0123}
   * for the number 123, {@code 1e3} for 1000, and a time for one of the session's zone.
   *
   * @throws InputException naming one that is not
   */
  static void requireExact(List<InputFile> files, StructField id) {
    String prefix = id.name() + '=';
    for (InputFile file : files) {
      List<String> parts = List.of(file.name().split("/", -1));
      for (String directory : parts.subList(0, parts.size() - 1)) {
        String name = ExternalCatalogUtils.unescapePathName(directory);
        if (name.startsWith(prefix) && !isExact(name.substring(prefix.length()), id.dataType())) {
          throw new InputException(
              String.format(
                      Locale.ROOT,
                      "the ids in the names of directories would be read as %s, which %s is not written as:",
                      id.dataType().catalogString(),
                      name)
                  + " spark.sql.sources.partitionColumnTypeInference.enabled=false keeps their text");
        }
      }
    }
  }

  private static boolean isExact(String text, DataType type) {
    if (type instanceof StringType || text.equals(NULL)) {
      return true;
    }
    return type instanceof DateType
        ? DATE.matcher(text).matches()
        : (type instanceof IntegralType || type instanceof DecimalType)
            && WHOLE.matcher(text).matches();
  }
}
