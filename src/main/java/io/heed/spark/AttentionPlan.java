package io.heed.spark;

import io.heed.checkpoint.CheckpointException;
import io.heed.engine.AttentionOptions;
import io.heed.kernel.KernelChoice;
import io.heed.layer.AttentionScore;
import io.heed.layer.InputLayer.Positions;
import java.io.Serializable;
import java.util.Locale;

/**
 * Everything that a task needs to know to attend; small, and the same for all tasks.
 *
 * @param input what makes vectors of tokens, or null where rows hold vectors
 * @param layer where the weights are, or null where values pass as they are
 * @param heads number of heads
 * @param score how queries and keys are compared
 * @param options everything else that is not a weight
 * @param vectorType how the context vectors stand in the output
 * @param batchVectors vectors that are computed together
 * @param kernel which kernels compute
 * @param payload where the values of a row stand
 */
public record AttentionPlan(
    TokenInput input,
    LayerReference layer,
    int heads,
    AttentionScore.Form score,
    AttentionOptions options,
    VectorType vectorType,
    int batchVectors,
    KernelChoice kernel,
    Payload payload)
    implements Serializable {

  /** What stands first in the payload of a row. */
  public enum First {
    /** The sequence that attends. */
    QUERIES,
    /** Attention weights, a row for each result, and no sequence attends. */
    WEIGHTS
  }

  /**
   * What the payload of a row holds, and where.
   *
   * @param context -1 for self-attention
   * @param mask -1 where rows have none
   */
  public record Payload(First first, int context, int mask) implements Serializable {}

  /**
   * The input layer of rows of token ids.
   *
   * @param embedding where the embedding of tokens is
   * @param positions what is added to it
   * @param vocabulary how many token ids it has
   * @param width values of a token
   */
  public record TokenInput(LayerReference embedding, Positions positions, int vocabulary, int width)
      implements Serializable {}

  /**
   * What travels with the tasks instead of weights.
   *
   * @param file where it is
   * @param hash content hash of the file that the driver saw
   */
  public record LayerReference(ModelLocation file, String hash) implements Serializable {

    /**
     * Checks that a file that was read here is the driver's.
     *
     * @throws CheckpointException when it is not
     */
    void requireSame(String read) {
      if (!read.equals(hash)) {
        throw new CheckpointException(
            String.format(
                Locale.ROOT,
                "%s differs from the driver's: its content hash is %s, the driver's %s",
                file.text(),
                read,
                hash));
      }
    }
  }
}
