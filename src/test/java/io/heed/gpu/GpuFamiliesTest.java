package io.heed.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.engine.VectorEnding;
import io.heed.engine.VectorEnding.VectorNorm;
import io.heed.gpu.EmulatedGpu.Outcome;
import io.heed.kernel.KernelChoice;
import io.heed.kernel.KernelProvider;
import io.heed.kernel.Kernels;
import io.heed.layer.Pooling;
import io.heed.layer.Poolings;
import io.heed.model.Transformer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A model of each family on the emulated GPU, beside the engine of the CPU. */
class GpuFamiliesTest {
  /** The first and the last token see least of a sequence, and differ most. */
  private static final Poolings POOLINGS = Poolings.of(Pooling.MEAN, Pooling.CLS, Pooling.LAST);

  private static final VectorEnding WHOLE = VectorEnding.whole(VectorNorm.NONE);

  private static Kernels kernels;

  @TempDir private Path folder;

  /** Models, and the kernels that they are built for. */
  enum Family {
    /**
     * Norms before, none before the first, no biases, gates, and windows between blocks of keys.
     */
    MODERN_BERT(
        """
        {'model_type': 'modernbert', 'num_hidden_layers': 3, 'local_attention': 20}
        """,
        "product_turned product_gated_gelu attention_32 normalize_1"),
    /** Windows wider than a block of keys, and biases. */
    MODERN_BERT_WIDE(
        """
        {'model_type': 'modernbert', 'local_attention': 150, 'global_attn_every_n_layers': 2,
        'attention_bias': true, 'norm_bias': true, 'mlp_bias': true, 'num_attention_heads': 1}
        """,
        "product_turned product_gated_gelu attention_64"),
    /** Norms by the root mean square, keys that heads share, heads of another width. */
    EURO_BERT(
        """
        {'model_type': 'eurobert', 'num_key_value_heads': 2, 'head_dim': 24}
        """,
        "product_turned product_gated_silu attention_32"),
    /** Half of a head turned, and a single head of keys. */
    EURO_BERT_PARTIAL(
        """
        {'model_type': 'eurobert', 'num_key_value_heads': 1, 'head_dim': 72,
        'partial_rotary_factor': 0.5, 'attention_bias': true}
        """,
        "product_turned product_gated_silu attention_128"),
    /** A row that a warp holds in half of its registers. */
    EURO_BERT_WIDE(
        """
        {'model_type': 'eurobert', 'hidden_size': 1160, 'num_attention_heads': 1, 'head_dim': 16,
        'intermediate_size': 24, 'num_hidden_layers': 1}
        """,
        "embed_10 normalize_10 pool"),
    NOMIC_BERT(
        """
        {'model_type': 'nomic_bert', 'activation_function': 'swiglu', 'type_vocab_size': 2}
        """,
        "product_turned product_gated_silu"),
    /** Other frequencies for each length beyond some. */
    NOMIC_BERT_DYNAMIC(
        """
        {'model_type': 'nomic_bert', 'activation_function': 'geglu', 'rotary_scaling_factor': 2,
        'max_trained_positions': 40}
        """,
        "turn_own product_turned product_gated_gelu"),
    /** Two sets of frequencies, and cosines and sines that are larger. */
    EURO_BERT_LONG(
        """
        {'model_type': 'eurobert', 'rope_scaling': {'rope_type': 'longrope', 'factor': 2.5,
        'original_max_position_embeddings': 60, 'short_factor': [1, 1, 1.1, 1.2, 1.3, 1.4, 1.5, 2],
        'long_factor': [1, 1.5, 2, 3, 4, 5, 6, 7]}}
        """,
        "turn_own product_turned product_gated_silu"),
    /** Queries of long sequences larger. */
    GTE(
        """
        {'model_type': 'new', 'position_embedding_type': 'rope', 'layer_norm_type': 'layer_norm',
        'rope_scaling': {'factor': 2.0, 'type': 'ntk'}, 'logn_attention_scale': true,
        'max_position_embeddings': 16}
        """,
        "product_turned product_gated_gelu"),
    JINA_V3(
        """
        {'model_type': 'jina_embeddings_v3'}
        """,
        "product_turned product_gelu"),
    /** Scores that fall with the distance. */
    JINA_BERT(
        """
        {'model_type': 'bert', 'position_embedding_type': 'alibi', 'feed_forward_type': 'reglu'}
        """,
        "attention_biased_32 product_gated_relu"),
    /** The same with norms of queries, keys and what attention gives. */
    JINA_BERT_NORMALIZED(
        """
        {'model_type': 'bert', 'position_embedding_type': 'alibi', 'feed_forward_type': 'geglu',
        'num_attention_heads': 1}
        """,
        "attention_biased_64 product_gated_gelu"),
    MPNET(
        """
        {'model_type': 'mpnet', 'relative_attention_num_buckets': 32}
        """,
        "attention_biased_32 product_gelu"),
    /** No biases, and scores that are not scaled. */
    T5(
        """
        {'model_type': 't5', 'd_model': 64, 'd_kv': 24, 'd_ff': 136, 'num_layers': 2,
        'feed_forward_proj': 'gated-gelu'}
        """,
        "attention_biased_32 product_gated_gelu_tanh"),
    /** Biases by distance of each layer's own, in wide heads. */
    UMT5(
        """
        {'model_type': 'umt5', 'd_model': 64, 'd_kv': 80, 'd_ff': 136, 'num_layers': 2,
        'num_attention_heads': 2, 'feed_forward_proj': 'relu'}
        """,
        "attention_biased_128 product_relu"),
    /** Narrow embeddings, and blocks that layers share. */
    ALBERT(
        """
        {'model_type': 'albert', 'embedding_size': 24, 'num_hidden_layers': 3,
        'num_hidden_groups': 2}
        """,
        "product_none product_gelu_tanh"),
    XLM_ROBERTA(
        """
        {'model_type': 'xlm-roberta', 'type_vocab_size': 1}
        """,
        "product_gelu"),
    ELECTRA(
        """
        {'model_type': 'electra', 'embedding_size': 24}
        """,
        "product_none product_gelu"),
    DISTILBERT(
        """
        {'model_type': 'distilbert', 'activation': 'relu', 'hidden_dim': 136}
        """,
        "product_relu"),
    DEBERTA(
        """
        {'model_type': 'deberta-v2', 'relative_attention': false}
        """,
        "product_gelu"),
    /** A token sees none behind it; norms before. */
    GPT2(
        """
        {'model_type': 'gpt2', 'num_attention_heads': 2, 'n_inner': 136}
        """,
        "product_gelu_tanh attention_32"),
    /** The same with norms after. */
    GPT(
        """
        {'model_type': 'openai-gpt', 'num_attention_heads': 1}
        """,
        "product_gelu_tanh attention_64");

