package io.heed.model;

import io.heed.batch.PackedBatch;
import io.heed.kernel.AttentionMask;
import io.heed.model.KeyValueCache.Run;
import io.heed.model.Workspace.Buffer;
import io.heed.tensor.Matrix;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A decoder (Radford et al., 2018, 2019): a token sees itself and the tokens before it, and its
 * hidden state tells what comes next. Whole sequences pass through at once, or go on token by token
 * behind a {@link KeyValueCache}, to the same bits.
 */
public final class TransformerDecoder implements Transformer {
  /** Rows of logits that are computed together: of 50,000 tokens each they are 13 MB. */
  public static final int MOST_LOGITS = 64;

  private final TokenEmbeddings embeddings;
  private final TransformerStack stack;
  private final Optional<LayerNorm> finalNorm;
  private final Linear logits;
  private final Dimensions dimensions;

  TransformerDecoder(
      TokenEmbeddings embeddings,
      List<TransformerBlock> blocks,
      Optional<LayerNorm> finalNorm,
      Linear logits,
      Dimensions dimensions) {
    this.embeddings = embeddings;
    this.stack = new TransformerStack(blocks, AttentionMask.causal(), dimensions);
    this.finalNorm = finalNorm;
    this.logits = logits;
    this.dimensions = dimensions;
  }

  @Override
  public Dimensions dimensions() {
    return dimensions;
  }

  @Override
  public Matrix hiddenStates(
      PackedBatch batch, Set<Integer> layersToTell, WeightsListener listener, Workspace workspace) {
    Matrix hidden = workspace.matrix(Buffer.HIDDEN, batch.tokens(), dimensions.width());
    embeddings.forward(batch, new int[batch.sequences()], hidden);
    stack.forward(hidden, batch, layersToTell, listener, workspace);
    finalNorm.ifPresent(norm -> norm.forward(hidden, workspace));
    return hidden;
  }

  /**
   * The hidden states of the next tokens of some sequences, whose keys and values the cache then
   * holds as well.
   *
   * @param batch the next tokens of each sequence, at least one, all below the vocabulary
   * @param runs where the cache holds each sequence, with room for these tokens
   * @return {@code [T, D]}, valid until the workspace is used again
   */
  public Matrix hiddenStates(
      PackedBatch batch, KeyValueCache cache, List<Run> runs, Workspace workspace) {
    Matrix hidden = workspace.matrix(Buffer.HIDDEN, batch.tokens(), dimensions.width());
    embeddings.forward(batch, runs.stream().mapToInt(Run::tokens).toArray(), hidden);
    stack.forward(hidden, batch, cache, runs, workspace);
    for (int s = 0; s < runs.size(); s++) {
      runs.get(s).grow(batch.length(s));
    }
    finalNorm.ifPresent(norm -> norm.forward(hidden, workspace));
    return hidden;
  }

  /**
   * What follows each token: one logit for each id of the vocabulary.
   *
   * @param hidden {@code [n, D]} of at most {@link #MOST_LOGITS} tokens
   * @return {@code [n, V]}, valid until the workspace is used again
   */
  public Matrix logits(Matrix hidden, Workspace workspace) {
    if (hidden.rows() > MOST_LOGITS) {
      throw new IllegalArgumentException(
          "logits of %d tokens exceed %d".formatted(hidden.rows(), MOST_LOGITS));
    }
    Matrix values = workspace.matrix(Buffer.LOGITS, hidden.rows(), dimensions.vocabulary());
    logits.forward(hidden, values, workspace);
    return values;
  }

  /**
   * The hidden state of the last token of each sequence.
   *
   * @param hidden {@code [T, D]}
   * @return {@code [B, D]}, valid until the workspace is used again
   */
  public static Matrix last(Matrix hidden, PackedBatch batch, Workspace workspace) {
    Matrix last = workspace.matrix(Buffer.POOLED, batch.sequences(), hidden.columns());
    for (int s = 0; s < batch.sequences(); s++) {
      int token = batch.cumulativeLengths()[s + 1] - 1;
      System.arraycopy(
          hidden.data(), hidden.index(token), last.data(), last.index(s), hidden.columns());
    }
    return last;
  }
}
