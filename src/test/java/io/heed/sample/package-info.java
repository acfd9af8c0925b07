/**
 * The sentences of {@code sample-data} enter; the small checkpoints beside them leave, the same
 * bytes on every run.
 */
package io.heed.sample;
