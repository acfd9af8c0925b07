package io.heed.onnx;

import io.heed.architecture.ModelCheckpoint;
import io.heed.checkpoint.CheckpointException;
import io.heed.checkpoint.Json;
import io.heed.checkpoint.SafetensorsWriter;
import io.heed.checkpoint.SafetensorsWriter.Dtype;
import io.heed.engine.ModelTokenizer;
import io.heed.text.TextTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.commons.io.FileUtils;

/**
 * Writes an encoder of BERT's kind from its ONNX export as a checkpoint directory. The values of
 * all tensors keep their bits.
 */
public final class BertImport {

  /**
   * What no graph says, for the files of sentence-transformers.
   *
   * @param pooling how tokens become the vector of a text
   * @param normalize whether that is scaled to length 1
   * @param maxLength tokens after which a text is cut; none where only the model's positions do
   */
  public record SentenceOptions(OnnxPooling pooling, boolean normalize, OptionalInt maxLength) {}

  /** The file that says that a directory is an import. */
  static final String MARK = "heed-import.json";

  private BertImport() {}

  /**
   * Imports a graph.
   *
   * @param input an ONNX file, or a jar or zip file that holds one
   * @param tokenizer in place of the {@code tokenizer.json} that stands beside the graph
   * @param directory to write to; it is empty or not there
   * @return what was imported, for a person
   * @throws CheckpointException when the graph is not wholly recognised, or a file cannot be read
   * @throws io.heed.text.TokenizerException when the tokenizer cannot be used
   * @throws IOException when the directory cannot be written
   */
  public static String run(
      Path input, Optional<Path> tokenizer, SentenceOptions options, Path directory)
      throws IOException {
    Files.createDirectories(directory);
    Path work = Files.createTempDirectory(directory, "import-");
    try {
      OnnxSource source = OnnxSource.of(input, work);
      Path words =
          tokenizer
              .map(BertImport::requireFile)
              .or(source::tokenizer)
              .orElseThrow(
                  () ->
                      new CheckpointException(
                          String.format(
                              Locale.ROOT,
                              "there is no tokenizer.json beside %s; name one with --tokenizer",
                              source.name())));
      BertModel model =
          BertGraph.recognise(source.name(), OnnxFile.read(source.name(), source.content()));
      write(model, options, directory);
      Files.copy(words, directory.resolve("tokenizer.json"));
      String told = told(source, model);
      write(directory.resolve(MARK), Map.of("import", told));
      try (ModelCheckpoint written = ModelCheckpoint.open(directory);
          TextTokenizer opened = ModelTokenizer.open(written.files())) {
        written.check();
        return told;
      }
    } finally {
      FileUtils.deleteDirectory(work.toFile());
    }
  }

  private static Path requireFile(Path tokenizer) {
    if (!Files.isRegularFile(tokenizer)) {
      throw new CheckpointException(
          String.format(Locale.ROOT, "there is no file %s to take the tokenizer from", tokenizer));
    }
    return tokenizer;
  }

  private static String told(OnnxSource source, BertModel model) {
    return String.format(
        Locale.ROOT,
        "%s: BERT, %d layers, width %d, %d heads, %d positions, %d token ids; %d tensors",
        source.name(),
        model.layers(),
        model.width(),
        model.heads(),
        model.positions(),
        model.vocabulary(),
        model.weights().size());
  }

  private static void write(BertModel model, SentenceOptions options, Path directory)
      throws IOException {
    SafetensorsWriter tensors = new SafetensorsWriter().metadata("format", "pt");
    model
        .weights()
        .forEach((name, weight) -> tensors.add(name, Dtype.F32, weight.shape(), weight::values));
    tensors.write(directory.resolve("model.safetensors"));
    write(directory.resolve("config.json"), config(model));
    write(directory.resolve("modules.json"), modules(options));
    Map<String, Object> lengths = new LinkedHashMap<>();
    options.maxLength().ifPresent(tokens -> lengths.put("max_seq_length", tokens));
    lengths.put("do_lower_case", false);
    write(directory.resolve("sentence_bert_config.json"), lengths);
    Files.createDirectories(directory.resolve("1_Pooling"));
    write(directory.resolve("1_Pooling").resolve("config.json"), pooling(model, options));
  }

  private static Map<String, Object> config(BertModel model) {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("architectures", List.of("BertModel"));
    config.put("model_type", "bert");
    config.put("torch_dtype", Dtype.F32.torchName());
    config.put("hidden_act", "gelu");
    config.put("hidden_size", model.width());
    config.put("intermediate_size", model.inner());
    // As a person wrote it: the shortest decimal that is this float.
    config.put("layer_norm_eps", Double.parseDouble(Float.toString(model.epsilon())));
    config.put("max_position_embeddings", model.positions());
    config.put("num_attention_heads", model.heads());
    config.put("num_hidden_layers", model.layers());
    config.put("pad_token_id", 0);
    config.put("position_embedding_type", "absolute");
    config.put("type_vocab_size", model.tokenTypes());
    config.put("vocab_size", model.vocabulary());
    return config;
  }

  private static List<Map<String, Object>> modules(SentenceOptions options) {
    List<Map<String, Object>> modules = new ArrayList<>();
    modules.add(module(0, "", "Transformer"));
    modules.add(module(1, "1_Pooling", "Pooling"));
    if (options.normalize()) {
      modules.add(module(2, "2_Normalize", "Normalize"));
    }
    return modules;
  }

  private static Map<String, Object> module(int index, String path, String type) {
    Map<String, Object> module = new LinkedHashMap<>();
    module.put("idx", index);
    module.put("name", Integer.toString(index));
    module.put("path", path);
    module.put("type", "sentence_transformers.models." + type);
    return module;
  }

  private static Map<String, Object> pooling(BertModel model, SentenceOptions options) {
    Map<String, Object> pooling = new LinkedHashMap<>();
    pooling.put("word_embedding_dimension", model.width());
    pooling.put("pooling_mode_cls_token", options.pooling() == OnnxPooling.CLS);
    pooling.put("pooling_mode_mean_tokens", options.pooling() == OnnxPooling.MEAN);
    pooling.put("pooling_mode_max_tokens", false);
    pooling.put("pooling_mode_mean_sqrt_len_tokens", false);
    return pooling;
  }

  private static void write(Path file, Object json) throws IOException {
    Files.writeString(file, Json.indented(json));
  }
}
