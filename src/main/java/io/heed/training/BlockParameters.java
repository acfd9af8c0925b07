package io.heed.training;

/** The tensors of one block. */
record BlockParameters(
    NormParameters attentionNorm,
    MapParameters queryKeyValue,
    MapParameters attentionOutput,
    NormParameters outputNorm,
    MapParameters inner,
    MapParameters outer) {}
