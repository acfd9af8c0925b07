/** Columns of rows enter; the tokens that a model reads leave. */
package io.heed.spark.tokens;
