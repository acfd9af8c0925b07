package io.heed.engine;

import io.heed.batch.PackedBatch;
import io.heed.layer.AttentionListener;
import io.heed.layer.Poolings;
import io.heed.model.ModelSpec;
import io.heed.tensor.Matrix;
import java.util.Set;

/**
 * A packed batch to vectors: all that an {@link EmbeddingEngine} asks of a model, and where a whole
 * device may stand instead of the kernels of this JVM. For all threads, each with a session.
 */
public interface Encoder {

  /** What the model is. */
  ModelSpec spec();

  /** How the tokens of a sequence become vectors. */
  Poolings pooling();

  /** Values of a vector. */
  int dimensions();

  /** Working memory for one thread. */
  Session session();

  /** The encoder as one thread uses it. Not thread-safe. */
  interface Session {

    /**
     * The vectors of a batch.
     *
     * @param batch sequences that the model can read, see {@link
     *     io.heed.model.Transformer#hiddenStates}
     * @param layersToTell layers whose attention weights the listener gets, counted from 0
     * @return {@code [vectors, D]}, those of the first sequence first, valid until the session is
     *     used again
     */
    Matrix embed(PackedBatch batch, Set<Integer> layersToTell, AttentionListener listener);
  }
}
