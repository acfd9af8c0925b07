package io.heed.engine;

import io.heed.batch.PackedBatch;
import io.heed.kernel.Reductions;
import io.heed.model.ModelSpec;
import io.heed.row.Rejection;
import io.heed.tensor.Matrix;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Turns token id sequences into vectors. One engine serves all threads, each with a session. */
public final class EmbeddingEngine {
  private final Encoder encoder;
  private final Reductions kernels;
  private final Set<Integer> attentionLayers;

  /**
   * An engine.
   *
   * @param kernels what looks at the vectors
   */
  public EmbeddingEngine(Encoder encoder, Reductions kernels) {
    this(encoder, kernels, Set.of());
  }

  private EmbeddingEngine(Encoder encoder, Reductions kernels, Set<Integer> attentionLayers) {
    this.encoder = encoder;
    this.kernels = kernels;
    this.attentionLayers = attentionLayers;
  }

  /**
   * The same engine, which also gives the attention weights of some layers. The vectors have the
   * same bits; a sequence with a weight that is not finite has no result.
   *
   * @param layers counted from 0
   * @throws IndexOutOfBoundsException when the model has no such layer
   */
  public EmbeddingEngine withAttention(List<Integer> layers) {
    layers.forEach(layer -> Objects.checkIndex(layer, spec().layers()));
    return new EmbeddingEngine(encoder, kernels, new TreeSet<>(layers));
  }

  /** Bytes of the attention weights that a sequence of {@code tokens} tokens leaves. */
  long attentionBytes(int tokens) {
    return attentionLayers.size() * LayerWeights.bytes(spec().heads(), tokens);
  }

  /** Sizes of the model. */
  public ModelSpec spec() {
    return encoder.spec();
  }

  /** Values of a vector. */
  public int dimensions() {
    return encoder.dimensions();
  }

  /**
   * Whether a sequence can be embedded.
   *
   * @return the rule it breaks, or empty
   */
  public Optional<Rejection> check(int[] inputIds) {
    return sequences().check(inputIds);
  }

  /** The same of a sequence and the types of its tokens. */
  Optional<Rejection> check(RowTokens row) {
    return check(row.ids()).or(() -> row.checkTypes(spec().tokenTypes()));
  }

  /** What sequences can be embedded. */
  private SequenceRules sequences() {
    return new SequenceRules(spec(), encoder.pooling());
  }

  /** Working memory for one thread. */
  public Session session() {
    return new Session();
  }

  /** The engine as one thread uses it. Not thread-safe. */
  public final class Session {
    private final Encoder.Session computing = encoder.session();

    private Session() {}

    /**
     * Embeds a batch of sequences that passed {@link #check}.
     *
     * @return one result per sequence, independent of the batch it stands in
     */
    public Embeddings embed(PackedBatch batch) {
      List<List<LayerWeights>> attention = noWeights(batch.sequences());
      Matrix vectors =
          computing.embed(
              batch,
              attentionLayers,
              (layer, firstSequence, weights) -> {
                for (int i = 0; i < weights.queryCounts().length; i++) {
                  attention.get(firstSequence + i).add(new LayerWeights(layer, weights, i));
                }
              });
      return Embeddings.copyOf(vectors, firstVectors(batch), attention, kernels);
    }

    private List<List<LayerWeights>> noWeights(int sequences) {
      if (attentionLayers.isEmpty()) {
        return Collections.nCopies(sequences, List.of());
      }
      List<List<LayerWeights>> weights = new ArrayList<>(sequences);
      for (int i = 0; i < sequences; i++) {
        weights.add(new ArrayList<>(attentionLayers.size()));
      }
      return weights;
    }

    private int[] firstVectors(PackedBatch batch) {
      int[] first = new int[batch.sequences() + 1];
      for (int i = 0; i < batch.sequences(); i++) {
        first[i + 1] = first[i] + encoder.pooling().vectors(batch.length(i));
      }
      return first;
    }
  }
}
