package io.heed.model;

import io.heed.batch.PackedBatch;
import io.heed.layer.AttentionListener;
import io.heed.layer.KeyValueCache;
import io.heed.layer.KeyValueCache.Run;
import io.heed.layer.Linear;
import io.heed.layer.Norm;
import io.heed.layer.TokenEmbeddings;
import io.heed.layer.TransformerBlock;
import io.heed.layer.TransformerStack;
import io.heed.layer.Workspace;
import io.heed.layer.Workspace.Buffer;
import io.heed.tensor.Matrix;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A decoder (Radford et al., 2018, 2019): a token sees itself and the tokens before it, and its
 * hidden state tells what comes next. Whole sequences pass through at once, or go on token by token
 * behind a {@link KeyValueCache}, to the same bits.
 */
public final class TransformerDecoder implements Decoder {
  private final TokenEmbeddings embeddings;
  private final TransformerStack stack;
  private final Linear logits;
  private final ModelSpec spec;

  /**
   * A decoder of these parts.
   *
   * @param finalNorm of the last block's output, where there is one
   * @param logits D to V
   */
  public TransformerDecoder(
      TokenEmbeddings embeddings,
      List<TransformerBlock> blocks,
      Optional<Norm> finalNorm,
      Linear logits,
      ModelSpec spec) {
    this.embeddings = embeddings;
    this.stack = new TransformerStack(blocks, finalNorm, spec.block());
    this.logits = logits;
    this.spec = spec;
  }

  @Override
  public ModelSpec spec() {
    return spec;
  }

  /** What tokens become before the first block. */
  public TokenEmbeddings embeddings() {
    return embeddings;
  }

  /** The blocks. */
  public TransformerStack stack() {
    return stack;
  }

  @Override
  public Matrix hiddenStates(
      PackedBatch batch,
      Set<Integer> layersToTell,
      AttentionListener listener,
      Workspace workspace) {
    Matrix hidden = workspace.matrix(Buffer.HIDDEN, batch.tokens(), spec.width());
    embeddings.forward(batch, new int[batch.sequences()], hidden);
    stack.forward(hidden, batch, layersToTell, listener, workspace);
    return hidden;
  }

  @Override
  public Matrix hiddenStates(
      PackedBatch batch, KeyValueCache cache, List<Run> runs, Workspace workspace) {
    for (int s = 0; s < runs.size(); s++) {
      runs.get(s).checkRoom(batch.length(s));
    }
    Matrix hidden = workspace.matrix(Buffer.HIDDEN, batch.tokens(), spec.width());
    embeddings.forward(batch, runs.stream().mapToInt(Run::tokens).toArray(), hidden);
    stack.forward(hidden, batch, cache, runs, workspace);
    for (int s = 0; s < runs.size(); s++) {
      runs.get(s).grow(batch.length(s));
    }
    return hidden;
  }

  @Override
  public Matrix logits(Matrix hidden, int[] tokens, Workspace workspace) {
    if (tokens.length > MOST_LOGITS) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "logits of %d tokens exceed %d", tokens.length, MOST_LOGITS));
    }
    Matrix some = workspace.matrix(Buffer.POOLED, tokens.length, hidden.columns());
    for (int i = 0; i < tokens.length; i++) {
      int from = hidden.index(tokens[i]);
      System.arraycopy(hidden.data(), from, some.data(), some.index(i), hidden.columns());
    }
    Matrix values = workspace.matrix(Buffer.LOGITS, tokens.length, spec.vocabulary());
    logits.forward(some, values, workspace);
    return values;
  }
}
