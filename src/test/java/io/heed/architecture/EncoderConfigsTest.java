package io.heed.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.checkpoint.CheckpointException;
import io.heed.checkpoint.CheckpointFiles;
import io.heed.checkpoint.HuggingFaceCheckpoint;
import io.heed.layer.CheckedWeights;
import io.heed.model.ModelSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What families of encoders read from {@code config.json}, and what they refuse. */
class EncoderConfigsTest {
  private static final Path GOLDENS = Path.of("src/test/resources/goldens/encoders");

  @TempDir private Path directory;

  /** The checkpoint of a family with another configuration. */
  private ModelCheckpoint open(String family, String good, String other) throws IOException {
    Path checkpoint = GOLDENS.resolve(folder(family));
    String config = Files.readString(checkpoint.resolve("config.json"));
    assertThat(config).contains(good);
    Files.writeString(directory.resolve("config.json"), config.replace(good, other));
    Path weights = directory.resolve("model.safetensors");
    Files.copy(checkpoint.resolve("model.safetensors"), weights);
    return ModelCheckpoint.open(directory);
  }

  private static String folder(String family) {
    return switch (family) {
      case "nomic_bert" -> "nomic-bert-model";
      case "nomic_bert scaled" -> "nomic-bert-ntk";
      case "nomic_bert experts" -> "nomic-bert-experts";
      case "new scaled" -> "new-logn";
      case "jina_embeddings_v3" -> "jina-embeddings-v3-model";
      case "jina-bert", "jina-bert code", "jina-v3 adapters" -> family.replace(' ', '-');
      case "t5" -> "t5-encoder";
      case "deberta-v2" -> "deberta-v3-model";
      default -> family.startsWith("eurobert ") ? family.replace(' ', '-') : family + "-model";
    };
  }

  @ParameterizedTest
  @CsvSource({
    "bert, 47, 2",
    "roberta, 41, 1",
    "xlm-roberta, 41, 1",
    "distilbert, 45, 0",
    "electra, 47, 2",
    "mpnet, 41, 0",
    "albert, 47, 2",
    "modernbert, 64, 0",
    "nomic_bert, 64, 2",
    "new, 64, 0",
    "jina_embeddings_v3, 64, 1",
    "eurobert, 64, 0",
    "t5, 8192, 0",
    "deberta-v2, 48, 0"
  })
  void positionsAndTypesAreThoseThatTokensCanHave(String family, int positions, int types)
      throws IOException {
    try (ModelCheckpoint checkpoint = open(family, "", "")) {
      ModelSpec spec = checkpoint.spec();
      assertThat(spec.modelType()).isEqualTo(family);
      assertThat(spec.positions()).isEqualTo(positions);
      assertThat(spec.tokenTypes()).isEqualTo(types);
      assertThat(spec.causal()).isFalse();
      assertThat(checkpoint.maxLength().tokens()).isEqualTo(positions);
    }
  }

  private Blueprint read(String family, String good, String other) throws IOException {
    open(family, good, other).close();
    return Architectures.read(CheckpointFiles.open(directory).config());
  }

