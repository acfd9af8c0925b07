package io.heed.corpus;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that do not hold what they should, each found when it is read and told by its name. */
class CorpusDamageTest {
  private static final int DOCUMENTS = 3000;
  private static final String TOKENS = "train-00000.tokens";
  private static final String LENGTHS = "train-00000.lengths";
  private static final String INDEX = "train-00000.index";
  private static final String COUNTS = "train-00000.counts";

  private final MemoryFiles files = new MemoryFiles();
  private CorpusStream stream;

  @BeforeEach
  void write() throws IOException {
    List<int[]> documents =
        Corpora.documents(300, IntStream.generate(() -> 2).limit(DOCUMENTS).toArray());
    CorpusManifest manifest = Corpora.training(files, 300, documents, DOCUMENTS);
    stream = new CorpusStream(files, manifest, Stream.TRAINING);
  }

  @Test
  void aFileThatIsMissingIsNamed() {
    files.remove(COUNTS);
    refused(COUNTS, stream::counts).hasMessageStartingWith("the file is missing");
    files.remove(INDEX);
    refused(INDEX, () -> stream.document(0)).hasMessageStartingWith("the file is missing");
  }

  @Test
  void aFileThatBecameShorterIsNoCorpus() {
    files.put(TOKENS, Arrays.copyOf(files.bytes(TOKENS).array(), 100));
    refused(TOKENS, () -> stream.document(DOCUMENTS - 1))
        .hasMessage("the file ends before byte 12000 (train-00000.tokens)");
    files.put(LENGTHS, new byte[0]);
    refused(LENGTHS, () -> stream.blocks(8).block(0));
    files.put(INDEX, new byte[8]);
    refused(INDEX, () -> new CorpusStream(files, manifest(), Stream.TRAINING).document(0))
        .hasMessageContaining("the file has 8 bytes, expected 3 values of 8 bytes");
  }

  @Test
  void idsAreThoseOfTheVocabulary() {
    files.bytes(TOKENS).putShort(20, (short) 300);
    refused(TOKENS, () -> stream.blocks(16).block(0))
        .hasMessage("token 10 has id 300, outside a vocabulary of 300 (train-00000.tokens)");
    refused(TOKENS, () -> stream.document(5));
    files.bytes(TOKENS).putShort(20, (short) -1);
    refused(TOKENS, () -> stream.document(5)).hasMessageStartingWith("token 10 has id 65535");
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 1, 3, Integer.MAX_VALUE})
  void lengthsAddUp(int length) {
    for (int document : new int[] {0, 1023, 1024, 2999}) {
      files.bytes(LENGTHS).putInt(document * 4, length);
      refused(LENGTHS, () -> stream.document(document));
      refused(LENGTHS, () -> stream.blocks(100).block(document * 2 / 100));
      files.bytes(LENGTHS).putInt(document * 4, 2);
    }
  }

  @Test
  void saysWhereLengthsDoNotAddUp() {
    files.bytes(LENGTHS).putInt(1030 * 4, 5);
    refused(LENGTHS, () -> stream.document(1025))
        .hasMessage(
            "the first 2048 documents have 4099 tokens by their lengths, but 4096 by"
                + " train-00000.index (train-00000.lengths)");
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, -1, 0, 1023, 4096, 6000, Long.MAX_VALUE})
  void entriesOfTheIndexAreInOrderAndInside(long entry) {
    files.bytes(INDEX).putLong(8, entry);
    refused(
        entry == 4096 || entry < 1024 || entry > 6000 - 1976 ? INDEX : LENGTHS,
        () -> stream.document(0));
  }

  @Test
  void anIndexThatLiesIsFoundByTheLengths() {
    files.bytes(INDEX).putLong(8, 2047);
    refused(LENGTHS, () -> stream.document(0));
    refused(LENGTHS, () -> stream.document(1024));
    refused(LENGTHS, () -> stream.blocks(64).block(40));
  }

  @Test
  void theFirstEntryOfTheIndexIsZero() {
    files.bytes(INDEX).putLong(0, 1);
    refused(INDEX, () -> stream.document(0))
        .hasMessage("entry 0 is 1, not between 0 and 0 (train-00000.index)");
  }

  @Test
  void countsAddUp() {
    byte[] whole = files.bytes(COUNTS).array().clone();
    for (long count : new long[] {Long.MIN_VALUE, -1, 0, 6001, Long.MAX_VALUE}) {
      files.bytes(COUNTS).putLong(4, count);
      refused(COUNTS, stream::counts).hasMessageContaining("is counted %d times", count);
    }
    files.bytes(COUNTS).putLong(4, 1);
    refused(COUNTS, stream::counts).hasMessageContaining("of 3000 targets are not counted");
    for (int id : new int[] {-1, 0, 300, Integer.MAX_VALUE}) {
      files.put(COUNTS, whole.clone());
      files.bytes(COUNTS).putInt(12, id);
      refused(COUNTS, stream::counts).hasMessageContaining("id %d behind 0 is counted", id);
    }
    files.put(COUNTS, new byte[0]);
    refused(COUNTS, stream::counts).hasMessageContaining("3000 of 3000 targets are not counted");
  }

  private CorpusManifest manifest() {
    return Corpora.training(
        new MemoryFiles(),
        300,
        Corpora.documents(300, IntStream.generate(() -> 2).limit(DOCUMENTS).toArray()),
        DOCUMENTS);
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> refused(
      String file, ThrowingCallable reading) {
    return assertThatThrownBy(reading)
        .isInstanceOf(CorpusException.class)
        .hasMessageEndingWith(" (" + file + ")");
  }
}
