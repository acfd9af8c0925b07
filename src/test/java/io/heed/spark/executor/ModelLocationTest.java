package io.heed.spark.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import com.holdenkarau.spark.testing.SharedJavaSparkContext;
import io.heed.LocalSpark;
import io.heed.checkpoint.CheckpointException;
import io.heed.checkpoint.FakeHub;
import io.heed.checkpoint.HubCache;
import io.heed.checkpoint.HubName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.function.Supplier;
import org.apache.hadoop.fs.FileUtil;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkFiles;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelLocationTest extends SharedJavaSparkContext {
  @TempDir Path directory;

  @BeforeAll
  static void stopTheSessionOfOtherTests() {
    LocalSpark.stop();
  }

  @BeforeEach
  void startSpark() {
    runBefore();
  }

  @AfterAll
  static void stopSpark() {
    runAfterClass();
  }

  @Override
  public SparkConf conf() {
    return super.conf()
        .set("spark.ui.enabled", "false")
        .set(ElsewhereFileSystem.KEY, ElsewhereFileSystem.class.getName());
  }

  @Test
  void a_path_that_is_there_is_fixed_to_the_drivers_directory() {
    assertThat(ModelLocation.of("conf").text())
        .isEqualTo(Path.of("conf").toAbsolutePath().toString());
    assertThat(ModelLocation.of("conf").directory()).isEqualTo(Path.of("conf").toAbsolutePath());
  }

  @Test
  void a_file_uri_may_have_a_space() throws IOException {
    Path model = Files.createDirectory(directory.resolve("my model"));
    assertThat(ModelLocation.of("file:" + model).directory()).isEqualTo(model);
    assertThat(ModelLocation.of("file://" + model).directory()).isEqualTo(model);
  }

  @Test
  void what_is_not_there_or_no_directory_is_told() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    assertRefused(file.toString(), "the checkpoint %s is not a directory".formatted(file));
    Path absent = directory.resolve("absent");
    assertRefused(absent.toString(), "the checkpoint %s does not exist".formatted(absent));
    assertRefused(
        "absent",
        "the checkpoint 'absent' does not exist as a directory or as an entry of --archives");
    assertRefused(
        "elsewhere:" + file, "the checkpoint elsewhere:%s is not a directory".formatted(file));
    assertRefused("", "the checkpoint '' does not exist");
    assertRefused("a\0b", "is not a path");
    assertRefused("nowhere://host/model", "cannot be copied: No FileSystem for scheme \"nowhere\"");
  }

  @Test
  void an_archive_is_found_by_its_name_or_by_the_folder_in_it() throws IOException {
    Path archive = Files.createDirectories(sparkFiles().resolve("my-archive"));
    Path folder = Files.createDirectory(archive.resolve("bert"));
    assertThat(ModelLocation.of("my-archive").text()).isEqualTo("my-archive");
    assertThat(ModelLocation.of("my-archive").directory()).isEqualTo(folder);
    assertThat(ModelLocation.of("my-archive/bert").directory()).isEqualTo(folder);

    Files.createFile(archive.resolve("config.json"));
    assertThat(ModelLocation.of("my-archive").directory()).isEqualTo(archive);
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", "../userFiles", "x/../..", "./x", ""})
  void a_name_does_not_lead_out_of_the_archives(String name) {
    assertThatThrownBy(() -> new ModelLocation(name).directory())
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("does not exist as a directory or as an entry of --archives");
  }

  @Test
  void a_store_is_copied_once_while_it_stays_the_same() throws IOException {
    Path source = checkpoint();
    ModelLocation location = ModelLocation.of("elsewhere:" + source);
    Path copy = location.directory();

    assertThat(copy).isDirectory().hasParentRaw(sparkFiles()).isNotEqualTo(source);
    assertThat(copy.resolve("config.json")).hasContent("{}");
    assertThat(copy.resolve("1_Pooling").resolve("config.json")).hasContent("{\"a\":1}");
    assertThat(copy.resolve("model.safetensors")).exists();
    assertThat(copy.resolve("vocab.txt")).hasContent("pieces");
    assertThat(copy.resolve("merges.txt")).hasContent("pairs");
    assertThat(copy.resolve("LICENSE.txt")).doesNotExist();
    assertThat(copy.resolve("pytorch_model.bin")).doesNotExist();
    assertThat(copy.resolve("1_Pooling").resolve("deep")).doesNotExist();
    assertThat(ModelLocation.of("elsewhere://" + source).directory()).isEqualTo(copy);

    Files.setLastModifiedTime(source.resolve("config.json"), FileTime.fromMillis(1_000_000));
    assertThat(location.directory()).isNotEqualTo(copy).isDirectory();
  }

  @Test
  void weights_of_torch_are_copied_where_there_are_no_others() throws IOException {
    Path source = checkpoint();
    Files.delete(source.resolve("model.safetensors"));
    Files.writeString(source.resolve("pytorch_model.bin.index.json"), "not read");
    Files.writeString(source.resolve("training_args.bin"), "pickle");
    Path copy = ModelLocation.of("elsewhere:" + source).directory();
    assertThat(copy.resolve("pytorch_model.bin")).hasContent("pickle");
    assertThat(copy.resolve("training_args.bin")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"model.safetensors.index.json", "pytorch_model.bin.index.json"})
  void shards_are_copied_by_the_names_that_an_index_has_for_them(String index) throws IOException {
    Path source = checkpoint();
    Files.delete(source.resolve("model.safetensors"));
    Files.delete(source.resolve("pytorch_model.bin"));
    Files.createDirectory(source.resolve("shards"));
    for (String shard : List.of("first.bin", "shards/second.weights", "third", "other.bin")) {
      Files.writeString(source.resolve(shard), shard);
    }
    String map = "'a': 'first.bin', 'b': './shards/second.weights', 'c': 'x/../third', 'd': 'none'";
    Files.writeString(
        source.resolve(index), "{'weight_map': {%s}}".formatted(map).replace('\'', '"'));
    Path copy = ModelLocation.of("elsewhere:" + source).directory();
    for (String shard : List.of("first.bin", "shards/second.weights", "third")) {
      assertThat(copy.resolve(shard)).hasContent(shard);
    }
    assertThat(copy.resolve("other.bin")).doesNotExist();
  }

  /** Who reads the copy says what is wrong, as of a local path. */
  @ParameterizedTest
  @ValueSource(strings = {"{", "[]", "{}", "{\"weight_map\": {\"a\": 1}}"})
  void an_index_that_is_wrong_is_copied_alone(String content) throws IOException {
    Path source = checkpoint();
    Files.delete(source.resolve("model.safetensors"));
    Files.writeString(source.resolve("model.safetensors.index.json"), content);
    Path copy = ModelLocation.of("elsewhere:" + source).directory();
    assertThat(copy.resolve("model.safetensors.index.json")).hasContent(content);
    assertThat(copy.resolve("pytorch_model.bin")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"vocab.txt", "merges.txt", "sentencepiece.bpe.model", "spiece.model", "spm.model"})
  void every_vocabulary_that_is_read_is_copied(String name) throws IOException {
    Path source = Files.createDirectories(directory.resolve("checkpoint"));
    Files.writeString(source.resolve(name), "pieces");
    Path copy = ModelLocation.of("elsewhere:" + source).directory();
    assertThat(copy.resolve(name)).hasContent("pieces");
  }

  @Test
  void folders_are_copied_two_deep() throws IOException {
    Path source = checkpoint();
    Path module = Files.createDirectories(source.resolve("2_Router/query_0_Dense"));
    Files.writeString(module.resolveSibling("router_config.json"), "{}");
    Files.writeString(module.resolve("config.json"), "{\"b\":2}");
    Files.writeString(module.resolve("pytorch_model.bin"), "dense");
    Files.createDirectory(module.resolve("deeper"));
    Files.writeString(module.resolve("deeper/config.json"), "{}");
    Path copy = ModelLocation.of("elsewhere:" + source).directory();
    assertThat(copy.resolve("2_Router/router_config.json")).hasContent("{}");
    assertThat(copy.resolve("2_Router/query_0_Dense/config.json")).hasContent("{\"b\":2}");
    assertThat(copy.resolve("2_Router/query_0_Dense/pytorch_model.bin")).hasContent("dense");
    assertThat(copy.resolve("2_Router/query_0_Dense/deeper")).doesNotExist();
  }

  @Test
  void a_copy_that_is_gone_is_made_anew() throws IOException {
    ModelLocation location = ModelLocation.of("elsewhere:" + checkpoint());
    FileUtil.fullyDelete(location.directory().toFile());
    assertThat(location.directory().resolve("config.json")).exists();
  }

  @Test
  void a_file_is_found_where_a_directory_would_be() throws IOException {
    Path file = Files.writeString(directory.resolve("a layer.safetensors"), "weights");
    assertThat(ModelLocation.of(file.toString()).file()).isEqualTo(file);
    assertThat(ModelLocation.of("file:" + file).file()).isEqualTo(file);
    assertThat(ModelLocation.of("file://" + file).file()).isEqualTo(file);
    assertThat(ModelLocation.of("pom.xml").file()).isEqualTo(Path.of("pom.xml").toAbsolutePath());
    Path archive = Files.createDirectories(sparkFiles().resolve("layers"));
    Path packed = Files.writeString(archive.resolve("first.safetensors"), "weights");
    assertThat(ModelLocation.of("layers/first.safetensors").file()).isEqualTo(packed);
  }

  @Test
  void of_a_store_a_file_is_copied_without_those_beside_it() throws IOException {
    Path source = checkpoint();
    Path copy = ModelLocation.of("elsewhere:" + source.resolve("pytorch_model.bin")).file();
    assertThat(copy).hasContent("pickle");
    assertThat(copy.resolveSibling("model.safetensors")).doesNotExist();
    assertThat(ModelLocation.of("elsewhere://" + source.resolve("pytorch_model.bin")).file())
        .isEqualTo(copy);
  }

  @Test
  void a_file_that_is_not_there_or_none_is_told() throws IOException {
    assertNoFile("", "the file '' does not exist");
    assertNoFile("absent", "the file 'absent' does not exist");
    Path absent = directory.resolve("absent");
    assertNoFile(absent.toString(), "the file %s does not exist".formatted(absent));
    assertNoFile(directory.toString(), "%s is not a file".formatted(directory));
    assertNoFile("elsewhere:" + directory, "elsewhere:%s is not a file".formatted(directory));
    assertNoFile("elsewhere:" + absent, "the checkpoint elsewhere:%s cannot".formatted(absent));
    assertNoFile("file:relative/layer", "the checkpoint file:relative/layer is not a path");
  }

  @Test
  void a_name_of_a_hub_is_the_path_of_a_snapshot_and_its_commit() throws IOException {
    FakeHub hub = hub("models--org--name");
    ModelLocation location =
        ModelLocation.ofCheckpoint("org/name@v1", () -> new HubCache(directory));
    assertThat(location)
        .isEqualTo(
            new ModelLocation(hub.snapshot().toString(), new HubName("org/name", FakeHub.COMMIT)));
    assertThat(location.directory()).isEqualTo(hub.snapshot());
    assertThat(ModelLocation.place(hub.snapshot().toString()).orElseThrow().toString())
        .isEqualTo("file:" + hub.snapshot());
  }

  @Test
  void a_node_without_the_drivers_path_has_the_commit_in_its_own_cache() throws IOException {
    hub("models--org--name");
    ModelLocation location =
        ModelLocation.ofCheckpoint("org/name@v1", () -> new HubCache(directory));
    Path ofNode = directory.resolve("node");
    Files.createDirectory(ofNode);
    Files.move(directory.resolve("models--org--name"), ofNode.resolve("models--org--name"));

    assertThat(location.directory(() -> new HubCache(ofNode)))
        .isEqualTo(new FakeHub(ofNode, "models--org--name").snapshot());
    assertThatThrownBy(() -> location.directory(() -> new HubCache(directory)))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            ("the checkpoint '%s' does not exist on this node, and the Hugging Face cache %s has no"
                    + " revision %3$s of org/name; `hf download org/name --revision %3$s`, with older"
                    + " tools `huggingface-cli download org/name --revision %3$s`, puts it there")
                .formatted(location.text(), directory, FakeHub.COMMIT));
  }

  @Test
  void a_path_and_an_archive_go_before_a_name_of_a_hub() throws IOException {
    Supplier<HubCache> cache = () -> new HubCache(directory);
    hub("models--conf");
    hub("models--packed--bert");
    assertThat(ModelLocation.ofCheckpoint("conf@v1", cache).hub()).isNotNull();
    assertThat(ModelLocation.ofCheckpoint("conf", cache)).isEqualTo(ModelLocation.of("conf"));
    assertThat(ModelLocation.ofCheckpoint("packed/bert", cache).hub()).isNotNull();
    Files.createDirectories(sparkFiles().resolve("packed/bert"));
    assertThat(ModelLocation.ofCheckpoint("packed/bert", cache))
        .isEqualTo(new ModelLocation("packed/bert"));
    assertThat(ModelLocation.ofCheckpoint("elsewhere:/conf", cache).hub()).isNull();
    Supplier<HubCache> unasked = () -> fail("no name needs the cache");
    assertThat(ModelLocation.ofCheckpoint("conf", unasked).directory(unasked)).isDirectory();
  }

  @Test
  void what_the_cache_does_not_have_is_told_with_the_way_to_get_it() {
    Supplier<HubCache> cache = () -> new HubCache(directory);
    assertThatThrownBy(() -> ModelLocation.ofCheckpoint("org/absent", cache).directory(cache))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            ("the checkpoint 'org/absent' does not exist as a directory or as an entry of"
                    + " --archives, and the Hugging Face cache %s has no revision main of org/absent;"
                    + " `hf download org/absent`, with older tools `huggingface-cli download"
                    + " org/absent`, puts it there")
                .formatted(directory));
    assertThatThrownBy(() -> ModelLocation.ofCheckpoint("org/../name", cache).directory(cache))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            "the checkpoint 'org/../name' does not exist as a directory or as an entry of"
                + " --archives");
  }

  private FakeHub hub(String model) throws IOException {
    Path files = Files.createTempDirectory(directory, "files");
    Files.writeString(files.resolve("config.json"), "{}");
    return new FakeHub(directory, model)
        .with(files)
        .withRef("main", FakeHub.COMMIT)
        .withRef("v1", FakeHub.COMMIT);
  }

  private static void assertNoFile(String file, String message) {
    assertThatThrownBy(() -> ModelLocation.of(file).file())
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(message);
  }

  private Path checkpoint() throws IOException {
    Path source = Files.createDirectory(directory.resolve("checkpoint"));
    Files.writeString(source.resolve("config.json"), "{}");
    Files.writeString(source.resolve("model.safetensors"), "weights");
    Files.writeString(source.resolve("vocab.txt"), "pieces");
    Files.writeString(source.resolve("merges.txt"), "pairs");
    Files.writeString(source.resolve("LICENSE.txt"), "terms");
    Files.writeString(source.resolve("pytorch_model.bin"), "pickle");
    Path pooling = Files.createDirectory(source.resolve("1_Pooling"));
    Files.writeString(pooling.resolve("config.json"), "{\"a\":1}");
    Files.createDirectory(pooling.resolve("deep"));
    return source;
  }

  private static Path sparkFiles() {
    return Path.of(SparkFiles.getRootDirectory());
  }

  private static void assertRefused(String model, String message) {
    assertThatThrownBy(() -> ModelLocation.of(model).directory())
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(message);
  }
}
