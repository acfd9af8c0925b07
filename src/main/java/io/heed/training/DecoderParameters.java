package io.heed.training;

import java.util.List;
import java.util.Optional;

/**
 * The tensors of a decoder by what they are for.
 *
 * @param tokens {@code [V, D]}
 * @param positions {@code [P, D]}
 * @param finalNorm of the last block's output, where there is one
 * @param logits {@code [V, D]}, which may be the token embeddings
 */
record DecoderParameters(
    Parameter tokens,
    Parameter positions,
    List<BlockParameters> blocks,
    Optional<NormParameters> finalNorm,
    Parameter logits) {}
