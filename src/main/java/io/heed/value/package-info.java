/**
 * Values of Spark rows enter, of every type that Parquet has; bytes that are equal for equal ids,
 * and exact texts, leave. Neither depends on the session, its time zone, the locale or the machine.
 */
package io.heed.value;