  @ParameterizedTest
  @CsvSource({"xlm-roberta", "xlm-roberta-flash"})
  void theTasksOfJinaAreThoseOfTheConfiguration(String modelType) throws IOException {
    Blueprint model = read("jina-v3 adapters", "\"xlm-roberta\"", '"' + modelType + '"');
    assertThat(model.spec().modelType()).isEqualTo(modelType);
    assertThat(model.spec().positions()).isEqualTo(66);
    assertThat(model.tasks())
        .containsExactly(
            "retrieval.query",
            "retrieval.passage",
            "separation",
            "classification",
            "text-matching");
    assertThat(model.forTask("separation").tasks()).isEqualTo(model.tasks());
    assertThatThrownBy(() -> model.forTask("translation"))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            "task translation is not supported; supported: retrieval.query, retrieval.passage,"
                + " separation, classification, text-matching (config.json)");
  }

  @Test
  void aModelWithoutTasksHasNone() throws IOException {
    Blueprint model = read("bert", "", "");
    assertThat(model.tasks()).isEmpty();
    assertThatThrownBy(() -> model.forTask("separation"))
        .isInstanceOf(CheckpointException.class)
        .hasMessage("task separation is not supported; the model has none (config.json)");
  }

  /** The first adapter that does not fit is named, where a task is asked for. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          jina-v3 adapters | "lora_rank": 4 | "lora_rank": 5 | word_embeddings.parametrizations.weight.0.lora_A has shape [5, 143, 4], expected [5, 143, 5]
          jina-v3 adapters | "retrieval.query", | | word_embeddings.parametrizations.weight.0.lora_A has shape [5, 143, 4], expected [4, 143, 4]
          """)
  void adaptersHaveToFit(String family, String good, String bad, String message)
      throws IOException {
    Blueprint model = read(family, good, bad == null ? "" : bad);
    try (HuggingFaceCheckpoint tensors =
        CheckpointFiles.open(directory).checkpoint(model.spec().width())) {
      model.build(CheckedWeights.of(tensors));
      assertThatThrownBy(() -> model.forTask("text-matching").build(CheckedWeights.of(tensors)))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining(message);
    }
  }

  @Test
  void distilBertsSizesMayHaveTheNamesOfBerts() throws IOException {
    try (ModelCheckpoint checkpoint = open("distilbert", "\"dim\"", "\"hidden_size\"")) {
      checkpoint.check();
      assertThat(checkpoint.spec().width()).isEqualTo(60);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          roberta | "pad_token_id": 1 | "pad_token_id": 42 | max_position_embeddings 43 is too few: the first token has position 43
          roberta | "pad_token_id": 1 | "pad_token_id": -1 | pad_token_id is -1, expected a whole number between 0 and 2147483647
          roberta | "pad_token_id": 1 | "pad_token_id": 2147483647 | max_position_embeddings 43 is too few: the first token has position 2147483648
          distilbert | "dim": 60 | "x": 60 | dim is missing
          distilbert | "dim": 60 | "dim": 60, "hidden_size": 64 | dim 60 and hidden_size 64 are two spellings of one value, and differ
          electra | "position_embedding_type": "absolute" | "position_embedding_type": "relative_key" | supported: absolute
          albert | "inner_group_num": 1 | "inner_group_num": 2 | inner_group_num 2 is not supported; supported: 1
          modernbert | "local_attention": 8 | "layer_types": ["full_attention"] | layer_types has 1 layers, num_hidden_layers is 4
          modernbert | "local_attention": 8 | "layer_types": ["full_attention", "a", "b", "c"] | layer_types a is not supported; supported: full_attention, sliding_attention
          nomic_bert | "prenorm": false | "prenorm": true | prenorm true is not supported; supported: false
          nomic_bert | "rotary_emb_fraction": 1.0 | "rotary_emb_fraction": 0.5 | rotary_emb_fraction 0.5 is not supported; supported: 1.0
          nomic_bert | "activation_function": "swiglu" | "activation_function": "glu" | activation_function glu is not supported; supported: swiglu, geglu, gelu
          nomic_bert | "n_embd": 56 | "n_embd": 56, "moe_every_n_layers": 2 | moe_every_n_layers 2 needs hidden layers that are not gated
          nomic_bert experts | "expert_choice_router": false | "expert_choice_router": true | expert_choice_router true is not supported; supported: false
          nomic_bert experts | "moe_normalize_expert_weights": false | "moe_normalize_expert_weights": true | moe_normalize_expert_weights true is not supported; supported: false
          nomic_bert experts | "num_shared_experts": 0 | "num_shared_experts": 1 | num_shared_experts 1 is not supported; supported: 0
          nomic_bert experts | "ffn_div": 1 | "ffn_div": 2 | ffn_div 2 is not supported; supported: 1
          nomic_bert experts | "moe_top_k": 2 | "moe_top_k": 7 | moe_top_k 7 is more than num_experts 6
          nomic_bert experts | "num_experts": 6, | "num_experts": 2000000000, | num_experts 2000000000 of width 30 have more than 2147483647 values between their maps
          nomic_bert experts | "num_experts": 6, | | num_experts is missing
          nomic_bert | "n_head": 4 | "n_head": 5 | n_embd 56 is not divisible by n_head 5
          nomic_bert scaled | "n_head": 4 | "n_head": 28 | a rotation of 2 values is too small for dynamic scaling
          eurobert dynamic | "head_dim": 16 | "head_dim": 2 | a rotation of 2 values is too small for dynamic scaling
          nomic_bert scaled | "max_trained_positions": 16 | "x": 16 | max_trained_positions is missing
          new | "type": "ntk" | "type": "spiral" | rope_type spiral is not supported; supported: default, linear, dynamic, yarn, longrope, llama3, ntk
          new | "factor": 2.0 | "factor": 0.5 | factor 0.5 is below 1
          new | '"factor": 2.0,' | '' | factor is missing
          new | "position_embedding_type": "rope" | "position_embedding_type": "absolute" | position_embedding_type absolute is not supported; supported: rope
          new scaled | "max_position_embeddings": 16 | "max_position_embeddings": 1 | logn_attention_scale needs max_position_embeddings of 2 or more
          eurobert | "num_key_value_heads": 2 | "num_key_value_heads": 3 | num_attention_heads 4 is not divisible by num_key_value_heads 3
          eurobert | "rope_type": "default" | "rope_type": "default", "partial_rotary_factor": 0.1 | partial_rotary_factor 0.1 of a head of 14 values is 1; expected an even number of them, at least 2
          eurobert longrope | "short_factor": [ | "short_factor": [2.0, | short_factor has 9 values, a rotation of 16 needs 8
          eurobert longrope | "short_factor": [ | "short_factor": [-2.0, | short_factor[0] is -2.0, expected a positive float32 number
          eurobert llama3 | "high_freq_factor": 4.0 | "high_freq_factor": 1.0 | high_freq_factor 1.0 is not above low_freq_factor 1.0
          t5 | "feed_forward_proj": "gated-gelu" | "feed_forward_proj": "gated-tanh" | feed_forward_proj gated-tanh is not supported; supported: relu, gated-gelu, gated-silu
          t5 | "relative_attention_num_buckets": 10 | "relative_attention_num_buckets": 3 | relative_attention_num_buckets 3 is not an even number from 4 on
          deberta-v2 | '"pos_att_type": "p2c|c2p"' | "pos_att_type": "p2p" | pos_att_type p2p is not supported; supported: c2p, p2c
          deberta-v2 | "position_buckets": 8 | "position_buckets": 94 | position_buckets 94 do not fit distances up to 48
          deberta-v2 | "position_buckets": 8 | "position_buckets": 8, "conv_kernel_size": 3 | conv_kernel_size 3 is not supported; supported: 0
          deberta-v2 | "max_position_embeddings": 48 | "max_position_embeddings": 1073741825 | max_position_embeddings 1073741825 is more than 131072
          bert | "position_embedding_type": "absolute" | "position_embedding_type": "relative_key" | position_embedding_type relative_key is not supported; supported: absolute, alibi
          jina-bert | "feed_forward_type": "geglu" | "feed_forward_type": "swiglu" | feed_forward_type swiglu is not supported; supported: geglu, reglu, original
          jina-bert | "max_position_embeddings": 64 | "max_position_embeddings": 131073 | max_position_embeddings 131073 is more than 131072
          t5 | "num_heads": 3 | "num_heads": 1025 | num_heads 1025 is more than 1024
          jina-bert | "num_attention_heads": 12 | "num_attention_heads": 131073 | num_attention_heads 131073 x max_position_embeddings 64 is more than 8388608
          jina-bert | "num_attention_heads": 12 | "num_attention_heads": 7 | hidden_size 60 is not divisible by num_attention_heads 7
          jina-bert | "model_type": "bert" | "model_type": "bert", "is_decoder": true | is_decoder true is not supported; supported: false
          xlm-roberta | "position_embedding_type": "absolute" | "position_embedding_type": "relative_key" | position_embedding_type relative_key is not supported; supported: absolute, rotary
          jina-v3 adapters | "model_type": "xlm-roberta", | "model_type": "xlm-roberta", "rotary_emb_interleaved": true, | rotary_emb_interleaved true is not supported; supported: false
          jina-v3 adapters | "model_type": "xlm-roberta", | "model_type": "xlm-roberta", "rotary_emb_scale_base": 512, | rotary_emb_scale_base 512 is not supported; supported: null
          jina-v3 adapters | "model_type": "xlm-roberta", | "model_type": "xlm-roberta", "rotary_emb_dim": 7, | rotary_emb_dim 7 is not supported; supported: 14
          jina-v3 adapters | "hidden_act": "gelu" | "hidden_act": "relu" | hidden_act relu is not supported; supported: gelu, gelu_new, gelu_fast, gelu_pytorch_tanh
          jina-v3 adapters | "lora_rank": 4 | "lora_rank": 0 | lora_rank is 0, expected a whole number between 1 and 2147483647
          jina-v3 adapters | "lora_alpha": 1 | "lora_alpha": -1 | lora_alpha is -1, expected a positive float32 number
          jina-v3 adapters | "position_embedding_type": "rotary" | "position_embedding_type": "alibi", "model_type": "xlm-roberta-flash" | position_embedding_type alibi is not supported; supported: rotary
          albert | "num_hidden_layers": 5 | "num_hidden_layers": 2000000000 | num_hidden_layers 2000000000 is more than 1024
          """)
  void whatCannotBeComputedIsRefused(String family, String good, String bad, String message) {
    assertThatThrownBy(() -> open(family, good, bad == null ? "" : bad))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContainingAll(message, "(config.json");
  }

  /** They are named before shapes are computed from them, which would not be ints. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          bert | "intermediate_size": 77 | "intermediate_size": 2147483647 | intermediate_size 2147483647, hidden_size 60: 2 x 2147483647 x 60
          bert | "hidden_size": 60 | "hidden_size": 2147483644 | hidden_size 2147483644: 3 x 2147483644 x 2147483644
          bert | "hidden_size": 60 | "hidden_size": 26756 | hidden_size 26756: 3 x 26756 x 26756
          distilbert | "hidden_dim": 83 | "hidden_dim": 1073741824 | hidden_dim 1073741824, dim 60: 2 x 1073741824 x 60
          modernbert | "intermediate_size": 61 | "intermediate_size": 2147483647 | intermediate_size 2147483647, hidden_size 48: 2 x 2147483647 x 48
          modernbert | "hidden_size": 48 | "hidden_size": 2147483644 | hidden_size 2147483644: 3 x 2147483644 x 2147483644
          new | "intermediate_size": 61 | "intermediate_size": 1073741824 | intermediate_size 1073741824, hidden_size 48: 2 x 1073741824 x 48
          new | "hidden_size": 48 | "hidden_size": 1073741824 | hidden_size 1073741824: 3 x 1073741824 x 1073741824
          nomic_bert | "n_inner": 78 | "n_inner": 2147483647 | n_inner 2147483647, n_embd 56: 2 x 2147483647 x 56
          nomic_bert | "n_embd": 56 | "n_embd": 2147483640 | n_embd 2147483640: 3 x 2147483640 x 2147483640
          jina-bert | "intermediate_size": 77 | "intermediate_size": 2147483647 | intermediate_size 2147483647, hidden_size 60: 2 x 2147483647 x 60
          jina-bert code | "intermediate_size": 77 | "intermediate_size": 2147483647 | intermediate_size 2147483647, hidden_size 60: 2 x 2147483647 x 60
          deberta-v2 | "intermediate_size": 77 | "intermediate_size": 2147483647 | intermediate_size 2147483647, hidden_size 60: 2 x 2147483647 x 60
          deberta-v2 | "position_buckets": 8 | "position_buckets": 2147483646, "max_relative_positions": 2147483647 | position_buckets 2147483646, hidden_size 60: 2 x 2147483646 x 60
          deberta-v2 | "position_buckets": 8 | "position_buckets": -1, "max_relative_positions": 1073741824 | max_relative_positions 1073741824, hidden_size 60: 2 x 1073741824 x 60
          t5 | "d_ff": 47 | "d_ff": 2147483647 | d_ff 2147483647, d_model 44: 2 x 2147483647 x 44
          t5 | "d_kv": 14 | "d_kv": 2147483647 | num_heads 3, d_kv 2147483647, d_model 44: 3 x 3 x 2147483647 x 44
          eurobert | "intermediate_size": 78 | "intermediate_size": 2147483647 | intermediate_size 2147483647, hidden_size 56: 2 x 2147483647 x 56
          eurobert | "head_dim": 14 | "head_dim": 2147483646 | num_attention_heads 4, head_dim 2147483646, hidden_size 56: 3 x 4 x 2147483646 x 56
          """)
  void sizesOfWhichNoMatrixHasTheProductAreNamed(
      String family, String good, String bad, String sizes) {
    assertThatThrownBy(() -> open(family, good, bad))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            "%s are more than the 2147483647 values that a matrix can have (config.json)", sizes);
  }

  /** A BERT by its type, without position embeddings and with its own number of positions. */
  @Test
  void whatTellsPositionsByDistanceIsJinaBert() throws IOException {
    try (ModelCheckpoint checkpoint = open("jina-bert", "", "")) {
      assertThat(checkpoint.spec().modelType()).isEqualTo("bert");
      assertThat(checkpoint.spec().positions()).isEqualTo(64);
      assertThat(checkpoint.spec().tokenTypes()).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          electra | "embedding_size": 36 | "embedding_size": 35 | embeddings.word_embeddings.weight has shape [137, 36], expected [137, 35]
          mpnet | "num_attention_heads": 4 | "num_attention_heads": 5 | encoder.relative_attention_bias.weight has shape [32, 4], expected [32, 5]
          modernbert | "intermediate_size": 61 | "intermediate_size": 60 | layers.0.mlp.Wi.weight has shape [122, 48], expected [120, 48]
          deberta-v2 | "position_buckets": 8 | "position_buckets": 10 | encoder.rel_embeddings.weight has shape [16, 60], expected [20, 60]
          t5 | "d_kv": 14 | "d_kv": 15 | encoder.block.0.layer.0.SelfAttention.q.weight has shape [42, 44], expected [45, 44]
          modernbert | "num_hidden_layers": 4 | "num_hidden_layers": 2147483647 | there is no tensor layers.4.
          jina-bert | "feed_forward_type": "geglu" | "feed_forward_type": "original" | or encoder.layer.0.intermediate.dense.weight (model.safetensors
          jina-bert code | "feed_forward_type": "geglu" | "feed_forward_type": "original" | or encoder.layer.0.mlp.up_layer.weight (model.safetensors
          nomic_bert experts | "num_experts": 6, | "num_experts": 5, | encoder.layers.1.mlp.router.layer.weight has shape [6, 56], expected [5, 56]
          nomic_bert experts | "n_inner": 30 | "n_inner": 29 | encoder.layers.0.mlp.fc2.weight has shape [56, 30], expected [56, 29]
          nomic_bert experts | "moe_every_n_layers": 2 | "moe_every_n_layers": 3 | encoder.layers.3.mlp.fc2.weight
          jina-bert code | "intermediate_size": 77 | "intermediate_size": 76 | encoder.layer.0.mlp.up_gated_layer.weight has shape [154, 60], expected [152, 60]
          albert | "num_hidden_groups": 2 | "num_hidden_groups": 3 | there is no tensor albert.encoder.albert_layer_groups.2.albert_layers.0.attention.query.weight or encoder.albert_layer_groups.2
          """)
  void theFirstTensorThatDoesNotFitIsNamed(String family, String good, String bad, String message)
      throws IOException {
    try (ModelCheckpoint checkpoint = open(family, good, bad)) {
      assertThatThrownBy(checkpoint::check)
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining(message);
    }
  }
}