    private final String config;
    private final String launched;

    Family(String config, String launched) {
      this.config = config;
      this.launched = launched;
    }

    Transformer load(Path folder) throws IOException {
      SmallModel model = SmallModel.of(config);
      boolean normalized = this == JINA_BERT_NORMALIZED;
      return (normalized ? model.lacking("none") : model).load(folder, kernels);
    }
  }

  /** That of the emulated GPU. */
  int capability() {
    return 80;
  }

  @BeforeAll
  static void chooseKernels() {
    kernels = KernelProvider.choose(KernelChoice.REFERENCE).kernels();
  }

  /** As {@link EmulatedGpu#embed}, on a device that a model is brought to for this. */
  private Outcome embed(Transformer model, List<int[]> rows, int batchTokens, long order) {
    EmulatedGpu gpu = EmulatedGpu.open(capability());
    EmulatedDriver.emulate("order", order);
    try (GpuWeights weights = GpuWeights.of(model, gpu.memory())) {
      GpuEncoder encoder = new GpuEncoder(gpu.device(), weights, batchTokens);
      return gpu.embed(encoder, rows, POOLINGS, WHOLE);
    } finally {
      assertThat(EmulatedDriver.emulated("allocated")).as("memory that stays").isZero();
    }
  }

  /** How often a kernel was launched, whichever products the device has. */
  private static long launches(String kernel) {
    return EmulatedDriver.emulated(kernel)
        + EmulatedDriver.emulated("hopper_" + kernel + "_128")
        + EmulatedDriver.emulated("hopper_" + kernel + "_192");
  }

