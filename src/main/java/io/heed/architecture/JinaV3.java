package io.heed.architecture;

import io.heed.checkpoint.ConfigFile;
import io.heed.kernel.Activation;
import io.heed.layer.Attention;
import io.heed.layer.Bias;
import io.heed.layer.BlockSpec;
import io.heed.layer.FeedForward;
import io.heed.layer.Frequencies;
import io.heed.layer.InputEmbeddings;
import io.heed.layer.LinearSpec;
import io.heed.layer.Norm;
import io.heed.layer.PositionRule;
import io.heed.layer.Rotary;
import io.heed.layer.TaskAdapters;
import io.heed.layer.TransformerBlock;
import io.heed.layer.Weights;
import io.heed.model.ModelSpec;
import io.heed.model.ModelSpec.Direction;
import io.heed.model.Transformer;
import io.heed.model.TransformerEncoder;
import java.util.List;
import java.util.Optional;

/**
 * Jina's third embedder (Sturua et al., 2024): XLM-R with rotary positions, and with weights for
 * several tasks. It is read as transformers 5 has it, without adapters, and as it was published,
 * with the keys of {@code XLMRobertaFlashConfig}: then {@code lora_adaptations} are the tasks.
 */
final class JinaV3 implements Architecture {
  private static final String FLASH = "xlm-roberta-flash";
  private static final String ACTIVATION = "hidden_act";

  @Override
  public List<String> modelTypes() {
    return List.of("jina_embeddings_v3", FLASH);
  }

  @Override
  public Direction direction() {
    return Direction.BOTH;
  }

  @Override
  public Blueprint read(ConfigFile config) {
    if (config.modelType().equals(FLASH)) {
      return readOriginal(config);
    }
    ModelSpec spec = spec(config, Activations.read(config, ACTIVATION, Activation.GELU));
    Frequencies frequencies = Rope.read(config, headWidth(spec), 20_000);
    return new Model(spec, frequencies, List.of(), Optional.empty());
  }

  /** Reads the configuration that the model was published with. */
  static Blueprint readOriginal(ConfigFile config) {
    config.requireString("position_embedding_type", "rotary");
    config.requireFalse("rotary_emb_interleaved");
    ModelSpec spec = spec(config, activation(config));
    config.requireNull("rotary_emb_scale_base");
    config.requireCount("rotary_emb_dim", headWidth(spec));
    double theta = config.positiveFloat("rotary_emb_base").orElse(10_000f);
    List<String> tasks = config.strings("lora_adaptations").orElse(List.of());
    int rank = config.positiveInt("lora_rank").orElse(4);
    float alpha = config.positiveFloat("lora_alpha").orElse(1f);
    TaskAdapters adapters =
        new TaskAdapters(tasks.size(), rank, alpha / rank, Optional.empty(), JinaV3::isTable);
    return new Model(spec, Rope.read(config, headWidth(spec), theta), tasks, Optional.of(adapters));
  }

  private static boolean isTable(String name) {
    return name.endsWith("_embeddings.weight");
  }

  private static Activation activation(ConfigFile config) {
    String name = config.string(ACTIVATION).orElse("gelu");
    return switch (name) {
      case "gelu" -> Activation.GELU;
      case "gelu_new", "gelu_fast", "gelu_pytorch_tanh" -> Activation.GELU_TANH;
      default ->
          throw config.unsupported(
              ACTIVATION, name, "gelu, gelu_new, gelu_fast, gelu_pytorch_tanh");
    };
  }

  private static ModelSpec spec(ConfigFile config, Activation activation) {
    float epsilon = config.positiveFloat("layer_norm_eps").orElse(1e-5f);
    return EncoderKeys.BERT.read(
        config,
        EncoderKeys.BERT.block(config, activation, epsilon),
        Rope.longest(config, "max_position_embeddings"),
        config.count("type_vocab_size").orElse(1));
  }

  private static int headWidth(ModelSpec spec) {
    return spec.block().attention().headWidth();
  }

  /**
   * An embedder.
   *
   * @param tasks the names of those that there are adapters for
   * @param adapters where weights may have some
   */
  private record Model(
      ModelSpec spec, Frequencies frequencies, List<String> tasks, Optional<TaskAdapters> adapters)
      implements Blueprint {

    @Override
    public Blueprint forTask(String task) {
      Blueprint.super.forTask(task);
      return new Model(
          spec, frequencies, tasks, adapters.map(some -> some.of(tasks.indexOf(task))));
    }

    @Override
    public Transformer build(Weights root) {
      Weights weights = adapters.map(root::adapted).orElse(root).rooted("", "roberta.");
      InputEmbeddings embeddings =
          BertEmbeddings.withoutPositions(weights, spec, norm(weights, "emb_ln"));
      PositionRule rule = PositionRule.rotary(new Rotary(weights.kernels(), frequencies));
      List<TransformerBlock> blocks =
          weights.in("encoder.layers").each(spec.layers(), layer -> block(layer, rule));
      return new TransformerEncoder(embeddings, blocks, Optional.empty(), spec);
    }

    private TransformerBlock block(Weights weights, PositionRule positions) {
      BlockSpec block = spec.block();
      int width = block.width();
      return new TransformerBlock(
          weights.kernels(),
          block.placement(),
          Attention.of(
              weights.kernels(),
              block.attention(),
              positions,
              weights.heads(block.attention(), width, "mixer.Wqkv"),
              weights.linear("mixer.out_proj", LinearSpec.of(width, width))),
          norm(weights, "norm1"),
          new FeedForward.Plain(
              weights.kernels(),
              weights.linear(
                  "mlp.fc1", LinearSpec.of(block.intermediate(), width).then(block.activation())),
              weights.linear("mlp.fc2", LinearSpec.of(width, block.intermediate()))),
          norm(weights, "norm2"));
    }

    private Norm norm(Weights weights, String name) {
      return weights.layerNorm(name, spec.width(), Bias.LEARNED, spec.block().normEpsilon());
    }
  }
}
