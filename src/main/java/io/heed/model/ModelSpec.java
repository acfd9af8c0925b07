package io.heed.model;

import io.heed.kernel.Activation;
import io.heed.kernel.AttentionMask;
import io.heed.layer.AttentionSpec;
import io.heed.layer.BlockSpec;
import io.heed.layer.KeyValueCache;
import io.heed.layer.NormPlacement;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a transformer is: all that its users may ask about it, whatever its architecture.
 *
 * @param modelType {@code model_type} of its configuration, to be told and not to be asked
 * @param layers number of blocks
 * @param block the sizes and choices that the blocks share
 * @param vocabulary number of token ids, V
 * @param positions tokens in the longest sequence
 * @param tokenTypes number of segments that it tells apart, 0 where it has no embeddings of them
 * @param direction what a token sees of its sequence
 * @param endOfText ids that end a text; those that the vocabulary has not are left out, as they
 *     cannot come
 */
public record ModelSpec(
    String modelType,
    int layers,
    BlockSpec block,
    int vocabulary,
    int positions,
    int tokenTypes,
    Direction direction,
    SortedSet<Integer> endOfText) {

  /** An encoder, which ends no text. */
  public static ModelSpec encoder(
      String modelType, int layers, BlockSpec block, int vocabulary, int positions, int types) {
    return new ModelSpec(
        modelType, layers, block, vocabulary, positions, types, Direction.BOTH, new TreeSet<>());
  }

  /**
   * A model without blocks, of a vector for each token, which takes a sequence of any length, be it
   * empty.
   */
  public static ModelSpec ofVectors(String modelType, int vocabulary, int width) {
    BlockSpec none =
        new BlockSpec(
            width,
            AttentionSpec.of(1, width, AttentionMask.none()),
            width,
            Activation.NONE,
            1,
            NormPlacement.POST);
    return encoder(modelType, 0, none, vocabulary, Integer.MAX_VALUE, 0);
  }

  /** Whether tokens are read together; where there are no blocks, each stands for itself. */
  public boolean hasBlocks() {
    return layers > 0;
  }

  /** What a token sees of its sequence. */
  public enum Direction {
    /** All of it: an encoder. */
    BOTH,
    /** Itself and what stands before it: a decoder. */
    CAUSAL
  }

  /** Leaves out the ids that the vocabulary has not. */
  public ModelSpec {
    SortedSet<Integer> inside = new TreeSet<>(endOfText);
    int ids = vocabulary;
    inside.removeIf(id -> id < 0 || id >= ids);
    endOfText = Collections.unmodifiableSortedSet(inside);
  }

  /** Values in a hidden state, D. */
  public int width() {
    return block.width();
  }

  /** Heads of each block, H. */
  public int heads() {
    return block.attention().heads();
  }

  /** Whether a token sees only itself and what stands before it. */
  public boolean causal() {
    return direction == Direction.CAUSAL;
  }

  /** What a cache of keys and values for this model holds. */
  public KeyValueCache.Shape cacheShape() {
    AttentionSpec attention = block.attention();
    return new KeyValueCache.Shape(layers, attention.keyValueHeads(), attention.headWidth());
  }
}
