package io.heed.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SentenceTransformersReaderTest {
  private static final int HIDDEN_SIZE = 384;
  private static final String MODULES =
      """
      [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
       {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
       {"idx": 2, "name": "2", "path": "2_Normalize",
        "type": "sentence_transformers.models.Normalize"}]
      """;

  @TempDir private Path directory;

  private void write(String name, String text) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private SentenceTransformers read() {
    return read(CheckpointDirectory.open(directory));
  }

  private SentenceTransformers read(CheckpointDirectory checkpoint) {
    return SentenceTransformersReader.read(
        checkpoint,
        SentenceModules.read(checkpoint, Optional.empty()),
        ConfigFile.readIfThere(checkpoint),
        HIDDEN_SIZE);
  }

  private void assertRefused(String message, String file) {
    assertThatThrownBy(this::read)
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(message)
        .hasMessageEndingWith("(" + file + ")");
  }

  @Test
  void saysNothingWithoutFiles() {
    CheckpointDirectory checkpoint = CheckpointDirectory.open(directory);
    assertThat(read(checkpoint))
        .isEqualTo(
            new SentenceTransformers(
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                false,
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                List.of()));
    assertThat(checkpoint.found()).isEmpty();
  }

  @Test
  void readsAllFiles() throws IOException {
    write("modules.json", MODULES);
    write(
        "1_Pooling/config.json",
        """
        {"word_embedding_dimension": 384, "pooling_mode_cls_token": true,
         "pooling_mode_mean_tokens": false, "pooling_mode_max_tokens": false}
        """);
    write("sentence_bert_config.json", "{\"max_seq_length\": 256, \"do_lower_case\": true}");
    write(
        "config_sentence_transformers.json",
        "{\"prompts\": {\"query\": \"query: \", \"text\": \"\"}, \"default_prompt_name\": \"text\"}");
    CheckpointDirectory checkpoint = CheckpointDirectory.open(directory);
    assertThat(read(checkpoint))
        .isEqualTo(
            new SentenceTransformers(
                Optional.of(
                    new TokenPooling(List.of(PoolingMode.CLS), true, "1_Pooling/config.json")),
                Optional.empty(),
                List.of(),
                Optional.of(true),
                Optional.of(new TokenLimit(256, "sentence_bert_config.json")),
                true,
                Map.of("query", "query: ", "text", ""),
                Optional.of("text"),
                Optional.empty(),
                List.of()));
    assertThat(checkpoint.found())
        .containsOnlyKeys(
            "1_Pooling/config.json",
            "config_sentence_transformers.json",
            "modules.json",
            "sentence_bert_config.json");
  }

  @Test
  void nullsCountAsAbsent() throws IOException {
    write("sentence_bert_config.json", "{\"max_seq_length\": null}");
    write("config_sentence_transformers.json", "{\"default_prompt_name\": null}");
    assertThat(read().maxSeqLength()).isEmpty();
    assertThat(read().defaultPromptName()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"pooling_mode_mean_tokens": true}                                    | MEAN
          {"pooling_mode_max_tokens": true, "pooling_mode_mean_tokens": false}  | MAX
          {"pooling_mode_lasttoken": true, "pooling_mode_mean_tokens": false}   | LAST
          {}                                                                    | MEAN
          {"pooling_mode": "mean"}                                              | MEAN
          {"pooling_mode": "cls", "embedding_dimension": 384}                   | CLS
          {"pooling_mode": "max", "include_prompt": true}                       | MAX
          {"pooling_mode": ["lasttoken"]}                                       | LAST
          {"pooling_mode": "CLS", "pooling_mode": "Mean"}                       | MEAN
          {"pooling_mode_cls_token": true}                                      | CLS
          {"pooling_mode_mean_tokens": false}                                   | MEAN
          {"pooling_mode": "weightedmean"}                                      | WEIGHTED_MEAN
          {"pooling_mode": ["mean", "max"]}                                     | MEAN, MAX
          {"pooling_mode_mean_sqrt_len_tokens": true}                           | MEAN_SQRT_LENGTH
          {"pooling_mode_max_tokens": true, "pooling_mode_cls_token": true}     | CLS, MAX
          """)
  void readsPoolingOldAndNew(String config, String expected) throws IOException {
    write("modules.json", MODULES);
    write("1_Pooling/config.json", config);
    assertThat(read().pooling().orElseThrow().modes().stream().map(PoolingMode::name))
        .containsExactly(expected.split(", "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"pooling_mode": "first"}                | pooling_mode "first" is not supported; supported: cls, max, mean, mean_sqrt_len_tokens, weightedmean, lasttoken
          {"pooling_mode": ["mean", "sum"]}        | pooling_mode "sum" is not supported
          {"pooling_mode": ["mean", "mean"]}       | pooling_mode names a mode twice
          {"pooling_mode": []}                     | pooling_mode names none; supported: cls
          {"pooling_mode_sum": true}               | pooling by pooling_mode_sum is not supported
          {"pooling_mode_cls_token": 1}            | pooling_mode_cls_token is 1, expected true or false
          {"word_embedding_dimension": 768}        | word_embedding_dimension 768 is not the hidden_size 384
          []                                       | the file is ARRAY, expected an object
          """)
  void otherPoolingIsRefused(String config, String message) throws IOException {
    write("modules.json", MODULES);
    write("1_Pooling/config.json", config);
    assertRefused(message, "1_Pooling/config.json");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          models.Normalize | models.CNN         | module type 'sentence_transformers.models.CNN' is not supported; supported: Transformer, StaticEmbedding, WeightedLayerPooling, Pooling, Dense, LayerNorm, Normalize, Dropout, Router
          models.Transformer | models.BERT      | module type 'sentence_transformers.models.BERT' is not supported
          sentence_transformers.models.Transformer | custom_st.Transformer | module type 'custom_st.Transformer' is code of the checkpoint's own, which is not run; supported: Transformer
          models.Normalize | models.SpladePooling | module SpladePooling gives a sparse vector, of a weight for each token id; supported are modules that end in one dense vector
          models.Normalize | multi_vector_encoder.modules.multi_vector_mask.MultiVectorMask | module MultiVectorMask gives a vector for each of some tokens
          models.Normalize | cross_encoder.modules.logit_score.LogitScore | module LogitScore gives a score of two texts
          sentence_transformers.models.Normalize | pylate.models.Dense.Dense | module type 'pylate.models.Dense.Dense' is not supported: it is for vectors of single tokens
          "sentence_transformers.models.Normalize" | 5 | type of a module is not a string
          "path": "1_Pooling" | "path": ["1_Pooling"] | path of a module is not a string
          models.Normalize | models\\nheed: 9.X | module type 'sentence_transformers.models\uFFFDheed: 9.X' is not supported
          models.Normalize | models.Pooling     | modules [Transformer, Pooling, Pooling] are not supported
          models.Pooling   | models.Normalize   | modules [Transformer, Normalize, Normalize] are not supported
          models.Transformer | models.Normalize | modules [Normalize, Pooling, Normalize] are not supported
          """)
  void otherModulesAreRefused(String good, String bad, String message) throws IOException {
    write("modules.json", MODULES.replace(good, bad));
    write("1_Pooling/config.json", "{}");
    assertRefused(message, "modules.json");
  }

  @Test
  void withoutANormalizeModuleVectorsAreNotNormalized() throws IOException {
    write("modules.json", MODULES.substring(0, MODULES.lastIndexOf(",\n {")) + "]");
    write("1_Pooling/config.json", "{}");
    assertThat(read().normalize()).contains(false);
  }

  @Test
  void aListedPoolingHasToBeThereAndInside() throws IOException {
    write("modules.json", MODULES);
    assertRefused("there is no 1_Pooling/config.json", "modules.json");
    write("modules.json", MODULES.replace("1_Pooling", "../other"));
    assertThatThrownBy(this::read)
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("'../other/config.json' leads out of the checkpoint");
    write("modules.json", MODULES.replace("\"path\": \"\"", "\"path\": \"0_BERT\""));
    write("1_Pooling/config.json", "{}");
    assertThatThrownBy(this::read)
        .isInstanceOf(CheckpointException.class)
        .hasMessage("there is no folder 0_BERT in " + directory);
    write("modules.json", MODULES.replace("\"path\": \"\"", "\"path\": \"../x\""));
    assertThatThrownBy(this::read).hasMessageContaining("'../x' leads out of the checkpoint");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"bert", "roberta", "distilbert", "camembert", "albert", "xlm-roberta", "xlnet"})
  void theTransformerIsConfiguredByTheNamesOfAllVersions(String name) throws IOException {
    String file = "sentence_%s_config.json".formatted(name);
    write(file, "{\"max_seq_length\": 77, \"do_lower_case\": true}");
    write(
        "sentence_xlnet_config.json",
        name.equals("xlnet") ? Files.readString(directory.resolve(file)) : "{}");
    assertThat(read().maxSeqLength()).contains(new TokenLimit(77, file));
    assertThat(read().lowerCase()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"tokenizer_args": {"model_max_length": 8}} | tokenizer_args.model_max_length 8 is not supported
          {"model_args": {"output_hidden_states": true}} | model_args.output_hidden_states true is not supported
          {"processing_kwargs": {"text": {}}}         | processing_kwargs.text {} is not supported
          {"transformer_task": "fill-mask"}           | transformer_task "fill-mask" is not supported
          {"query_length": 32}                        | query_length 32 is not supported
          {"max_seq_length": NaN}                     | max_seq_length is NaN, expected a whole number between
          """)
  void whatElseWouldChangeTheVectorsIsRefused(String config, String message) throws IOException {
    write("sentence_bert_config.json", config);
    assertRefused(message, "sentence_bert_config.json");
  }

  @Test
  void whatChangesNoVectorIsTaken() throws IOException {
    write(
        "sentence_bert_config.json",
        """
        {"max_seq_length": 9, "do_lower_case": false, "model_args": {"torch_dtype": "float16"},
         "tokenizer_args": {"trust_remote_code": true}, "config_args": {}, "unpad_inputs": true,
         "transformer_task": "feature-extraction", "module_output_name": "token_embeddings",
         "modality_config":
           {"text": {"method": "forward", "method_output_name": "last_hidden_state"}},
         "query_length": null}
        """);
    assertThat(read().maxSeqLength()).contains(new TokenLimit(9, "sentence_bert_config.json"));
  }

  @Test
  void aPromptThatEveryModelHasIsTheDefaultWhereItIsEmpty() throws IOException {
    write("config_sentence_transformers.json", "{\"default_prompt_name\": \"document\"}");
    assertThat(read().defaultPromptName()).isEmpty();
    write(
        "config_sentence_transformers.json",
        "{\"prompts\": {\"document\": \"d: \"}, \"default_prompt_name\": \"document\"}");
    assertThat(read().defaultPromptName()).contains("document");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"prompts": {"q": 1}}             | prompt 'q' is not a string
          {"default_prompt_name": "q"}      | default_prompt_name 'q' is not one of the prompts []
          {"prompts": "q"}                  | prompts is "q", expected an object
          {"truncate_dim": 0}               | truncate_dim is 0, expected a whole number
          """)
  void badPromptsAreRefused(String config, String message) throws IOException {
    write("config_sentence_transformers.json", config);
    assertRefused(message, "config_sentence_transformers.json");
  }
}
