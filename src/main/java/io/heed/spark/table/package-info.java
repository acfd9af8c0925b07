/**
 * Rows of any table enter; rows with the columns of a computation behind them leave: what a
 * computation is, and the stage of a pipeline that it makes.
 */
package io.heed.spark.table;
