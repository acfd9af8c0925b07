package io.heed.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HubNameTest {

  @ParameterizedTest
  @CsvSource({
    "gpt2, gpt2, main, models--gpt2",
    "org/name, org/name, main, models--org--name",
    "Org_1/a-b.c_, Org_1/a-b.c_, main, models--Org_1--a-b.c_",
    "org/name@v1.0, org/name, v1.0, models--org--name",
    "org/name@refs/pr/1, org/name, refs/pr/1, models--org--name"
  })
  void names_of_the_hub(String given, String repository, String revision, String directory) {
    HubName name = HubName.of(given).orElseThrow();
    assertThat(name).isEqualTo(new HubName(repository, revision));
    assertThat(name.directory()).isEqualTo(directory);
    assertThat(name.toString()).isEqualTo(repository + "@" + revision);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "a/",
        "/a",
        "a//b",
        "a/b/c",
        ".",
        "..",
        "../a",
        "a/..",
        "a/../b",
        "./a",
        ".a",
        "a/.b",
        "-a",
        "a/-b",
        "a-",
        "a.",
        "a..b",
        "a--b/c",
        "a/b--c",
        "a/b.git",
        "a b",
        "a\\b",
        "a/b\n",
        "a\0b",
        "a:b",
        "~/a",
        "é/b",
        "a/b@",
        "@main",
        "a/b@..",
        "a/b@../c",
        "a/b@c/../d",
        "a/b@/c",
        "a/b@c/",
        "a/b@c//d",
        "a/b@.c",
        "a/b@c/.d",
        "a/b@-c",
        "a/b@c\n",
        "a/b@c@d",
        "a/b@c:d",
        "a/b@c~1",
        "a/b@c\\d",
        "a/b@\0",
        "a/b@c..d",
        "a/b@c/-d"
      })
  void other_texts_are_none(String given) {
    assertThat(HubName.of(given)).isEmpty();
  }

  @Test
  void names_end_somewhere() {
    String longest = "a".repeat(96);
    assertThat(HubName.of(longest + "/" + longest)).isPresent();
    assertThat(HubName.of(longest + "a")).isEmpty();
    assertThat(HubName.of("a/" + longest + "a")).isEmpty();
    assertThat(HubName.of("a@" + "b".repeat(255))).isPresent();
    assertThat(HubName.of("a@" + "b".repeat(256))).isEmpty();
    assertThat(HubName.of("a/".repeat(1_000_000))).isEmpty();
    assertThat(HubName.of("a@" + "b/".repeat(1_000_000))).isEmpty();
  }

  @Test
  void no_other_is_made() {
    assertThatThrownBy(() -> new HubName("../a", "main"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new HubName("a", "main").at("../b"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
