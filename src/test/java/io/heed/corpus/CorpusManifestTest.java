package io.heed.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class CorpusManifestTest {
  private static final CorpusVocabulary VOCABULARY = new CorpusVocabulary(300, 0);
  private final MemoryFiles files = new MemoryFiles();

  @Test
  void countsWhatItsPartsHold() {
    CorpusManifest manifest = write();
    assertThat(manifest.documents(Stream.TRAINING)).isEqualTo(3);
    assertThat(manifest.tokens(Stream.TRAINING)).isEqualTo(13);
    assertThat(manifest.targets(Stream.TRAINING)).isEqualTo(10);
    assertThat(manifest.tokens(Stream.HELD_OUT)).isEqualTo(4);
  }

  @Test
  void tokensOfAStreamHaveANumber() {
    PartSummary first = new PartSummary(0, Stream.TRAINING, 0, 0, 0, Fingerprint.EMPTY);
    long tokens = Permutation.LARGEST;
    PartSummary most = part(1, tokens);
    assertThat(CorpusManifest.of(VOCABULARY, List.of(first, most)).tokens(Stream.TRAINING))
        .isEqualTo(tokens);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CorpusManifest.of(VOCABULARY, List.of(most, part(2, 1))))
        .withMessage(
            "%d tokens before part 2 of train and 1 in it are more than %d", tokens, tokens);
  }

  private static PartSummary part(int number, long tokens) {
    return new PartSummary(
        number, Stream.TRAINING, 1, tokens, tokens - 1, new Fingerprint(1, 1, tokens + 1));
  }

  @Test
  void takesPartsInAnyOrderAndEachOnce() {
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

  private CorpusManifest write() {
    List<int[]> training =
        List.of(new int[] {5, 6, 7}, new int[] {8, 9}, new int[] {1, 2, 3, 4, 5});
    List<PartSummary> parts =
        new ArrayList<>(Corpora.write(files, VOCABULARY, Stream.TRAINING, training, 2));
    List<int[]> heldOut = List.of(new int[] {9, 8, 7, 6});
    parts.addAll(Corpora.write(files, VOCABULARY, Stream.HELD_OUT, heldOut, 2));
    return CorpusManifest.of(VOCABULARY, parts);
  }
}
