package io.heed.architecture;

/**
 * Where a family has the blocks of an encoder.
 *
 * @param prefix what may stand before all names, as in checkpoints with a task head
 * @param layers the list of blocks
 * @param block the parts of a block
 * @param classifier the maps of its classifiers
 */
record EncoderNames(
    String prefix, String layers, BlockNames block, NamedClassifier.Names classifier) {}
