package io.heed.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CorpusManifestTest {
  private static final CorpusVocabulary VOCABULARY = new CorpusVocabulary(300, 0);
  private final MemoryFiles files = new MemoryFiles();

  @Test
  void isReadAsItWasWritten() throws IOException {
    CorpusManifest manifest = write();
    assertThat(CorpusManifest.read(files)).isEqualTo(manifest);
    assertThat(manifest.documents(Stream.TRAINING)).isEqualTo(3);
    assertThat(manifest.tokens(Stream.TRAINING)).isEqualTo(13);
    assertThat(manifest.targets(Stream.TRAINING)).isEqualTo(10);
    assertThat(manifest.tokens(Stream.HELD_OUT)).isEqualTo(4);
    assertThat(json())
        .isEqualTo(
            """
            {
              "version" : 1,
              "vocabulary" : 300,
              "token_bytes" : 2,
              "end_of_text" : 0,
              "train" : [ {
                "part" : 0,
                "documents" : 2,
                "tokens" : 7,
                "targets" : 5,
                "fingerprint" : "%s"
              }, {
                "part" : 1,
                "documents" : 1,
                "tokens" : 6,
                "targets" : 5,
                "fingerprint" : "%s"
              } ],
              "held-out" : [ {
                "part" : 0,
                "documents" : 1,
                "tokens" : 4,
                "targets" : 3,
                "fingerprint" : "%s"
              } ]
            }
            """
                .formatted(
                    manifest.training().get(0).fingerprint(),
                    manifest.training().get(1).fingerprint(),
                    manifest.heldOut().get(0).fingerprint()));
  }

  @Test
  void aVocabularyWithoutEndOfTextIsReadAsSuch() throws IOException {
    CorpusManifest manifest = CorpusManifest.of(CorpusVocabulary.of(1 << 24), List.of());
    manifest.write(files);
    assertThat(json()).contains("\"end_of_text\" : null", "\"token_bytes\" : 4");
    assertThat(CorpusManifest.read(files)).isEqualTo(manifest);
  }

  @Test
  void takesPartsInAnyOrderAndEachOnce() throws IOException {
    CorpusManifest manifest = write();
    List<PartSummary> parts = new ArrayList<>(manifest.heldOut());
    parts.addAll(manifest.training());
    Collections.reverse(parts);
    assertThat(CorpusManifest.of(VOCABULARY, parts)).isEqualTo(manifest);
    parts.add(parts.get(1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CorpusManifest.of(VOCABULARY, parts))
        .withMessage("part 0 of train cannot follow part 0 of train");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CorpusManifest(VOCABULARY, manifest.heldOut(), List.of()))
        .withMessage("part 0 of held-out cannot follow part -1 of train");
  }

  @Test
  void fingerprintsDoNotKnowTheParts() {
    List<int[]> documents = Corpora.documents(300, 4, 1, 1, 8, 2);
    Fingerprint one = Corpora.training(files, 300, documents, 5).fingerprint(Stream.TRAINING);
    for (int perPart = 1; perPart < 5; perPart++) {
      CorpusManifest many = Corpora.training(files, 300, documents, perPart);
      assertThat(many.fingerprint(Stream.TRAINING)).isEqualTo(one);
    }
    List<int[]> reversed = new ArrayList<>(documents);
    Collections.reverse(reversed);
    assertThat(Corpora.training(files, 300, reversed, 5).fingerprint(Stream.TRAINING))
        .isNotEqualTo(one);
  }

  @Test
  void travelsToOtherProcesses() throws IOException, ClassNotFoundException {
    CorpusManifest manifest = write();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(manifest);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(in.readObject()).isEqualTo(manifest);
    }
  }

  /** What is replaced once in the file, by what, and what the error says. */
  static List<Arguments> broken() {
    return List.of(
        Arguments.of("\"version\" : 1", "\"version\" : 2", "version is 2, expected 1"),
        Arguments.of(
            "\"version\" : 1", "\"version\" : []", "version is an array, expected a whole number"),
        Arguments.of(
            "\"vocabulary\" : 300",
            "\"vocabulary\" : 2147483647",
            "vocabulary is 2147483647, expected"),
        Arguments.of(
            "\"vocabulary\" : 300", "\"vocabulary\" : 1e300", "vocabulary is 1.0E300, expected"),
        Arguments.of("\"vocabulary\" : 300", "\"vocabulary\" : -1", "vocabulary is -1, expected"),
        Arguments.of(
            "\"vocabulary\" : 300",
            "\"vocabulary\" : 99999999999999999999",
            "is 99999999999999999999, exp"),
        Arguments.of(
            "\"vocabulary\"", "\"vocabularies\"", "vocabulary is missing, expected a whole number"),
        Arguments.of(
            "\"vocabulary\" : 300",
            "\"vocabulary\" : 70000",
            "token_bytes is 2, but a vocabulary of 70000"),
        Arguments.of(
            "\"vocabulary\"",
            "\"version\" : 1, \"vocabulary\"",
            "the file is not valid JSON in line 3"),
        Arguments.of(
            "\"end_of_text\" : 0",
            "\"end_of_text\" : 300",
            "end_of_text is 300, expected a whole number"),
        Arguments.of(
            "\"end_of_text\" : 0",
            "\"end_of_text\" : \"x\\n\"",
            "end_of_text is \"x\\n\", expected"),
        Arguments.of("\"end_of_text\"", "\"end\"", "end_of_text is missing"),
        Arguments.of("\"train\"", "\"trains\"", "train is missing, expected an array"),
        Arguments.of("\"train\" : [", "\"train\" : [ 7,", "7 is not an object"),
        Arguments.of(
            "\"part\" : 0", "\"part\" : 1", "part 1 of train cannot follow part 1 of train"),
        Arguments.of(
            "\"part\" : 0",
            "\"part\" : 4294967296",
            "part is 4294967296, expected a whole number between 0"),
        Arguments.of(
            "\"documents\" : 2",
            "\"documents\" : 3",
            "cannot have 3 documents, 7 tokens and 5 targets"),
        Arguments.of(
            "\"documents\" : 2",
            "\"documents\" : 0",
            "cannot have 0 documents, 7 tokens and 5 targets"),
        Arguments.of(
            "\"tokens\" : 7", "\"tokens\" : 1", "cannot have 2 documents, 1 tokens and 5 targets"),
        Arguments.of(
            "\"tokens\" : 7",
            "\"tokens\" : 9223372036854775807",
            "tokens is 9223372036854775807, expected"),
        Arguments.of(
            "\"tokens\" : 7,\n    \"targets\" : 5",
            "\"tokens\" : 4611686018427387904,\n    \"targets\" : 4611686018427387902",
            "4611686018427387904 tokens before part 1"),
        Arguments.of(
            "\"fingerprint\" : \"",
            "\"fingerprint\" : \"0",
            "a fingerprint is 32 hexadecimal digits"),
        Arguments.of("\"fingerprint\"", "\"print\"", "fingerprint is missing, expected a text"),
        Arguments.of("} ]\n}", "} ]\n} {}", "the file is not valid JSON in line"),
        Arguments.of("} ]\n}", "} ]", "the file is not valid JSON in line"));
  }

  @ParameterizedTest
  @MethodSource("broken")
  void refusesWhatCannotBe(String there, String instead, String message) throws IOException {
    write();
    String json = json();
    int at = json.indexOf(there);
    assertThat(at).isNotNegative();
    String broken = json.substring(0, at) + instead + json.substring(at + there.length());
    files.put(CorpusManifest.NAME, broken.getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> CorpusManifest.read(files))
        .isInstanceOf(CorpusException.class)
        .hasMessageContaining(message)
        .hasMessageEndingWith(" (corpus.json)");
  }

  @Test
  void refusesAFileThatIsMissingOrTooLarge() {
    assertThatThrownBy(() -> CorpusManifest.read(files))
        .isInstanceOf(CorpusException.class)
        .hasMessage("the file is missing (corpus.json)");
    for (String content : List.of("", "[]", "7", "null")) {
      files.put(CorpusManifest.NAME, content.getBytes(StandardCharsets.UTF_8));
      assertThatThrownBy(() -> CorpusManifest.read(files))
          .as(content)
          .isInstanceOf(CorpusException.class);
    }
    files.put(CorpusManifest.NAME, new byte[ManifestJson.LARGEST_BYTES + 1]);
    assertThatThrownBy(() -> CorpusManifest.read(files))
        .isInstanceOf(CorpusException.class)
        .hasMessage(
            "the file has 67108865 bytes, more than the 67108864 it may have (corpus.json)");
  }

  private CorpusManifest write() throws IOException {
    List<int[]> training =
        List.of(new int[] {5, 6, 7}, new int[] {8, 9}, new int[] {1, 2, 3, 4, 5});
    List<PartSummary> parts =
        new ArrayList<>(Corpora.write(files, VOCABULARY, Stream.TRAINING, training, 2));
    List<int[]> heldOut = List.of(new int[] {9, 8, 7, 6});
    parts.addAll(Corpora.write(files, VOCABULARY, Stream.HELD_OUT, heldOut, 2));
    CorpusManifest manifest = CorpusManifest.of(VOCABULARY, parts);
    manifest.write(files);
    return manifest;
  }

  private String json() {
    return new String(files.bytes(CorpusManifest.NAME).array(), StandardCharsets.UTF_8);
  }
}
