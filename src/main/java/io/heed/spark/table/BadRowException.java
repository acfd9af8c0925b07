package io.heed.spark.table;

import io.heed.row.Rejection;

/** A row has no result, and is to end the work. */
public final class BadRowException extends RuntimeException {
  private static final long serialVersionUID = 1;

  BadRowException(Rejection why) {
    super(why.message());
  }
}
