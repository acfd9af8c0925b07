package io.heed.training;

import io.heed.kernel.CounterRandom;
import io.heed.kernel.Dropout;
import java.io.Serializable;

/**
 * What is dropped while a model is trained, named as transformers' configurations do.
 *
 * @param embedding {@code embd_pdrop}, of the sum of token and position embeddings
 * @param residual {@code resid_pdrop}, of what each half of a block adds
 * @param attention {@code attn_pdrop}, of the weights of attention
 */
public record DropoutRates(double embedding, double residual, double attention)
    implements Serializable {
  static final DropoutRates NONE = new DropoutRates(0, 0, 0);

  /** Draws for a step: each place of the model has its own. */
  Draws draws(long seed, long step, long... sequenceNames) {
    return new Draws(this, CounterRandom.bits(seed, step), sequenceNames);
  }

  /** What a step drops of some sequences. */
  record Draws(DropoutRates rates, long seed, long[] names) {
    private static final int SITES = 3;

    Dropout embedding() {
      return at(rates.embedding, 0, 0);
    }

    Dropout attention(int layer) {
      return at(rates.attention, layer + 1, 0);
    }

    /** Of what attention adds. */
    Dropout attentionOutput(int layer) {
      return at(rates.residual, layer + 1, 1);
    }

    /** Of what the feed-forward half adds. */
    Dropout output(int layer) {
      return at(rates.residual, layer + 1, 2);
    }

    private Dropout at(double rate, int layer, int site) {
      return rate == 0
          ? Dropout.NONE
          : new Dropout(rate, seed).ofLayer(layer * SITES + site).ofSequences(names);
    }
  }
}
