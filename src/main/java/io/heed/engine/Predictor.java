package io.heed.engine;

import io.heed.batch.PackedBatch;
import io.heed.layer.KeyValueCache;
import io.heed.layer.KeyValueCache.Run;
import io.heed.model.Decoder;
import io.heed.model.ModelSpec;
import io.heed.tensor.Matrix;
import java.util.List;

/**
 * A packed batch to logits: all that a {@link ScoringEngine} and a {@link GenerationEngine} ask of
 * a model, and where a whole device may stand instead of the kernels of this JVM. For all threads,
 * each with a session.
 */
public interface Predictor {
  /** Tokens whose logits are computed together. */
  int MOST_LOGITS = Decoder.MOST_LOGITS;

  /** What the model is. */
  ModelSpec spec();

  /** Working memory for one thread. */
  Session session();

  /** The predictor as one thread uses it. Not thread-safe. */
  interface Session {

    /**
     * Room for the keys and values of sequences that go on.
     *
     * @param places tokens of all sequences, rounded up to whole runs
     */
    KeyValueCache newCache(int places);

    /** Reads whole sequences, of at least one token each, all below the vocabulary. */
    void read(PackedBatch batch);

    /**
     * Reads the next tokens of some sequences, whose keys and values the cache then holds as well.
     *
     * @param runs where the cache holds each sequence, with room for these tokens
     */
    void read(PackedBatch batch, KeyValueCache cache, List<Run> runs);

    /**
     * What follows some tokens of the batch that was read last: one logit for each id of the
     * vocabulary.
     *
     * @param tokens their numbers in the batch, at most {@link #MOST_LOGITS}
     * @return {@code [tokens, V]}, valid until the session is used again
     */
    Matrix logits(int[] tokens);
  }
}