  @ParameterizedTest
  @EnumSource
  void vectorsAreThoseOfTheCpu(Family family) throws IOException {
    Transformer model = family.load(folder);
    int longest = Math.min(SmallModel.POSITIONS, model.spec().positions());
    List<int[]> rows = EmulatedGpu.rows(SmallModel.VOCABULARY, 1, 65, 31, longest);
    Outcome outcome = embed(model, rows, 10_000, 0);
    EmulatedGpu.assertNear(outcome, EmulatedGpu.expected(model, kernels, rows, POOLINGS, WHOLE), 3);
    for (String kernel : family.launched.split(" ")) {
      assertThat(launches(kernel)).as(kernel).isPositive();
    }
    List<int[]> others = List.of(rows.get(2), rows.get(1));
    assertThat(embed(model, others, 70, 0).vectors())
        .isDeepEqualTo(new float[][] {outcome.vectors()[2], outcome.vectors()[1]});
  }

  @ParameterizedTest
  @EnumSource(names = {"MODERN_BERT", "EURO_BERT_LONG", "JINA_BERT_NORMALIZED", "ALBERT"})
  void bitsDoNotDependOnTheOrderOfThreads(Family family) throws IOException {
    Transformer model = family.load(folder);
    List<int[]> rows = EmulatedGpu.rows(SmallModel.VOCABULARY, 70);
    float[][] forward = embed(model, rows, 10_000, 0).vectors();
    assertThat(embed(model, rows, 10_000, 1).vectors()).isDeepEqualTo(forward);
    assertThat(embed(model, rows, 10_000, 2).vectors()).isDeepEqualTo(forward);
  }

  @Test
  void layersThatShareWeightsHaveThemOnce() throws IOException {
    assertThat(
            bytes(Family.ALBERT.config.replace("'num_hidden_layers': 3", "'num_hidden_layers': 7")))
        .isEqualTo(bytes(Family.ALBERT.config));
  }

  private long bytes(String config) throws IOException {
    Transformer model = SmallModel.of(config).load(folder, kernels);
    EmulatedGpu gpu = EmulatedGpu.open(capability());
    try (GpuWeights weights = GpuWeights.of(model, gpu.memory())) {
      assertThat(weights.blocks()).hasSize(model.spec().layers());
      return EmulatedDriver.emulated("allocated");
    }
  }

  /** Whatever is there already when memory is short. */
  @ParameterizedTest
  @ValueSource(ints = {3_000, 20_000})
  void memoryIsGivenBackWhereItIsShort(int more) throws IOException {
    Transformer model = Family.NOMIC_BERT_DYNAMIC.load(folder);
    EmulatedGpu gpu = EmulatedGpu.open(capability());
    try (GpuWeights weights = GpuWeights.of(model, gpu.memory())) {
      long before = EmulatedDriver.emulated("allocated");
      EmulatedDriver.emulate("memory", before + more);
      GpuEncoder encoder = new GpuEncoder(gpu.device(), weights);
      List<int[]> rows = EmulatedGpu.rows(SmallModel.VOCABULARY, 100);
      assertThatThrownBy(() -> gpu.embed(encoder, rows, POOLINGS, WHOLE))
          .isInstanceOf(CudaException.class)
          .hasMessageContaining("CUDA_ERROR_OUT_OF_MEMORY");
      assertThat(EmulatedDriver.emulated("allocated")).isEqualTo(before);
    }
  }

  /** The positions of a model are the most that there are. */
  @ParameterizedTest
  @EnumSource(names = {"EURO_BERT", "MPNET", "GPT2"})
  void longerSequencesAreCut(Family family) throws IOException {
    Transformer model = family.load(folder);
    int positions = model.spec().positions();
    int[] longer = EmulatedGpu.rows(SmallModel.VOCABULARY, positions + 9).get(0);
    List<int[]> rows = List.of(longer, Arrays.copyOf(longer, positions));
    float[][] vectors = embed(model, rows, 10_000, 0).vectors();
    assertThat(vectors[0]).isEqualTo(vectors[1]);
  }
}
