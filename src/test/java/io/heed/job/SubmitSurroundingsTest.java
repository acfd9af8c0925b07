package io.heed.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code jobs/submit} as odd users run it, in odd environments. */
class SubmitSurroundingsTest {
  /** As GNU's for a number that the table of users does not have. */
  private static final String NAMELESS =
      """
      #!/bin/sh
      echo 54321
      [ "$1" = -u ] || { echo "id: cannot find name for user ID 54321" >&2; exit 1; }
      """;

  @TempDir Path directory;
  private SubmitSandbox sandbox;

  @BeforeEach
  void makeClone() throws Exception {
    sandbox = new SubmitSandbox(directory);
  }

  // ---- users ----

  @ParameterizedTest
  @CsvSource({"/a home, /a home", "'', /", "relative, /"})
  void tellsJavaOfAUserWithoutAName(String home, String told) throws Exception {
    sandbox.replace("id", NAMELESS);
    SubmitSandbox.Run run = sandbox.with("HOME", home).submit("io.heed.Job");

    assertThat(run.exitCode()).as(run.stderr()).isZero();
    assertThat(run.stderr()).doesNotContain("cannot find name");
    assertThat(sandbox.recorded("options"))
        .contains(" -Duser.name=54321 -Duser.home=\"" + told + "\"");
    assertThat(sandbox.recorded("builds")).contains(" -Duser.home=" + told + " package");
  }

  /** As BSD's, which does not mind. */
  @Test
  void takesANumberForNoName() throws Exception {
    sandbox.replace("id", "#!/bin/sh\necho 54321\n");
    sandbox.submit("io.heed.Job");

    assertThat(sandbox.recorded("options")).contains(" -Duser.name=54321 -Duser.home=\"/\"");
  }

  @Test
  void leavesAUserWithANameToJava() throws Exception {
    sandbox.replace("id", "#!/bin/sh\necho user1\n");
    sandbox.with("HOME", "/nonexistent").submit("io.heed.Job");

    assertThat(sandbox.recorded("options")).doesNotContain("user.name").doesNotContain("user.home");
    assertThat(sandbox.recorded("builds")).doesNotContain("user.home");
  }

  // ---- locales ----

  @ParameterizedTest
  @CsvSource({
    "xx_XX.UTF-8, ANSI_X3.4-1968, C.UTF-8",
    "C, ANSI_X3.4-1968, C.UTF-8",
    "POSIX, US-ASCII, C.UTF-8",
    "fa_IR.UTF-8, UTF-8, fa_IR.UTF-8",
    "tr_TR, UTF-8, tr_TR",
  })
  void asksForUtf8WhereTheLocaleHasAnother(String locale, String charmap, String used)
      throws Exception {
    sandbox.replace("locale", "#!/bin/sh\necho " + charmap + "\n");
    sandbox.with("LC_ALL", locale).submit("io.heed.Job");

    assertThat(sandbox.recorded("locale")).isEqualTo(used);
  }

  @ParameterizedTest
  @CsvSource({"C, C.UTF-8", "de_DE.utf8, de_DE.utf8"})
  void goesByTheNameOfALocaleThatNothingTellsMoreOf(String locale, String used) throws Exception {
    sandbox.remove("locale");
    sandbox.with("LC_ALL", locale).submit("io.heed.Job");

    assertThat(sandbox.recorded("locale")).isEqualTo(used);
  }

  // ---- what shells take from their surroundings ----

  @ParameterizedTest
  @CsvSource({
    "CDPATH, .:/",
    "IFS, /abcdefghijklmnopqrstuvwxyz",
    "TMPDIR, /no where",
    "HOME, /no where",
    "POSIXLY_CORRECT, 1",
    "JAVA_TOOL_OPTIONS, -Da=b",
    "BASHOPTS, nullglob:failglob",
  })
  void keepsToItsWayWhateverTheCallerHasSet(String variable, String value) throws Exception {
    sandbox.with(variable, value);
    SubmitSandbox.Run run =
        sandbox.finish(
            sandbox.start(
                sandbox.file("jobs/embed"), sandbox.file("jobs"), "--input", "in", "--", "--x"));

    assertThat(run.exitCode()).as(run.stderr()).isZero();
    assertThat(run.stdout()).isEqualTo("the report\n");
    assertThat(sandbox.arguments())
        .containsExactly(
            "--class",
            "io.heed.embed.EmbedJob",
            "--x",
            sandbox.file("target/submit/heed.jar").toString(),
            "--input",
            "in");
  }

  @ParameterizedTest
  @ValueSource(strings = {"co:lon", "number#1"})
  void refusesAPathThatNoClassIsLoadedFrom(String name) throws Exception {
    Path clone = directory.resolve(name);
    Path script = Files.createDirectories(clone.resolve("jobs")).resolve("submit");
    Files.copy(sandbox.file("jobs/submit"), script);
    SubmitSandbox.Run run = sandbox.finish(sandbox.start(script, directory, "io.heed.Job"));

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.stderr())
        .isEqualTo(
            "heed: no class can be loaded from a path with ':' or '#'; move this clone to another: "
                + clone.toRealPath()
                + "\n");
  }

  @Test
  void runsAJavaInADirectoryWithSpaces() throws Exception {
    Path home = Files.createDirectories(directory.resolve("a java 'home'"));
    Files.createDirectories(home.resolve("bin"));
    Files.move(sandbox.bin("java"), home.resolve("bin/java"));
    SubmitSandbox.Run run = sandbox.with("JAVA_HOME", home).submit("io.heed.Job");

    assertThat(run.exitCode()).as(run.stderr()).isZero();
  }
}
