package io.heed.architecture;

import io.heed.checkpoint.ConfigFile;
import io.heed.kernel.Activation;
import io.heed.kernel.RelativeTerms;
import io.heed.layer.Attention;
import io.heed.layer.AttentionScore;
import io.heed.layer.Bias;
import io.heed.layer.BlockSpec;
import io.heed.layer.FeedForward;
import io.heed.layer.InputEmbeddings;
import io.heed.layer.LinearSpec;
import io.heed.layer.LogBuckets;
import io.heed.layer.Norm;
import io.heed.layer.PositionIds;
import io.heed.layer.PositionRule;
import io.heed.layer.TransformerBlock;
import io.heed.layer.Weights;
import io.heed.layer.Workspace;
import io.heed.model.ModelSpec;
import io.heed.model.ModelSpec.Direction;
import io.heed.model.Transformer;
import io.heed.model.TransformerEncoder;
import io.heed.tensor.Matrix;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * DeBERTa in its second and third version (He et al., 2021, 2023), with the keys and tensor names
 * of transformers' {@code DebertaV2Config} and {@code DebertaV2Model}: BERT whose scores have terms
 * for how far a query and a key stand apart.
 */
final class DebertaV2 implements Architecture {
  private static final String POSITIONS = "max_position_embeddings";
  private static final String TERMS = "pos_att_type";
  private static final String BY_QUERY = "c2p";
  private static final String BY_KEY = "p2c";

  /** No tensor bounds the number of positions, and each layer has numbers for all distances. */
  private static final int MOST_POSITIONS = 131_072;

  @Override
  public List<String> modelTypes() {
    return List.of("deberta-v2");
  }

  @Override
  public Direction direction() {
    return Direction.BOTH;
  }

  @Override
  public Blueprint read(ConfigFile config) {
    BlockSpec plain =
        EncoderKeys.BERT.block(
            config,
            Activations.read(config, "hidden_act", Activation.GELU),
            config.positiveFloat("layer_norm_eps").orElse(1e-7f));
    config.requireCount("embedding_size", plain.width());
    config.requireCount("conv_kernel_size", 0);
    Optional<Distances> distances = distances(config);
    int summands = 1 + distances.map(some -> some.terms().size()).orElse(0);
    double headWidth = plain.attention().headWidth();
    AttentionScore score = AttentionScore.dotTimes((float) (1 / Math.sqrt(headWidth * summands)));
    ModelSpec spec =
        EncoderKeys.BERT.read(
            config,
            plain.with(plain.attention().with(score)),
            config.size(POSITIONS),
            config.count("type_vocab_size").orElse(0));
    return new Model(spec, config, config.bool("position_biased_input").orElse(true), distances);
  }

  private static Optional<Distances> distances(ConfigFile config) {
    if (!config.bool("relative_attention").orElse(false)) {
      return Optional.empty();
    }
    Set<String> terms = words(config, TERMS);
    for (String term : terms) {
      if (!List.of(BY_QUERY, BY_KEY).contains(term)) {
        throw config.unsupported(TERMS, term, BY_QUERY + ", " + BY_KEY);
      }
    }
    requireFewPositions(config);
    Size farthest =
        limit(config, "max_relative_positions")
            .orElseGet(() -> Size.of(config, List.of(POSITIONS)));
    Optional<Size> buckets = limit(config, "position_buckets");
    buckets.ifPresent(some -> requireFit(config, some.value(), farthest.value()));
    Size span = buckets.orElse(farthest);
    // A vector for each of them in both directions.
    Size.requireMatrix(config, 2, span, Size.of(config, EncoderKeys.BERT.width()));
    return Optional.of(
        new Distances(
            terms,
            span.value(),
            buckets.map(some -> new LogBuckets(some.value(), farthest.value())),
            words(config, "norm_rel_ebd").contains("layer_norm"),
            config.bool("share_att_key").orElse(false)));
  }

  private static void requireFewPositions(ConfigFile config) {
    int positions = config.size(POSITIONS);
    if (positions > MOST_POSITIONS) {
      throw config.error("%s %d is more than %d", POSITIONS, positions, MOST_POSITIONS);
    }
  }

  private static void requireFit(ConfigFile config, int buckets, int farthest) {
    if (buckets < 2 || buckets / 2 >= farthest - 1) {
      throw config.error("position_buckets %d do not fit distances up to %d", buckets, farthest);
    }
  }

  /** A number above 0, which stands for no number where it is -1. */
  private static Optional<Size> limit(ConfigFile config, String key) {
    return config.number(key).filter(value -> value >= 1).map(value -> new Size(key, value));
  }

  private static Set<String> words(ConfigFile config, String key) {
    Set<String> words = new TreeSet<>();
    for (String text : config.strings(key).orElse(List.of())) {
      Arrays.stream(text.split("\\|"))
          .map(String::strip)
          .filter(word -> !word.isEmpty() && !word.equals("none"))
          .forEach(words::add);
    }
    return words;
  }

