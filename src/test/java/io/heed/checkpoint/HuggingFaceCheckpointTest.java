package io.heed.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.architecture.ModelCheckpoint;
import io.heed.tensor.EmbeddingTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.FileUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HuggingFaceCheckpointTest {
  private static final String WORDS = "embeddings.word_embeddings.weight";
  private static final String CONFIG =
      """
      {"model_type": "bert", "vocab_size": 5, "hidden_size": 4, "num_hidden_layers": 1,
       "num_attention_heads": 2, "intermediate_size": 8, "max_position_embeddings": 16}
      """;

  @TempDir private Path directory;

  private Path write(String name, String text) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private void writeGood() throws IOException {
    write("config.json", CONFIG);
    new RawSafetensors().counting(WORDS, 5, 4).write(directory.resolve("model.safetensors"));
  }

  private void assertRefused(String... parts) {
    assertThatThrownBy(() -> ModelCheckpoint.open(directory).close())
        .isInstanceOf(CheckpointException.class)
        .hasMessageContainingAll(parts);
  }

  @Test
  void readsConfigAndTensors() throws IOException {
    writeGood();
    try (HuggingFaceCheckpoint checkpoint = ModelCheckpoint.open(directory).files()) {
      assertThat(checkpoint.floats(WORDS, 5, 4)).hasSize(20).startsWith(0, 1, 2);
      EmbeddingTable table = checkpoint.table(WORDS, 5, 4);
      float[] out = new float[9];
      table.gather(new int[] {4, 1}, 2, out, 1);
      assertThat(out).containsExactly(0, 16, 17, 18, 19, 4, 5, 6, 7);
      assertThat(table.rows()).isEqualTo(5);
      assertThat(table.columns()).isEqualTo(4);
      assertThatThrownBy(() -> table.gather(new int[] {5}, 1, out, 0))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThat(checkpoint.tokenizer()).doesNotExist();
      List<String> names = List.of("pooler.dense.bias", "bert.pooler.dense.bias");
      assertThatThrownBy(() -> checkpoint.name(names))
          .isInstanceOf(CheckpointException.class)
          .hasMessage(
              "there is no tensor bert.pooler.dense.bias or pooler.dense.bias (model.safetensors)");
      assertThatThrownBy(() -> checkpoint.floats("pooler.dense.bias", 4))
          .hasMessage("there is no tensor pooler.dense.bias (model.safetensors)");
      assertThatThrownBy(() -> checkpoint.floats(WORDS, 6, 4))
          .hasMessage(WORDS + " has shape [5, 4], expected [6, 4] (model.safetensors)");
    }
  }

  @Test
  void readsShards() throws IOException {
    write("config.json", CONFIG);
    new RawSafetensors().counting("a", 2).write(directory.resolve("one.safetensors"));
    new RawSafetensors().counting("b", 3).write(directory.resolve("two.safetensors"));
    write(
        "model.safetensors.index.json",
        "{\"weight_map\": {\"a\": \"one.safetensors\", \"b\": \"two.safetensors\"}}");
    try (HuggingFaceCheckpoint checkpoint = ModelCheckpoint.open(directory).files()) {
      assertThat(checkpoint.floats("a", 2)).containsExactly(0, 1);
      assertThat(checkpoint.floats("b", 3)).containsExactly(0, 1, 2);
      assertThatThrownBy(() -> checkpoint.floats("c", 3))
          .hasMessageContaining("(model.safetensors.index.json)");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"weight_map": {"a": "../secret"}}   | '../secret' leads out of the checkpoint
          {"weight_map": {"a": "/etc/passwd"}} | '/etc/passwd' is absolute; expected one relative to the checkpoint
          {"weight_map": {"a": "x/../../y"}}   | leads out of the checkpoint
          {"weight_map": {"a": "./.."}}        | leads out of the checkpoint
          {"weight_map": {"a": ""}}            | '' names no file of the checkpoint
          {"weight_map": {"a": "sub/.."}}      | 'sub/..' names no file of the checkpoint
          {"weight_map": {"a": "link"}}        | link is a link to
          {"weight_map": {"a": "folder/b"}}    | folder/b is a link to
          {"weight_map": {"a": "absent"}}      | there is no absent in
          {"weight_map": {"a": "sub"}}         | sub is not a file
          {"weight_map": {"a": 1}}             | the file of a is not a string
          {"weight_map": {"b": "one"}}         | b is not in one (model.safetensors.index.json)
          {"weight_map": []}                   | weight_map is ARRAY, expected an object
          {"metadata": {}}                     | weight_map is missing (model.safetensors.index.json)
          """)
  void badIndexesAreRefused(String index, String message) throws IOException {
    write("config.json", CONFIG);
    Files.createDirectory(directory.resolve("sub"));
    new RawSafetensors().counting("a", 2).write(directory.resolve("one"));
    Path outside = Files.createTempDirectory(directory.getParent(), "outside");
    new RawSafetensors().counting("a", 2).write(outside.resolve("b"));
    Files.createSymbolicLink(directory.resolve("link"), outside.resolve("b"));
    Files.createSymbolicLink(directory.resolve("folder"), outside);
    write("model.safetensors.index.json", index);
    assertRefused(message);
    FileUtil.fullyDelete(outside.toFile());
  }

  @Test
  void shardsGoByTheFilesThatTheirNamesLeadTo() throws IOException {
    write("config.json", CONFIG);
    Files.createDirectory(directory.resolve("sub"));
    Path two = directory.resolve("sub/two.safetensors");
    new RawSafetensors().counting("a", 2).counting("c", 4).write(directory.resolve("one"));
    new RawSafetensors().counting("b", 3).write(two);
    write(
        "model.safetensors.index.json",
        """
        {"weight_map": {"a": "sub/two.safetensors", "a": "./one", "b": "./sub//two.safetensors",
         "c": "sub/../one"}}
        """);
    try (HuggingFaceCheckpoint checkpoint = ModelCheckpoint.open(directory).files()) {
      assertThat(checkpoint.floats("a", 2)).containsExactly(0, 1);
      assertThat(checkpoint.floats("b", 3)).containsExactly(0, 1, 2);
      assertThat(checkpoint.floats("c", 4)).containsExactly(0, 1, 2, 3);
    }
    String first = hash();
    new RawSafetensors().floats("b", new float[] {0, 1, 3}, 3).write(two);
    assertThat(hash()).isNotEqualTo(first);
  }

  @Test
  void configurationsAreReadAsPythonWroteThem() throws IOException {
    writeGood();
    String python =
        """
        "clip": Infinity, "ratio": NaN, "low": -Infinity, "layer_norm_eps": 1, "layer_norm_eps": 1e-6,
        "huge": 1000000000000000019884624838656, "tiny": 1e-400, "other": {"a": NaN, "a": [NaN]}}
        """;
    write("config.json", "\uFEFF" + CONFIG.strip().replaceFirst("}$", "," + python));
    write(
        "tokenizer_config.json",
        "{\"model_max_length\": NaN, \"model_max_length\": 7, \"x\": NaN}");
    write("sentence_bert_config.json", "{\"max_seq_length\": 3, \"max_seq_length\": null}");
    try (ModelCheckpoint checkpoint = ModelCheckpoint.open(directory)) {
      assertThat(checkpoint.spec().block().normEpsilon()).isEqualTo(1e-6f);
      assertThat(checkpoint.maxLength()).isEqualTo(new TokenLimit(7, "tokenizer_config.json"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"model_max_length": 9}                                | {}                    | 9  | tokenizer_config.json
          {"model_max_length": 9}                                | {"max_seq_length": 12} | 12 | sentence_bert_config.json
          {"model_max_length": 9}                                | {"max_seq_length": 3} | 3  | sentence_bert_config.json
          {"model_max_length": 9}                                | {"max_seq_length": null} | 9 | tokenizer_config.json
          {"model_max_length": 9}                                | {"max_seq_length": 17} | 16 | config.json
          {"max_len": 9}                                         | {}                    | 9  | tokenizer_config.json
          {"model_max_length": 16}                               | {}                    | 16 | tokenizer_config.json
          {"model_max_length": 17}                               | {}                    | 16 | config.json
          {"model_max_length": 1000000000000000019884624838656}  | {}                    | 16 | config.json
          {"model_max_length": 1e30}                             | {}                    | 16 | config.json
          {"model_max_length": Infinity}                         | {}                    | 16 | config.json
          {"model_max_length": null}                             | {}                    | 16 | config.json
          {}                                                     | {}                    | 16 | config.json
          """)
  void theLeastOfTheLengthsThatHoldIsTaken(
      String tokenizer, String sentence, int length, String origin) throws IOException {
    writeGood();
    write("tokenizer_config.json", tokenizer);
    write("sentence_bert_config.json", sentence);
    try (HuggingFaceCheckpoint checkpoint = ModelCheckpoint.open(directory).files()) {
      assertThat(checkpoint.maxLength(16)).isEqualTo(new TokenLimit(length, origin));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"model_max_length": 0}      | model_max_length is 0, expected a whole number above 0
          {"model_max_length": -1}     | model_max_length is -1, expected a whole number above 0
          {"model_max_length": NaN}    | model_max_length is NaN, expected a whole number above 0
          {"model_max_length": 8.5}    | model_max_length is 8.5, expected a whole number above 0
          {"model_max_length": "8"}    | model_max_length is "8", expected a whole number above 0
          {"model_max_length": [8]}    | model_max_length is ARRAY, expected a whole number above 0
          {"truncation_side": "start"} | truncation_side is "start", expected left or right
          {"do_lower_case": "yes"}     | do_lower_case is "yes", expected true or false
          """)
  void badTokenizerConfigsAreRefused(String config, String message) throws IOException {
    writeGood();
    write("tokenizer_config.json", config);
    assertRefused(message, "(tokenizer_config.json)");
  }

  @Test
  void whatATokenizerConfigChangesInTheTokenizerIsTold() throws IOException {
    writeGood();
    write(
        "tokenizer_config.json",
        """
        {"do_lower_case": false, "strip_accents": null, "tokenize_chinese_chars": true,
         "add_prefix_space": true, "truncation_side": "left", "tokenizer_class": "BertTokenizer"}
        """);
    assertThat(tokenizerConfig().parts())
        .isEqualTo(
            Map.of("lowercase", false, "handle_chinese_chars", true, "add_prefix_space", true));
    assertThat(tokenizerConfig().truncationSide()).contains(TokenizerConfig.TruncationSide.LEFT);
    // This class takes the normalizer of tokenizer.json.
    write(
        "tokenizer_config.json",
        "{\"do_lower_case\": false, \"tokenizer_class\": \"PreTrainedTokenizerFast\"}");
    assertThat(tokenizerConfig().parts()).isEmpty();
  }

  private TokenizerConfig tokenizerConfig() {
    try (HuggingFaceCheckpoint checkpoint = ModelCheckpoint.open(directory).files()) {
      return checkpoint.tokenizerConfig();
    }
  }

  @Test
  void anAdapterIsRefused() throws IOException {
    writeGood();
    write("adapter_config.json", "{}");
    assertRefused("adapter_config.json asks for an adapter, which is not supported; merge it");
  }

  @Test
  void aTransformerInAFolderIsFoundThere() throws IOException {
    writeGood();
    Files.createDirectory(directory.resolve("0_Transformer"));
    for (String file : List.of("config.json", "model.safetensors")) {
      Files.move(directory.resolve(file), directory.resolve("0_Transformer").resolve(file));
    }
    write("config.json", "{\"__version__\": \"0.3.0\"}");
    write("1_Pooling/config.json", "{\"pooling_mode_mean_tokens\": true}");
    write("0_Transformer/sentence_roberta_config.json", "{\"max_seq_length\": 11}");
    write("0_Transformer/tokenizer.json", "{}");
    write(
        "modules.json",
        """
        [{"path": "0_Transformer", "type": "sentence_transformers.models.Transformer"},
         {"path": "1_Pooling", "type": "sentence_transformers.models.Pooling"}]
        """);
    try (HuggingFaceCheckpoint checkpoint = ModelCheckpoint.open(directory).files()) {
      assertThat(checkpoint.floats(WORDS, 5, 4)).hasSize(20);
      assertThat(checkpoint.path()).isEqualTo(directory);
      assertThat(checkpoint.tokenizer()).hasContent("{}");
      assertThat(checkpoint.maxLength(16))
          .isEqualTo(new TokenLimit(11, "0_Transformer/sentence_roberta_config.json"));
    }
    String first = hash();
    write("0_Transformer/sentence_roberta_config.json", "{\"max_seq_length\": 12}");
    assertThat(hash()).isNotEqualTo(first);
    write("0_Transformer/config.json", "{}");
    assertRefused("model_type is missing (0_Transformer/config.json)");
  }

  @Test
  void linksOutOfTheDirectoryAreRefused(@TempDir Path elsewhere) throws IOException {
    write("config.json", CONFIG);
    Path target = new RawSafetensors().counting("a", 2).write(elsewhere.resolve("weights"));
    Files.createSymbolicLink(directory.resolve("model.safetensors"), target);
    assertRefused("model.safetensors is a link to", "outside the checkpoint");
  }

  @Test
  void aHubCacheSnapshotIsReadThroughItsLinks() throws IOException {
    Path blobs = Files.createDirectories(directory.resolve("models--x/blobs"));
    Path snapshot = Files.createDirectories(directory.resolve("models--x/snapshots/abc"));
    Files.writeString(blobs.resolve("c0"), CONFIG);
    new RawSafetensors().counting(WORDS, 5, 4).write(blobs.resolve("w0"));
    Files.createSymbolicLink(snapshot.resolve("config.json"), Path.of("../../blobs/c0"));
    Files.createSymbolicLink(snapshot.resolve("model.safetensors"), Path.of("../../blobs/w0"));
    try (HuggingFaceCheckpoint checkpoint = ModelCheckpoint.open(snapshot).files()) {
      assertThat(checkpoint.floats(WORDS, 5, 4)).hasSize(20);
    }
    Files.delete(snapshot.resolve("model.safetensors"));
    Files.createSymbolicLink(snapshot.resolve("model.safetensors"), Path.of("../../other"));
    Files.copy(blobs.resolve("w0"), directory.resolve("models--x/other"));
    assertThatThrownBy(() -> ModelCheckpoint.open(snapshot).close())
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("outside the checkpoint");
  }

  @Test
  void missingPartsAreNamed() throws IOException {
    Path absent = directory.resolve("absent");
    assertThatThrownBy(() -> ModelCheckpoint.open(absent).close())
        .isInstanceOf(CheckpointException.class)
        .hasMessage("the checkpoint " + absent + " is not a directory");
    assertRefused("there is no config.json in " + directory);
    write("config.json", CONFIG);
    assertRefused(
        "there are no weights in " + directory,
        "expected model.safetensors or model.safetensors.index.json or pytorch_model.bin or"
            + " pytorch_model.bin.index.json");
  }

  /** Each of the files that may hold the weights has a tensor of its own. */
  @Test
  void weightsAreThoseThatTransformersTakes() throws IOException {
    write("config.json", CONFIG);
    new RawSafetensors().counting("single", 1).write(directory.resolve("model.safetensors"));
    new RawSafetensors().counting("shard", 1).write(directory.resolve("one.safetensors"));
    String index = "{\"weight_map\": {\"%s\": \"%s\"}}";
    write("model.safetensors.index.json", index.formatted("shard", "one.safetensors"));
    new RawTorch().counting("torch", 1).write(directory.resolve("pytorch_model.bin"));
    new RawTorch().counting("torchShard", 1).write(directory.resolve("one.bin"));
    write("pytorch_model.bin.index.json", index.formatted("torchShard", "one.bin"));
    Map<String, String> files = new LinkedHashMap<>();
    files.put("single", "model.safetensors");
    files.put("shard", "model.safetensors.index.json");
    files.put("torch", "pytorch_model.bin");
    files.put("torchShard", "pytorch_model.bin.index.json");
    for (Map.Entry<String, String> file : files.entrySet()) {
      try (HuggingFaceCheckpoint checkpoint = ModelCheckpoint.open(directory).files()) {
        assertThat(files.keySet().stream().filter(checkpoint::has)).containsExactly(file.getKey());
        assertThat(checkpoint.floats(file.getKey(), 1)).containsExactly(0);
        assertThatThrownBy(() -> checkpoint.floats("absent", 1))
            .hasMessage("there is no tensor absent (" + file.getValue() + ")");
      }
      Files.delete(directory.resolve(file.getValue()));
    }
    assertRefused("there are no weights in " + directory);
  }

  @Test
  void theHashBesideWeightsFollowsTheOtherFiles() throws IOException {
    writeGood();
    String expected = hashBesideWeights();
    Files.delete(directory.resolve("model.safetensors"));
    Path torch = directory.resolve("pytorch_model.bin");
    new RawTorch().counting(WORDS, 5, 4).write(torch);
    String whole = hash();
    assertThat(hashBesideWeights()).isEqualTo(expected).isNotEqualTo(whole);
    new RawTorch().counting("other", 5, 4).write(torch);
    assertThat(hashBesideWeights()).isEqualTo(expected);
    assertThat(hash()).isNotEqualTo(whole);
    write("tokenizer.json", "{}");
    assertThat(hashBesideWeights()).isNotEqualTo(expected);
  }

  @Test
  void aTorchFileThatIsNoneIsTold() throws IOException {
    write("config.json", CONFIG);
    write("pytorch_model.bin", "version https://git-lfs.github.com/spec/v1\n");
    assertRefused("the file is a Git LFS pointer", "(pytorch_model.bin)");
    write("pytorch_model.bin", "not a zip archive");
    assertRefused("the file begins with 6e6f7420, not with 504b0304", "(pytorch_model.bin)");
  }

  /** As sentence-transformers keeps those of a module, or bge-m3 those of a head. */
  @Test
  void oneFileOfAFolderIsOpenedByItsName() throws IOException {
    Files.createDirectory(directory.resolve("2_Dense"));
    new RawTorch().counting("linear.weight", 2).write(directory.resolve("2_Dense/a.pt"));
    new RawSafetensors().counting("b", 1).write(directory.resolve("2_Dense/b.safetensors"));
    CheckpointDirectory root = CheckpointDirectory.open(directory);
    try (TensorFile file = WeightFiles.openFile(root.in("2_Dense"), "a.pt")) {
      assertThat(file.read("linear.weight", 2)).containsExactly(0, 1);
      assertThat(file.fileName()).isEqualTo("2_Dense/a.pt");
    }
    try (TensorFile file = WeightFiles.openFile(root, "2_Dense/b.safetensors")) {
      assertThat(file.names()).containsExactly("b");
    }
    assertThat(root.found()).containsOnlyKeys("2_Dense/a.pt", "2_Dense/b.safetensors");
  }

  @Test
  void theHashFollowsEveryFileThatMattersAndNoOther() throws IOException {
    writeGood();
    String first = hash();
    assertThat(first).hasSize(64).isEqualTo(hash());
    write("README.md", "text");
    assertThat(hash()).isEqualTo(first);
    write("tokenizer.json", "{}");
    String withTokenizer = hash();
    assertThat(withTokenizer).isNotEqualTo(first);
    write("tokenizer.json", "{ }");
    assertThat(hash()).isNotEqualTo(withTokenizer);
    write("tokenizer.json", "{}");
    write("sentence_bert_config.json", "{}");
    String withSettings = hash();
    assertThat(withSettings).isNotEqualTo(withTokenizer);
    write("tokenizer_config.json", "{}");
    assertThat(hash()).isNotEqualTo(withSettings);
    Files.delete(directory.resolve("tokenizer_config.json"));
    assertThat(withSettings).isNotEqualTo(withTokenizer);
    write("config.json", CONFIG + " ");
    assertThat(hash()).isNotEqualTo(withSettings);
    write("config.json", CONFIG);
    assertThat(hash()).isEqualTo(withSettings);
    new RawSafetensors().counting("a", 5, 4).write(directory.resolve("model.safetensors"));
    assertThat(hash()).isNotEqualTo(withSettings);
  }

  @Test
  void theHashFollowsAVocabularyOnlyWhereItStandsForTheTokenizer() throws IOException {
    writeGood();
    String without = hash();
    write("special_tokens_map.json", "{}");
    assertThat(hash()).isEqualTo(without);
    List<String> hashes = new ArrayList<>(List.of(without));
    for (String file : List.of("vocab.txt", "special_tokens_map.json", "added_tokens.json")) {
      write(file, "{\"a\": 0}");
      hashes.add(hash());
    }
    assertThat(hashes).doesNotHaveDuplicates();
    write("tokenizer.json", "{}");
    String with = hash();
    for (String file : List.of("vocab.txt", "special_tokens_map.json", "added_tokens.json")) {
      Files.delete(directory.resolve(file));
    }
    assertThat(hash()).isEqualTo(with);
  }

  @Test
  void aSentencePieceModelCountsOnlyWhereItStandsForTheTokenizer() throws IOException {
    writeGood();
    write("tokenizer_config.json", "{\"tokenizer_class\": \"XLMRobertaTokenizer\"}");
    List<String> hashes = new ArrayList<>(List.of(hash()));
    for (String content : List.of("a", "b")) {
      write("sentencepiece.bpe.model", content);
      hashes.add(hash());
    }
    assertThat(hashes).doesNotHaveDuplicates();
    write("tokenizer.json", "{}");
    String with = hash();
    write("sentencepiece.bpe.model", "c");
    assertThat(hash()).isEqualTo(with);
    try (HuggingFaceCheckpoint checkpoint = ModelCheckpoint.open(directory).files()) {
      assertThat(checkpoint.madeTokenizer()).isEmpty();
      assertThat(checkpoint.tokenizer()).hasFileName("tokenizer.json");
    }
  }

  private String hashBesideWeights() {
    try (HuggingFaceCheckpoint checkpoint = ModelCheckpoint.open(directory).files()) {
      checkpoint.tokenizer();
      return checkpoint.hashBesideWeights();
    }
  }

  private String hash() {
    try (HuggingFaceCheckpoint checkpoint = ModelCheckpoint.open(directory).files()) {
      return checkpoint.hash();
    }
  }
}
