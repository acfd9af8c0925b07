package io.heed.engine;

import java.util.List;

/**
 * What embedding a row yields.
 *
 * @param tokens as computed
 * @param vectors one {@code [D]}, or one per token
 * @param attention weights of the engine's attention layers, in their order
 */
public record EmbeddedRow(RowTokens tokens, float[][] vectors, List<LayerWeights> attention) {}
