package io.heed.spark.table;

import io.heed.settings.Setting;
import io.heed.settings.ValueType;

/** What becomes of a row that has no result. */
public enum BadRows {
  /** It leaves the table. A job writes it to its rejected rows, with the reason. */
  REJECT,
  /** It stays, without a result and with the reason beside it. */
  MARK,
  /** It ends the work with its reason as the error. */
  FAIL;

  /** The parameter of a stage that chooses one. */
  public static final Setting<BadRows> SETTING =
      Setting.ofRun(
          "on-bad-row",
          ValueType.choice(BadRows.class),
          "What becomes of a row without a result: mark keeps it and tells why, reject leaves it"
              + " out, fail ends the query");
}
