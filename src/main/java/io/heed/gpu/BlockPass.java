package io.heed.gpu;

import io.heed.layer.NormPlacement;

/** The way of a batch through the blocks, on the device. */
final class BlockPass {
  private final GpuKernels kernels;
  private final LaunchArguments arguments;
  private final Buffers buffers;
  private final OwnTurns ownTurns;
  private final int width;

  /**
   * What is between the maps, at addresses of the device.
   *
   * @param hidden {@code [T, D]}, what enters and leaves
   * @param sums {@code [T, D]}
   * @param context {@code [T, max(D, H·Dh)]}, and what a half of a block reads where a norm is
   *     before it
   * @param projected {@code [T, (H + 2·K)·Dh]}
   * @param wide {@code [T, I]}
   * @param places {@code [T]}, which row of rotary positions each token takes
   * @param queries see {@link SequenceBatch#queries}
   */
  record Buffers(
      long hidden, long sums, long context, long projected, long wide, long places, long queries) {}

  /** Tokens of a batch, and blocks of the attention kernel. */
  record Extent(int tokens, int queries) {}

  BlockPass(
      GpuKernels kernels,
      LaunchArguments arguments,
      Buffers buffers,
      OwnTurns ownTurns,
      int width) {
    this.kernels = kernels;
    this.arguments = arguments;
    this.buffers = buffers;
    this.ownTurns = ownTurns;
    this.width = width;
  }

  /** Replaces the hidden states by the output of a block. */
  void pass(DeviceBlock block, Extent extent) {
    if (block.placement() == NormPlacement.PRE) {
      passNormalizedBefore(block, extent);
    } else {
      passNormalizedAfter(block, extent);
    }
  }

  private void passNormalizedBefore(DeviceBlock block, Extent extent) {
    int tokens = extent.tokens();
    attend(block.attention(), normalized(block.attentionNorm(), buffers.hidden, tokens), extent);
    kernels.addProduct(
        buffers.context,
        block.attention().output(),
        buffers.hidden,
        buffers.sums,
        tokens,
        arguments);
    kernels.product(
        normalized(block.outputNorm(), buffers.sums, tokens),
        block.inner(),
        buffers.wide,
        tokens,
        arguments);
    kernels.addProduct(
        buffers.wide, block.outer(), buffers.sums, buffers.hidden, tokens, arguments);
  }

  /** Where the rows stand once they are normalised: at their own place where nothing is done. */
  private long normalized(DeviceNorm norm, long rows, int tokens) {
    if (norm.isNone()) {
      return rows;
    }
    kernels.normalize(rows, norm, buffers.context, tokens, width, arguments);
    return buffers.context;
  }

  private void passNormalizedAfter(DeviceBlock block, Extent extent) {
    int tokens = extent.tokens();
    long hidden = buffers.hidden;
    long sums = buffers.sums;
    attend(block.attention(), hidden, extent);
    kernels.addProduct(
        buffers.context, block.attention().output(), hidden, sums, tokens, arguments);
    if (block.resultNorm().isPresent()) {
      kernels.normalize(sums, block.resultNorm().get(), buffers.context, tokens, width, arguments);
      kernels.addAndNormalize(
          buffers.context, hidden, block.attentionNorm(), hidden, tokens, width, arguments);
    } else {
      kernels.normalize(sums, block.attentionNorm(), hidden, tokens, width, arguments);
    }
    kernels.product(hidden, block.inner(), buffers.wide, tokens, arguments);
    kernels.addProduct(buffers.wide, block.outer(), hidden, sums, tokens, arguments);
    kernels.normalize(sums, block.outputNorm(), hidden, tokens, width, arguments);
  }

  /** Fills the context, which may be what is attended to. */
  private void attend(DeviceBlock.Attention attention, long input, Extent extent) {
    int tokens = extent.tokens();
    DeviceBlock.Heads heads = attention.heads();
    long projected = buffers.projected;
    if (attention.turn().isPresent()) {
      DeviceBlock.Turn turn = attention.turn().get();
      Products.Turned turned =
          new Products.Turned(heads, turn, buffers.places, ownTurns.table(turn));
      kernels.turnedProduct(input, attention.queryKeyValue(), turned, projected, tokens, arguments);
    } else {
      kernels.product(input, attention.queryKeyValue(), projected, tokens, arguments);
    }
    attention
        .queryNorm()
        .ifPresent(norm -> normalize(norm, projected, heads.queryColumns(), heads, tokens));
    long keys = projected + (long) heads.queryColumns() * Short.BYTES;
    attention.keyNorm().ifPresent(norm -> normalize(norm, keys, heads.keyColumns(), heads, tokens));
    kernels.attend(projected, buffers.queries, extent.queries(), heads, buffers.context, arguments);
  }

  private void normalize(
      DeviceNorm norm, long from, int columns, DeviceBlock.Heads heads, int tokens) {
    kernels.normalizeColumns(from, heads.columns(), norm, tokens, columns, arguments);
  }
}
