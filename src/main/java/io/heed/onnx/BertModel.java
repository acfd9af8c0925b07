package io.heed.onnx;

import java.util.Map;

/**
 * What a graph computes, in the terms of {@code config.json}.
 *
 * @param width of a hidden state
 * @param inner width between the two maps of a layer
 * @param epsilon of its layer norms
 * @param weights by their names in a checkpoint
 */
record BertModel(
    int vocabulary,
    int width,
    int positions,
    int tokenTypes,
    int layers,
    int heads,
    int inner,
    float epsilon,
    Map<String, BertWeight> weights) {}
