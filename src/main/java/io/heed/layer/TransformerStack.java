package io.heed.layer;

import io.heed.batch.PackedBatch;
import io.heed.batch.PackedBatch.Part;
import io.heed.kernel.AttentionWeights;
import io.heed.layer.KeyValueCache.Run;
import io.heed.tensor.Matrix;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntConsumer;

/** The blocks of a transformer, one after the other, and the norm behind the last. */
public final class TransformerStack {
  private static final int ROWS_IN_CACHE = 256;
  private static final int ROWS_OF_WIDE_MODELS = 512;

  /** Up to this width 256 rows fill less than half of a second cache of 1 MB. */
  private static final int WIDEST_IN_CACHE = 384;

  private final List<TransformerBlock> blocks;
  private final Optional<Norm> finalNorm;
  private final int heads;
  private final int rowsTogether;

  /** What some sequences of a batch attend to in a layer. */
  private interface PartSequences {
    Sequences of(int layer, Part part);
  }

  /**
   * A stack.
   *
   * @param finalNorm of the last block's output, where there is one
   */
  public TransformerStack(List<TransformerBlock> blocks, Optional<Norm> finalNorm, BlockSpec spec) {
    this.blocks = List.copyOf(blocks);
    this.finalNorm = finalNorm;
    this.heads = spec.attention().heads();
    this.rowsTogether = rowsTogether(spec.width());
  }

  /** The blocks, in order. */
  public List<TransformerBlock> blocks() {
    return blocks;
  }

  /** The norm of the last block's output, where there is one. */
  public Optional<Norm> finalNorm() {
    return finalNorm;
  }

  /** Whether what is behind the last block is not what comes out. */
  public boolean hasFinalNorm() {
    return finalNorm.isPresent();
  }

  /** Passes whole sequences through: replaces {@code hidden} {@code [T, D]}. */
  public void forward(
      Matrix hidden,
      PackedBatch batch,
      Set<Integer> layersToTell,
      AttentionListener listener,
      Workspace workspace) {
    forward(hidden, batch, layersToTell, listener, layer -> {}, workspace);
  }

  /**
   * The same, layer by layer.
   *
   * @param behind is told the number of each layer once it is passed, 0 before the first
   */
  public void forward(
      Matrix hidden,
      PackedBatch batch,
      Set<Integer> layersToTell,
      AttentionListener listener,
      IntConsumer behind,
      Workspace workspace) {
    forward(
        hidden,
        batch,
        (layer, part) -> {
          int[] starts = part.cumulativeLengths();
          return Sequences.Whole.within(
              starts,
              layersToTell.contains(layer)
                  ? Optional.of(AttentionWeights.allocate(starts, starts, heads))
                  : Optional.empty());
        },
        listener,
        behind,
        workspace);
  }

  /** Passes the next tokens of some sequences through, and keeps their keys and values. */
  public void forward(
      Matrix hidden, PackedBatch batch, KeyValueCache cache, List<Run> runs, Workspace workspace) {
    forward(
        hidden,
        batch,
        (layer, part) -> {
          int[] starts = part.cumulativeLengths();
          int first = part.firstSequence();
          List<Run> some = runs.subList(first, first + starts.length - 1);
          return new Sequences.Continued(
              starts,
              cache.layer(layer),
              some.stream().mapToInt(Run::firstPlace).toArray(),
              some.stream().mapToInt(Run::tokens).toArray());
        },
        AttentionListener.NONE,
        layer -> {},
        workspace);
  }

  private void forward(
      Matrix hidden,
      PackedBatch batch,
      PartSequences partSequences,
      AttentionListener listener,
      IntConsumer behind,
      Workspace workspace) {
    List<Part> parts = batch.parts(rowsTogether);
    behind.accept(0);
    for (int layer = 0; layer < blocks.size(); layer++) {
      for (Part part : parts) {
        Sequences sequences = partSequences.of(layer, part);
        blocks.get(layer).forward(part.of(hidden), sequences, rowsTogether, workspace);
        if (sequences.weights().isPresent()) {
          listener.accept(layer, part.firstSequence(), sequences.weights().get());
        }
      }
      behind.accept(layer + 1);
    }
    finalNorm.ifPresent(norm -> norm.forward(hidden, hidden, workspace));
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
