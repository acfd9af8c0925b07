package io.heed.architecture;

import io.heed.checkpoint.ConfigFile;
import io.heed.kernel.RelativeBias;
import io.heed.layer.Attention;
import io.heed.layer.Bias;
import io.heed.layer.BlockSpec;
import io.heed.layer.FeedForward;
import io.heed.layer.InputEmbeddings;
import io.heed.layer.Linear;
import io.heed.layer.LinearSpec;
import io.heed.layer.Norm;
import io.heed.layer.PositionRule;
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
    PositionRule rule =
        traits
            .distances()
            .map(distances -> PositionRule.relative(bias(weights, distances)))
            .orElseGet(PositionRule::none);
    List<TransformerBlock> blocks =
        weights
            .in(names.layers())
            .each(traits.groups().orElse(spec.layers()), layer -> block(layer, rule));
    return new TransformerEncoder(embeddings, layers(blocks), Optional.empty(), spec);
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

  @Override
  public Optional<Classifier> classifier() {
    return Optional.of(
        new NamedClassifier(List.of("", names.prefix()), names.classifier(), spec.width()));
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
    Optional<Matrix> types = tables.tokenTypes("token_type_embeddings", spec.tokenTypes(), width);
    Norm norm = tables.layerNorm("LayerNorm", width, Bias.LEARNED, spec.block().normEpsilon());
    Optional<Linear> projection = traits.narrow().map(narrow -> projection(weights, narrow));
    return new InputEmbeddings(
        weights.kernels(),
        words,
        types,
        Optional.of(new InputEmbeddings.Positions(positions, traits.positionIds())),
        norm,
        projection);
  }

  private Linear projection(Weights weights, EncoderTraits.Narrow narrow) {
    return weights.linear(narrow.projection(), LinearSpec.of(spec.width(), narrow.width()));
  }

  private RelativeBias bias(Weights weights, EncoderTraits.Distances distances) {
    return weights.relativeBias(
        distances.table(), spec.block().attention(), distances.buckets(), spec.positions());
  }

  private TransformerBlock block(Weights weights, PositionRule positions) {
    BlockSpec block = spec.block();
    BlockNames parts = names.block();
    int width = block.width();
    return new TransformerBlock(
        weights.kernels(),
        block.placement(),
        Attention.of(
            weights.kernels(),
            block.attention(),
            positions,
            weights.heads(block.attention(), width, parts.query(), parts.key(), parts.value()),
            weights.linear(parts.context(), LinearSpec.of(width, block.attention().width()))),
        weights.layerNorm(parts.attentionNorm(), width, Bias.LEARNED, block.normEpsilon()),
        new FeedForward.Plain(
            weights.kernels(),
            weights.linear(
                parts.intermediate(),
                LinearSpec.of(block.intermediate(), width).then(block.activation())),
            weights.linear(parts.output(), LinearSpec.of(width, block.intermediate()))),
        weights.layerNorm(parts.outputNorm(), width, Bias.LEARNED, block.normEpsilon()));
  }
}
