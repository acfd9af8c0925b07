package io.heed.architecture;

import io.heed.kernel.Activation;
import io.heed.layer.PositionIds;
import java.util.Optional;

/**
 * What a family of encoders has beside the sizes that all have.
 *
 * @param epsilon what layer normalisation adds to the variance
 * @param activation between the maps of a feed-forward block, where the configuration names none
 * @param positionIds which position embedding a token takes
 * @param tokenTypes rows of the token type embeddings, 0 where there are none
 * @param embeddingWidth values of an embedding, where this is not the width of the blocks
 */
record EncoderTraits(
    float epsilon,
    Activation activation,
    PositionIds positionIds,
    int tokenTypes,
    Optional<Integer> embeddingWidth) {}
