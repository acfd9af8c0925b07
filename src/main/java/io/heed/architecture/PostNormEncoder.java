package io.heed.architecture;

import io.heed.checkpoint.ConfigFile;
import io.heed.kernel.Activation;
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
    List<TransformerBlock> blocks = weights.in(names.layers()).each(spec.layers(), this::block);
    return new TransformerEncoder(embeddings, blocks, spec);
  }

  private static String older(String name) {
    return name.replace("LayerNorm.weight", "LayerNorm.gamma")
        .replace("LayerNorm.bias", "LayerNorm.beta");
  }

  private InputEmbeddings embeddings(Weights weights) {
    int width = traits.embeddingWidth().orElse(spec.width());
    Weights tables = weights.in("embeddings");
    EmbeddingTable words = tables.table("word_embeddings", spec.vocabulary(), width);
    Matrix positions = tables.matrix("position_embeddings", positionRows, width);
    Optional<Matrix> types =
        spec.tokenTypes() == 0
            ? Optional.empty()
            : Optional.of(tables.matrix("token_type_embeddings", spec.tokenTypes(), width));
    LayerNorm norm = tables.layerNorm("LayerNorm", width, spec.block().normEpsilon());
    Optional<Linear> projection =
        width == spec.width()
            ? Optional.empty()
            : Optional.of(weights.linear(names.projection(), spec.width(), width, Activation.NONE));
    return new InputEmbeddings(
        weights.kernels(), words, types, positions, traits.positionIds(), norm, projection);
  }

  private TransformerBlock block(Weights weights) {
    BlockSpec block = spec.block();
    BlockNames parts = names.block();
    int width = block.width();
    return new TransformerBlock(
        weights.kernels(),
        block.placement(),
        new SelfAttention(
            weights.kernels(),
            weights.heads(block.attention(), width, parts.query(), parts.key(), parts.value()),
            weights.linear(parts.context(), width, width, Activation.NONE)),
        weights.layerNorm(parts.attentionNorm(), width, block.normEpsilon()),
        new FeedForward(
            weights.kernels(),
            weights.linear(parts.intermediate(), block.intermediate(), width, block.activation()),
            weights.linear(parts.output(), width, block.intermediate(), Activation.NONE)),
        weights.layerNorm(parts.outputNorm(), width, block.normEpsilon()));
  }
}
