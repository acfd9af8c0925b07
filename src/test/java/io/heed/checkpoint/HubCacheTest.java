package io.heed.checkpoint;

import static io.heed.checkpoint.FakeHub.COMMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.architecture.ModelCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HubCacheTest {
  private static final Path SAMPLE = Path.of("sample-data", "checkpoint");

  @TempDir Path directory;
  private FakeHub hub;
  private HubCache cache;

  @BeforeEach
  void fill() throws IOException {
    // The cache of a person may lie behind a link.
    Path disk = Files.createDirectory(directory.resolve("disk"));
    Path root = Files.createSymbolicLink(directory.resolve("hub"), disk);
    hub = new FakeHub(root, "models--org--name").with(SAMPLE).withRef("main", COMMIT);
    cache = new HubCache(root);
  }

  /** Each variable goes before those that follow it. */
  @ParameterizedTest
  @CsvSource({
    "HF_HUB_CACHE, /a",
    "HUGGINGFACE_HUB_CACHE, /b",
    "HF_HOME, /c/hub",
    "XDG_CACHE_HOME, /d/huggingface/hub",
    "HOME, /e/.cache/huggingface/hub"
  })
  void the_root_is_that_of_huggingface_hub(String first, String root) {
    Map<String, String> environment = new HashMap<>();
    String[] variables = {
      "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_HOME", "XDG_CACHE_HOME", "HOME"
    };
    boolean isSet = false;
    for (int i = 0; i < variables.length; i++) {
      isSet |= variables[i].equals(first);
      environment.put(variables[i], isSet ? "/" + (char) ('a' + i) : "");
    }
    assertThat(HubCache.of(environment, "/user").root()).isEqualTo(Path.of(root));
  }

  @Test
  void the_root_without_an_environment_is_in_the_home() {
    assertThat(HubCache.of(Map.of(), "/user").root())
        .isEqualTo(Path.of("/user/.cache/huggingface/hub"));
    assertThat(HubCache.of(Map.of("HF_HOME", "~/hf"), "/user").root())
        .isEqualTo(Path.of("/user/hf/hub"));
    assertThat(HubCache.of(Map.of("HF_HUB_CACHE", "hf", "HOME", "/h"), "/user").root())
        .isEqualTo(Path.of("hf").toAbsolutePath());
    assertThatThrownBy(() -> HubCache.of(Map.of("HF_HOME", "a\0b"), "/user"))
        .isInstanceOf(CheckpointException.class)
        .hasMessageEndingWith("is not a path");
  }

  @ParameterizedTest
  @ValueSource(strings = {"org/name", "org/name@main", "org/name@" + COMMIT})
  void a_snapshot_is_found_and_read_through_its_links(String given) {
    Path found = cache.find(HubName.of(given).orElseThrow()).orElseThrow();
    assertThat(found).isEqualTo(hub.snapshot());
    assertThat(hash(found)).isEqualTo(hash(SAMPLE));
  }

  @Test
  void a_reference_may_have_folders_and_a_line_end() {
    hub.withRef("refs/pr/1", COMMIT + "\n");
    assertThat(find("org/name@refs/pr/1")).isEqualTo(hub.snapshot());
  }

  @Test
  void a_model_may_have_no_organisation() {
    FakeHub gpt = new FakeHub(cache.root(), "models--gpt2").with(SAMPLE).withRef("main", COMMIT);
    assertThat(find("gpt2")).isEqualTo(gpt.snapshot());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "org/other",
        "name",
        "org/name@v2",
        "org/name@refs",
        "org/name@0123456",
        "org/name@1123456789abcdef0123456789abcdef01234567",
        "org/name@gone"
      })
  void what_is_not_there_is_not_found(String given) {
    hub.withRef("gone", "2123456789abcdef0123456789abcdef01234567");
    hub.withRef("refs/pr/1", COMMIT);
    assertThat(cache.find(HubName.of(given).orElseThrow())).isEmpty();
  }

  @Test
  void absence_tells_where_and_how_to_get_it() {
    assertThat(cache.absence(HubName.of("org/other").orElseThrow()))
        .isEqualTo(
            "the Hugging Face cache %s has no revision main of org/other; `hf download org/other`,"
                    .formatted(cache.root())
                + " with older tools `huggingface-cli download org/other`, puts it there");
    assertThat(cache.absence(HubName.of("gpt2@v2").orElseThrow()))
        .contains(" no revision v2 of gpt2; `hf download gpt2 --revision v2`, ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "main", "../../../../etc", "0123", COMMIT + "0", COMMIT + "\n" + COMMIT})
  void a_reference_holds_a_hash_and_nothing_else(String content) {
    hub.withRef("main", content);
    assertRefused("refs/main holds no hash of a commit");
  }

  @Test
  void a_long_reference_is_none() {
    hub.withRef("main", COMMIT + " ".repeat(100) + "x");
    assertRefused("refs/main holds no hash of a commit");
  }

  @Test
  void a_reference_that_is_a_link_is_refused() throws IOException {
    Path elsewhere = Files.writeString(directory.resolve("elsewhere"), COMMIT);
    Path main = hub.model().resolve("refs/main");
    Files.delete(main);
    Files.createSymbolicLink(main, elsewhere);
    assertRefused("refs/main leads to " + elsewhere.toRealPath());
  }

  @Test
  void a_snapshot_that_is_a_link_is_refused() throws IOException {
    Path elsewhere = directory.resolve("elsewhere");
    Files.move(hub.snapshot(), elsewhere);
    Files.createSymbolicLink(hub.snapshot(), elsewhere);
    assertRefused("a model that lies elsewhere is given by its path");
  }

  @Test
  void a_model_that_is_a_link_is_refused() throws IOException {
    Path elsewhere = directory.resolve("elsewhere");
    Files.move(hub.model(), elsewhere);
    Files.createSymbolicLink(hub.model(), elsewhere);
    assertRefused("by a link that the Hugging Face cache does not have");
  }

  @Test
  void a_file_that_is_a_link_out_of_the_blobs_is_refused() throws IOException {
    FakeHub other = new FakeHub(cache.root(), "models--other").with(SAMPLE);
    Path weights = hub.snapshot().resolve("model.safetensors");
    Path same = other.snapshot().resolve("model.safetensors").toRealPath();
    Files.delete(weights);
    Files.createSymbolicLink(weights, weights.getParent().toRealPath().relativize(same));
    assertThatThrownBy(() -> hash(find("org/name")))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(
            "model.safetensors is a link to " + same + ", outside the checkpoint");
  }

  @Test
  void blobs_that_are_a_link_are_refused() throws IOException {
    Path elsewhere = directory.resolve("elsewhere");
    Path blobs = hub.model().resolve("blobs");
    Files.move(blobs, elsewhere);
    Files.createSymbolicLink(blobs, elsewhere);
    assertThatThrownBy(() -> hash(find("org/name")))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("outside the checkpoint");
  }

  private Path find(String given) {
    return cache.find(HubName.of(given).orElseThrow()).orElseThrow();
  }

  private void assertRefused(String message) {
    assertThatThrownBy(() -> find("org/name"))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(message);
  }

  private static String hash(Path checkpoint) {
    try (ModelCheckpoint opened = ModelCheckpoint.open(checkpoint)) {
      return opened.hash();
    }
  }
}
