package io.heed.gpu;

import io.heed.kernel.Activation;
import io.heed.kernel.AttentionMask;
import io.heed.kernel.RelativeBias;
import io.heed.kernel.Rotation;
import io.heed.layer.Attention;
import io.heed.layer.FeedForward;
import io.heed.layer.HeadGroup;
import io.heed.layer.Linear;
import io.heed.layer.PositionRule;
import io.heed.layer.Rotary;
import io.heed.layer.TransformerBlock;
import io.heed.model.ModelSpec;
import io.heed.tensor.Matrix;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Brings the blocks of a model to the device. What several blocks share, be it a whole block, is
 * brought once. Not thread-safe.
 */
final class BlockUpload {
  /** Farther than any key is. */
  private static final int EVERYWHERE = 1 << 29;

  /** Queries, keys and values. */
  private static final int KINDS = 3;

  private static final int VALUES = 2;

  private final ModelSpec spec;
  private final Upload upload;
  private final Map<TransformerBlock, DeviceBlock> blocks = new IdentityHashMap<>();
  private final Map<Rotary, DeviceBlock.Turn> turns = new IdentityHashMap<>();
  private final Map<RelativeBias, Long> biases = new IdentityHashMap<>();

  BlockUpload(ModelSpec spec, Upload upload) {
    this.spec = spec;
    this.upload = upload;
  }

  List<DeviceBlock> of(List<TransformerBlock> all) {
    return all.stream().map(block -> blocks.computeIfAbsent(block, this::block)).toList();
  }

  private DeviceBlock block(TransformerBlock block) {
    Linear outer =
        block.feedForward() instanceof FeedForward.Gated gated
            ? gated.output()
            : ((FeedForward.Plain) block.feedForward()).output();
    return new DeviceBlock(
        block.normPlacement(),
        attention(block.attention()),
        block.resultNorm().map(upload::norm),
        upload.norm(block.attentionNorm()),
        inner(block.feedForward()),
        upload.map(outer),
        upload.norm(block.outputNorm()));
  }

  private DeviceMap inner(FeedForward feedForward) {
    if (!(feedForward instanceof FeedForward.Gated gated)) {
      return upload.map(((FeedForward.Plain) feedForward).intermediate());
    }
    MapRows rows = new MapRows(2 * gated.gate().outputs(), gated.gate().inputs());
    for (int from = 0; from < gated.gate().outputs(); from += DeviceMap.GATE_ROWS) {
      int[] some = MapRows.range(from, from + DeviceMap.GATE_ROWS);
      rows.add(gated.gate(), some);
      rows.add(gated.intermediate(), some);
    }
    return new DeviceMap(
        upload.bfloat16(rows.weight()),
        upload.floats(rows.bias()),
        gated.gate().outputs(),
        gated.gate().inputs(),
        gated.gate().projection().activation(),
        DeviceMap.Form.GATED);
  }

  private DeviceBlock.Attention attention(Attention attention) {
    Optional<Rotary> rotary =
        attention.positions() instanceof PositionRule.Turned turned
            ? Optional.of(turned.by())
            : Optional.empty();
    Optional<DeviceBlock.Turn> turn = rotary.map(some -> turns.computeIfAbsent(some, this::turn));
    Optional<HeadGroup.Normalized> normalized =
        attention.headGroups().get(0) instanceof HeadGroup.Normalized some
            ? Optional.of(some)
            : Optional.empty();
    return new DeviceBlock.Attention(
        queryKeyValue(attention, turn.map(DeviceBlock.Turn::pairs).orElse(0)),
        turn,
        normalized.map(some -> upload.norm(some.queryNorm())),
        normalized.map(some -> upload.norm(some.keyNorm())),
        heads(attention),
        upload.map(attention.output().orElseThrow()));
  }

  private DeviceBlock.Heads heads(Attention attention) {
    Optional<RelativeBias> bias =
        attention.positions() instanceof PositionRule.Relative relative
            ? Optional.of(relative.all())
            : Optional.empty();
    int headWidth = spec.block().attention().headWidth();
    int before = EVERYWHERE;
    int after = EVERYWHERE;
    if (attention.mask() instanceof AttentionMask.Causal) {
      after = 0;
    } else if (attention.mask() instanceof AttentionMask.Window window) {
      before = Math.min(window.reach(), EVERYWHERE);
      after = before;
    }
    return new DeviceBlock.Heads(
        bias.map(some -> biases.computeIfAbsent(some, all -> upload.floats(all.values())))
            .orElse(0L),
        bias.map(RelativeBias::reach).orElse(0),
        spec.heads(),
        spec.block().attention().keyValueHeads(),
        headWidth,
        before,
        after,
        attention.score().function(headWidth, 0, spec.heads()).scale());
  }

  /** A cosine and a sine for each pair at each position, as the CPU has them. */
  private DeviceBlock.Turn turn(Rotary rotary) {
    Rotation rotation = rotary.turning(rotary.frequencies().alikeUpTo(spec.positions()));
    Matrix table = Matrix.allocate(rotation.positions(), 2 * rotation.pairs());
    for (int p = 0; p < rotation.positions(); p++) {
      for (int k = 0; k < rotation.pairs(); k++) {
        table.data()[table.index(p) + 2 * k] = rotation.cosines().at(p, k);
        table.data()[table.index(p) + 2 * k + 1] = rotation.sines().at(p, k);
      }
    }
    return new DeviceBlock.Turn(upload.floats(table), rotation.pairs(), rotary.frequencies());
  }

  /**
   * All queries, then all keys, then all values, which groups of heads have apart.
   *
   * @param pairs of values of a query or key that are turned: those of each become neighbours,
   *     which leaves all products of queries and keys as they are
   */
  private DeviceMap queryKeyValue(Attention attention, int pairs) {
    int headWidth = spec.block().attention().headWidth();
    int queries = spec.block().attention().width();
    int keys = spec.block().attention().keyValueWidth();
    int[] turned = MapRows.pairsBesideEachOther(pairs, headWidth);
    MapRows rows = new MapRows(queries + 2 * keys, spec.width());
    for (int kind = 0; kind < KINDS; kind++) {
      int[] order = kind == VALUES ? MapRows.range(0, headWidth) : turned;
      for (HeadGroup group : attention.headGroups()) {
        Source source = sources(group, headWidth).get(kind);
        for (int head = 0; head < source.heads(); head++) {
          rows.add(source.map(), MapRows.from(source.firstRow() + head * headWidth, order));
        }
      }
    }
    return new DeviceMap(
        upload.bfloat16(rows.weight()),
        upload.floats(rows.bias()),
        queries + 2 * keys,
        spec.width(),
        Activation.NONE,
        DeviceMap.Form.ALONE);
  }

  /** Rows of a map that make the queries, keys or values of some heads. */
  private record Source(Linear map, int firstRow, int heads) {}

  /** Where queries, keys and values come from, in this order. */
  private static List<Source> sources(HeadGroup group, int headWidth) {
    int heads = group.heads();
    int shared = group.keyValueHeads();
    if (group instanceof HeadGroup.Normalized apart) {
      return List.of(
          new Source(apart.query(), 0, heads),
          new Source(apart.key(), 0, shared),
          new Source(apart.value(), 0, shared));
    }
    Linear all = ((HeadGroup.Together) group).queryKeyValue();
    return List.of(
        new Source(all, 0, heads),
        new Source(all, heads * headWidth, shared),
        new Source(all, (heads + shared) * headWidth, shared));
  }
}