  /**
   * How scores tell distances apart.
   *
   * @param terms which there are
   * @param span vectors for distances in one direction
   * @param buckets of distances, where several share a vector
   * @param normalized whether the vectors are
   * @param shared whether the maps of queries and keys are also those of the vectors
   */
  private record Distances(
      Set<String> terms,
      int span,
      Optional<LogBuckets> buckets,
      boolean normalized,
      boolean shared) {

    /** For the distances from {@code -reach} to {@code reach} which vector they have. */
    int[] rows(int reach) {
      int[] rows = new int[2 * reach + 1];
      for (int distance = -reach; distance <= reach; distance++) {
        int at = distance;
        int bucket = buckets.map(some -> some.of(at)).orElse(at);
        rows[reach + distance] = Math.min(Math.max(bucket + span, 0), 2 * span - 1);
      }
      return rows;
    }
  }

  /**
   * A DeBERTa.
   *
   * @param config which says the activation of a classifier
   * @param placed whether positions are embedded
   */
  private record Model(
      ModelSpec spec, ConfigFile config, boolean placed, Optional<Distances> distances)
      implements Blueprint {

    @Override
    public Optional<Classifier> classifier() {
      NamedClassifier.Names names =
          NamedClassifier.Names.BERT.with(
              Activations.read(config, "pooler_hidden_act", Activation.GELU));
      return Optional.of(new NamedClassifier(List.of("", "deberta."), names, spec.width()));
    }

    @Override
    public Transformer build(Weights root) {
      Weights weights = root.rooted("", "deberta.");
      int width = spec.width();
      Weights tables = weights.in("embeddings");
      Optional<InputEmbeddings.Positions> positions =
          placed
              ? Optional.of(
                  new InputEmbeddings.Positions(
                      tables.matrix("position_embeddings", spec.positions(), width),
                      PositionIds.fromZero()))
              : Optional.empty();
      InputEmbeddings embeddings =
          new InputEmbeddings(
              weights.kernels(),
              tables.table("word_embeddings", spec.vocabulary(), width),
              tables.tokenTypes("token_type_embeddings", spec.tokenTypes(), width),
              positions,
              norm(tables, "LayerNorm"),
              Optional.empty());
      Weights encoder = weights.in("encoder");
      Optional<Matrix> vectors = distances.map(some -> vectors(encoder, some));
      List<TransformerBlock> blocks =
          encoder.in("layer").each(spec.layers(), layer -> block(layer, vectors));
      return new TransformerEncoder(embeddings, blocks, Optional.empty(), spec);
    }

    private Matrix vectors(Weights encoder, Distances some) {
      Matrix vectors = encoder.matrix("rel_embeddings", 2 * some.span(), spec.width());
      if (some.normalized()) {
        norm(encoder, "LayerNorm").forward(vectors, vectors, new Workspace());
      }
      return vectors;
    }

    private TransformerBlock block(Weights weights, Optional<Matrix> vectors) {
      BlockSpec block = spec.block();
      int width = block.width();
      Weights self = weights.in("attention.self");
      PositionRule positions =
          vectors.map(some -> distances(self, some)).orElseGet(PositionRule::none);
      return new TransformerBlock(
          weights.kernels(),
          block.placement(),
          Attention.of(
              weights.kernels(),
              block.attention(),
              positions,
              self.heads(block.attention(), width, "query_proj", "key_proj", "value_proj"),
              weights.linear("attention.output.dense", LinearSpec.of(width, width))),
          norm(weights, "attention.output.LayerNorm"),
          new FeedForward.Plain(
              weights.kernels(),
              weights.linear(
                  "intermediate.dense",
                  LinearSpec.of(block.intermediate(), width).then(block.activation())),
              weights.linear("output.dense", LinearSpec.of(width, block.intermediate()))),
          norm(weights, "output.LayerNorm"));
    }

    private PositionRule distances(Weights self, Matrix vectors) {
      Distances some = distances.orElseThrow();
      LinearSpec map = LinearSpec.of(spec.width(), spec.width());
      String key = some.shared() ? "key_proj" : "pos_key_proj";
      String query = some.shared() ? "query_proj" : "pos_query_proj";
      RelativeTerms terms =
          RelativeTerms.of(
              some.terms().contains(BY_QUERY)
                  ? Optional.of(self.mapped(key, map, vectors))
                  : Optional.empty(),
              some.terms().contains(BY_KEY)
                  ? Optional.of(self.mapped(query, map, vectors))
                  : Optional.empty(),
              some.rows(spec.positions() - 1));
      return PositionRule.disentangled(terms, spec.block().attention().headWidth());
    }

    private Norm norm(Weights weights, String name) {
      return weights.layerNorm(name, spec.width(), Bias.LEARNED, spec.block().normEpsilon());
    }
  }
}
