package io.heed.spark.table;

import io.heed.input.PayloadType;
import io.heed.input.SparkRows;
import io.heed.settings.Setting;
import io.heed.settings.SettingException;
import io.heed.settings.Settings;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.types.StructType;

/**
 * What a stage plans from.
 *
 * @param schema of the rows
 * @param settings the parameters that are set, as a job's options would give them
 */
public record StageInput(StructType schema, Settings settings) {

  static void requireColumn(StructType schema, String parameter, String column) {
    if (schema.getFieldIndex(column).isEmpty()) {
      throw new SettingException(
          String.format(
              Locale.ROOT,
              "%s %s is no column of the input; there are %s",
              parameter,
              column,
              String.join(", ", schema.fieldNames())));
    }
    if (Collections.frequency(List.of(schema.fieldNames()), column) > 1) {
      throw new SettingException(
          String.format(
              Locale.ROOT, "%s %s: the input has several columns of this name", parameter, column));
    }
  }

  /**
   * The type, of several, that a column holds.
   *
   * @param parameter that names the column
   * @param types as they are tried
   * @throws SettingException where it holds none of them
   */
  public PayloadType typeOf(String parameter, String column, List<PayloadType> types) {
    List<String> all = types.stream().map(PayloadType::description).toList();
    String last = all.get(all.size() - 1);
    String rule =
        all.size() == 1 ? last : String.join(", ", all.subList(0, all.size() - 1)) + " or " + last;
    return typeOf(parameter, column, rule, types);
  }

  private PayloadType typeOf(
      String parameter, String column, String rule, List<PayloadType> types) {
    requireColumn(schema, parameter, column);
    for (PayloadType type : types) {
      if (SparkRows.readable(schema, column, type)) {
        return type;
      }
    }
    throw new SettingException(
        String.format(
            Locale.ROOT,
            "%s %s is of type %s; it has to be %s",
            parameter,
            column,
            schema.apply(column).dataType().catalogString(),
            rule));
  }

  /**
   * Checks the type of the column that a setting names.
   *
   * @throws SettingException where it holds another
   */
  public void requireType(Setting<String> column, PayloadType type) {
    requireType(column, type.description(), type);
  }

  /**
   * The same, in other words.
   *
   * @param rule the type, for a person
   * @throws SettingException where it holds another
   */
  public void requireType(Setting<String> column, String rule, PayloadType type) {
    typeOf(settings.place(column), settings.required(column), rule, List.of(type));
  }
}
