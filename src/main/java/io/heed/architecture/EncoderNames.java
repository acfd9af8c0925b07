package io.heed.architecture;

/**
 * Where a family has the parts of an encoder.
 *
 * @param prefix what may stand before all names, as in checkpoints with a task head
 * @param projection the map from the width of the embeddings to that of the blocks, where the two
 *     differ
 * @param layers the list of blocks
 * @param block the parts of a block
 */
record EncoderNames(String prefix, String projection, String layers, BlockNames block) {}
