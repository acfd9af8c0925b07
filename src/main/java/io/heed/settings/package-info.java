/**
 * What a person can decide, each thing declared once, and what was decided in a run: arguments and
 * {@code spark.heed.*} keys enter, typed values with their origin leave.
 */
package io.heed.settings;
