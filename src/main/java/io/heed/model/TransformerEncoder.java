package io.heed.model;

import io.heed.batch.PackedBatch;
import io.heed.layer.AttentionListener;
import io.heed.layer.InputEmbeddings;
import io.heed.layer.LayerMix;
import io.heed.layer.Norm;
import io.heed.layer.TransformerBlock;
import io.heed.layer.TransformerStack;
import io.heed.layer.Workspace;
import io.heed.layer.Workspace.Buffer;
import io.heed.tensor.Matrix;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** An encoder (Devlin et al., 2018): every token of a sequence sees all others. */
public final class TransformerEncoder implements Transformer {
  private final InputEmbeddings embeddings;
  private final TransformerStack stack;
  private final ModelSpec spec;
  private final Optional<LayerMix> mix;

  /**
   * An encoder of these parts.
   *
   * @param finalNorm of the last block's output, where there is one
   */
  public TransformerEncoder(
      InputEmbeddings embeddings,
      List<TransformerBlock> blocks,
      Optional<Norm> finalNorm,
      ModelSpec spec) {
    this(embeddings, new TransformerStack(blocks, finalNorm, spec.block()), spec, Optional.empty());
  }

  private TransformerEncoder(
      InputEmbeddings embeddings, TransformerStack stack, ModelSpec spec, Optional<LayerMix> mix) {
    this.embeddings = embeddings;
    this.stack = stack;
    this.spec = spec;
    this.mix = mix;
  }

  @Override
  public Optional<Transformer> mixing(LayerMix layers) {
    return stack.hasFinalNorm()
        ? Optional.empty()
        : Optional.of(new TransformerEncoder(embeddings, stack, spec, Optional.of(layers)));
  }

  @Override
  public ModelSpec spec() {
    return spec;
  }

  /** What tokens become before the first block. */
  public InputEmbeddings embeddings() {
    return embeddings;
  }

  /** The blocks. */
  public TransformerStack stack() {
    return stack;
  }

  /** Whether its hidden states are a mean over layers. */
  public boolean isMixing() {
    return mix.isPresent();
  }

  @Override
  public Matrix hiddenStates(
      PackedBatch batch,
      Set<Integer> layersToTell,
      AttentionListener listener,
      Workspace workspace) {
    Matrix hidden = workspace.matrix(Buffer.HIDDEN, batch.tokens(), spec.width());
    embeddings.forward(batch, hidden, workspace);
    LayerMix.LayersRun run =
        behind -> stack.forward(hidden, batch, layersToTell, listener, behind, workspace);
    if (mix.isPresent()) {
      return mix.get().over(hidden, workspace, run);
    }
    run.forward(layer -> {});
    return hidden;
  }
}
