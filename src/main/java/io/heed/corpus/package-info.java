/**
 * Documents, each the token ids of a row, enter in parts; the blocks of a training step leave,
 * which hold every token of the training stream once an epoch. A manifest makes the parts one
 * stream for training and one held out, whatever the parts are.
 *
 * <p>In shapes, {@code T} is the number of tokens of a block and {@code B} that of the pieces of
 * documents in it.
 */
package io.heed.corpus;
