package io.heed.attend;

import io.heed.layer.InputLayer.Positions;
import java.io.Serializable;

/**
 * The input layer of rows of token ids.
 *
 * @param embedding where the embedding of tokens is
 * @param positions what is added to it
 * @param vocabulary how many token ids it has
 * @param width values of a token
 */
record TokenInput(WeightsReference embedding, Positions positions, int vocabulary, int width)
    implements Serializable {}
