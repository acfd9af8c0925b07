package io.heed.architecture;

import io.heed.checkpoint.ConfigFile;
import io.heed.kernel.Activation;
import io.heed.kernel.RelativeBias;
import io.heed.layer.BlockSpec;
import io.heed.layer.FeedForward;
import io.heed.layer.InputEmbeddings;
import io.heed.layer.LayerNorm;
import io.heed.layer.Linear;
import io.heed.layer.SelfAttention;
import io.heed.layer.TransformerBlock;
import io.heed.layer.Weights;
import io.heed.model.ModelSpec;
import io.heed.model.Transformer;
import io.heed.model.TransformerEncoder;
import io.heed.tensor.EmbeddingTable;
import io.heed.tensor.Matrix;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * An encoder built as BERT is (Devlin et al., 2018): embeddings of words, token types and
 * positions, added and normalised, then blocks that normalise after each half. Norms may have their
 * old names {@code gamma} and {@code beta}.
 *
 * @param positionRows rows of the position embeddings
 * @param names where the family has its parts
 */
record PostNormEncoder(ModelSpec spec, EncoderTraits traits, int positionRows, EncoderNames names)
    implements Blueprint {

  /** Reads a model of which the family says keys, traits and names. */
  static PostNormEncoder read(
      ConfigFile config, EncoderKeys keys, EncoderTraits traits, EncoderNames names) {
    return new PostNormEncoder(
        keys.read(config, traits), traits, EncoderKeys.positionRows(config), names);
  }

  @Override
  public Transformer build(Weights root) {
    Weights weights = root.rooted("", names.prefix()).renamed(PostNormEncoder::older);
    InputEmbeddings embeddings = embeddings(weights);
    Optional<RelativeBias> bias = traits.distances().map(distances -> bias(weights, distances));
    List<TransformerBlock> blocks =
        weights
            .in(names.layers())
            .each(traits.groups().orElse(spec.layers()), layer -> block(layer, bias));
    return new TransformerEncoder(embeddings, layers(blocks), spec);
  }

  /** A block for each layer: as many layers as go into a group have the same. */
  private List<TransformerBlock> layers(List<TransformerBlock> blocks) {
    if (traits.groups().isEmpty()) {
      return blocks;
    }
    long groups = traits.groups().get();
    return IntStream.range(0, spec.layers())
        .mapToObj(layer -> blocks.get((int) (layer * groups / spec.layers())))
        .toList();
  }

  private static String older(String name) {
    return name.replace("LayerNorm.weight", "LayerNorm.gamma")
        .replace("LayerNorm.bias", "LayerNorm.beta");
  }

  private InputEmbeddings embeddings(Weights weights) {
    int width = traits.narrow().map(EncoderTraits.Narrow::width).orElse(spec.width());
    Weights tables = weights.in("embeddings");
    EmbeddingTable words = tables.table("word_embeddings", spec.vocabulary(), width);
    Matrix positions = tables.matrix("position_embeddings", positionRows, width);
    Optional<Matrix> types =
        spec.tokenTypes() == 0
            ? Optional.empty()
            : Optional.of(tables.matrix("token_type_embeddings", spec.tokenTypes(), width));
    LayerNorm norm = tables.layerNorm("LayerNorm", width, spec.block().normEpsilon());
    Optional<Linear> projection = traits.narrow().map(narrow -> projection(weights, narrow));
    return new InputEmbeddings(
        weights.kernels(), words, types, positions, traits.positionIds(), norm, projection);
  }

  private Linear projection(Weights weights, EncoderTraits.Narrow narrow) {
    return weights.linear(narrow.projection(), spec.width(), narrow.width(), Activation.NONE);
  }

  private RelativeBias bias(Weights weights, EncoderTraits.Distances distances) {
    return weights.relativeBias(
        distances.table(), spec.block().attention(), distances.buckets(), spec.positions());
  }

  private TransformerBlock block(Weights weights, Optional<RelativeBias> bias) {
    BlockSpec block = spec.block();
    BlockNames parts = names.block();
    int width = block.width();
    return new TransformerBlock(
        weights.kernels(),
        block.placement(),
        new SelfAttention(
            weights.kernels(),
            weights.heads(block.attention(), width, parts.query(), parts.key(), parts.value()),
            weights.linear(parts.context(), width, width, Activation.NONE),
            bias),
        weights.layerNorm(parts.attentionNorm(), width, block.normEpsilon()),
        new FeedForward(
            weights.kernels(),
            weights.linear(parts.intermediate(), block.intermediate(), width, block.activation()),
            weights.linear(parts.output(), width, block.intermediate(), Activation.NONE)),
        weights.layerNorm(parts.outputNorm(), width, block.normEpsilon()));
  }
}
