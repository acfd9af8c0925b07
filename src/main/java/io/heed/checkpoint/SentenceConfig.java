package io.heed.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * How sentence-transformers feeds the transformer: {@code sentence_bert_config.json}, or the file
 * by the name that older versions gave it after the architecture.
 *
 * @param maxSeqLength {@code max_seq_length}
 * @param lowerCase {@code do_lower_case}
 * @param allLayers whether the configuration is told to give the hidden states of all layers
 */
record SentenceConfig(Optional<TokenLimit> maxSeqLength, boolean lowerCase, boolean allLayers) {
  private static final String ALL_LAYERS = "output_hidden_states";

  /** In the order in which sentence-transformers looks for them; the first one there is read. */
  private static final List<String> FILES =
      List.of(
          "sentence_bert_config.json",
          "sentence_roberta_config.json",
          "sentence_distilbert_config.json",
          "sentence_camembert_config.json",
          "sentence_albert_config.json",
          "sentence_xlm-roberta_config.json",
          "sentence_xlnet_config.json");

  private static final SentenceConfig NONE = new SentenceConfig(Optional.empty(), false, false);

  /** Keys that change no vector, whatever their value: how fast and where it is computed. */
  private static final Set<String> WITHOUT_EFFECT = Set.of("unpad_inputs");

  /** Keys with arguments for other libraries, and those arguments that change no vector. */
  private static final Map<String, Set<String>> ARGUMENTS =
      Map.of(
          "model_args", Set.of("torch_dtype", "dtype", "attn_implementation", "use_safetensors"),
          "model_kwargs", Set.of("torch_dtype", "dtype", "attn_implementation", "use_safetensors"),
          "tokenizer_args", Set.of("use_fast", "padding_side"),
          "processor_kwargs", Set.of("use_fast", "padding_side"),
          "config_args", Set.of("use_cache", ALL_LAYERS),
          "config_kwargs", Set.of("use_cache", ALL_LAYERS));

  /** Keys of newer versions with the only value that is computed, as JSON. */
  private static final Map<String, String> ONLY =
      Map.of(
          "transformer_task", "\"feature-extraction\"",
          "module_output_name", "\"token_embeddings\"",
          "modality_config",
              "{\"text\":{\"method\":\"forward\",\"method_output_name\":\"last_hidden_state\"}}");

  /**
   * Reads the file of a transformer's folder, if there is one.
   *
   * @throws CheckpointException for a key that would change the vectors and is not computed
   */
  static SentenceConfig read(CheckpointDirectory transformer) {
    for (String name : FILES) {
      Optional<JsonFile> file = transformer.findJson(name);
      if (file.isPresent()) {
        return read(file.get());
      }
    }
    return NONE;
  }

  private static SentenceConfig read(JsonFile file) {
    for (String key : file.keys()) {
      file.find(key).ifPresent(value -> check(file, key, value));
    }
    return new SentenceConfig(
        file.positiveInt("max_seq_length").map(tokens -> new TokenLimit(tokens, file.name())),
        file.bool("do_lower_case").orElse(false),
        Stream.of("config_args", "config_kwargs")
            .flatMap(key -> file.inside(key).stream())
            .anyMatch(arguments -> arguments.bool(ALL_LAYERS).orElse(false)));
  }

  /** Whether the hidden states of all layers are there for modules that want them. */
  boolean allLayers(ConfigFile config) {
    return allLayers || config.bool(ALL_LAYERS).orElse(false);
  }

  private static void check(JsonFile file, String key, JsonNode value) {
    if (key.equals("max_seq_length") || key.equals("do_lower_case")) {
      return;
    }
    boolean nothing = WITHOUT_EFFECT.contains(key) || value.isContainerNode() && value.isEmpty();
    if (nothing || value.toString().equals(ONLY.get(key))) {
      return;
    }
    Set<String> harmless = ARGUMENTS.getOrDefault(key, Set.of());
    for (Map.Entry<String, JsonNode> argument : value.properties()) {
      if (!harmless.contains(argument.getKey()) && !argument.getKey().equals("trust_remote_code")) {
        throw unsupported(file, key + "." + argument.getKey(), argument.getValue());
      }
    }
    if (!ARGUMENTS.containsKey(key)) {
      throw unsupported(file, key, value);
    }
  }

  private static CheckpointException unsupported(JsonFile file, String key, JsonNode value) {
    return file.error(
        "%s %s is not supported; supported: max_seq_length and do_lower_case", key, value);
  }
}
