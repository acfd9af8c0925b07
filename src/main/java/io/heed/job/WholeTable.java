package io.heed.job;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A table of which no row is rejected before it is computed.
 *
 * @param rows as a {@link RowComputation} gives them
 * @param count of the rows
 * @param tokens of all rows, as computed
 * @param truncated rows that had more of them
 */
public record WholeTable(Dataset<Row> rows, long count, long tokens, long truncated) {}
