/**
 * Blocks of token ids enter, trained weights leave: the gradients of a decoder, the steps of an
 * optimizer shared out among tasks, and what has to be kept to go on after a failure. It knows no
 * Spark.
 *
 * <p>B sequences, T tokens, H heads, D width, V vocabulary, as in {@link io.heed.layer}.
 */
package io.heed.training;
