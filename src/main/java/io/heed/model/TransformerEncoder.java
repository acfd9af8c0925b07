package io.heed.model;

import io.heed.batch.PackedBatch;
import io.heed.batch.PackedBatch.Part;
import io.heed.kernel.AttentionWeights;
import io.heed.model.Workspace.Buffer;
import io.heed.tensor.Matrix;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A stack of encoder layers over input embeddings: a packed batch to its hidden states. */
public final class TransformerEncoder {
  private static final int ROWS_IN_CACHE = 256;
  private static final int ROWS_OF_WIDE_MODELS = 512;

  /** Up to this width 256 rows fill less than half of a second cache of 1 MB. */
  private static final int WIDEST_IN_CACHE = 384;

  private final InputEmbeddings embeddings;
  private final List<EncoderLayer> layers;
  private final Dimensions dimensions;

  /**
   * What a caller has to know of the model.
   *
   * @param layers number of layers
   * @param heads number of heads of each layer, H
   * @param width values in a hidden state, D
   * @param vocabulary number of token ids
   * @param positions tokens in the longest sequence
   */
  public record Dimensions(int layers, int heads, int width, int vocabulary, int positions) {}

  TransformerEncoder(InputEmbeddings embeddings, List<EncoderLayer> layers, Dimensions dimensions) {
    this.embeddings = embeddings;
    this.layers = List.copyOf(layers);
    this.dimensions = dimensions;
  }

  /** Sizes of the model. */
  public Dimensions dimensions() {
    return dimensions;
  }

  /**
   * Encodes a batch.
   *
   * @param batch ids below the vocabulary, sequences of 1 to {@code positions} tokens
   * @return hidden states {@code [T, D]} of the last layer, valid until the workspace is used again
   */
  public Matrix encode(PackedBatch batch, Workspace workspace) {
    return encode(batch, Set.of(), (layer, firstSequence, weights) -> {}, workspace);
  }

  /** Takes the attention weights of some sequences of a batch. */
  public interface WeightsListener {
    /**
     * The weights of one layer, which nothing changes afterwards.
     *
     * @param layer counted from 0
     * @param firstSequence the sequence of the batch that is sequence 0 of the weights
     * @param weights of all heads
     */
    void accept(int layer, int firstSequence, AttentionWeights weights);
  }

  /**
   * Encodes a batch as {@link #encode(PackedBatch, Workspace)} does, and tells attention weights.
   *
   * @param layersToTell layers whose weights the listener gets, counted from 0
   */
  public Matrix encode(
      PackedBatch batch, Set<Integer> layersToTell, WeightsListener listener, Workspace workspace) {
    Matrix hidden = workspace.matrix(Buffer.HIDDEN, batch.tokens(), dimensions.width());
    embeddings.forward(batch, hidden, workspace);
    int rowsTogether = rowsTogether(dimensions.width());
    List<Part> parts = batch.parts(rowsTogether);
    for (int index = 0; index < layers.size(); index++) {
      EncoderLayer layer = layers.get(index);
      int firstSequence = 0;
      for (Part part : parts) {
        Matrix rows = hidden.rows(part.firstToken(), part.firstToken() + part.tokens());
        int[] starts = part.cumulativeLengths();
        Optional<AttentionWeights> weights =
            layersToTell.contains(index) ? Optional.of(layer.weights(starts)) : Optional.empty();
        layer.forward(rows, starts, rowsTogether, weights, workspace);
        if (weights.isPresent()) {
          listener.accept(index, firstSequence, weights.get());
        }
        firstSequence += starts.length - 1;
      }
    }
    return hidden;
  }

  /**
   * Tokens that pass through a layer together. The more they are, the more seldom its weights are
   * read again from memory; but when they are few, what passes stays in the second cache. For wide
   * models as few as that would be too few.
   */
  private static int rowsTogether(int width) {
    return width <= WIDEST_IN_CACHE ? ROWS_IN_CACHE : ROWS_OF_WIDE_MODELS;
  }
}
