package io.heed.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlocksTest {
  /** Every token but the first of a document is a target once, and that of the token before it. */
  @Property(tries = 400)
  void everyTokenButTheFirstOfADocumentIsATargetOnce(
      @ForAll @Size(max = 20) List<@IntRange(min = 1, max = 12) Integer> lengths,
      @ForAll @IntRange(min = 1, max = 15) int length,
      @ForAll @IntRange(min = 1, max = 21) int perPart)
      throws IOException {
    int[] each = lengths.stream().mapToInt(Integer::intValue).toArray();
    List<int[]> documents = Corpora.documents(70_000, each);
    List<Integer> expected = new ArrayList<>();
    for (int[] document : documents) {
      for (int i = 1; i <= document.length; i++) {
        expected.add(i < document.length ? document[i] : Block.NO_TARGET);
      }
    }
    Blocks blocks = blocks(documents, perPart, length, Packing.DOCUMENTS);
    List<Integer> ids = new ArrayList<>();
    List<Integer> targets = new ArrayList<>();
    for (long i = 0; i < blocks.count(); i++) {
      Block block = blocks.block(i);
      assertThat(block.ids()).hasSize(i + 1 < blocks.count() ? length : block.ids().length);
      assertThat(block.targets()).hasSameSizeAs(block.ids());
      assertStarts(block, (int) i * length, each);
      IntStream.of(block.ids()).forEach(ids::add);
      IntStream.of(block.targets()).forEach(targets::add);
    }
    assertThat(ids).containsExactly(boxed(Corpora.endToEnd(documents)));
    assertThat(targets).isEqualTo(expected);
  }

  @Property(tries = 300)
  void aRotatedStreamHasTheSameTokensAndTargets(
      @ForAll @Size(max = 20) List<@IntRange(min = 1, max = 12) Integer> lengths,
      @ForAll @IntRange(min = 1, max = 15) int length,
      @ForAll @IntRange(min = 0, max = 1000) int draw)
      throws IOException {
    int[] each = lengths.stream().mapToInt(Integer::intValue).toArray();
    List<int[]> documents = Corpora.documents(300, each);
    int[] all = Corpora.endToEnd(documents);
    if (all.length == 0) {
      return;
    }
    Blocks blocks = blocks(documents, 3, length, Packing.DOCUMENTS);
    List<Integer> expected = new ArrayList<>();
    for (int[] document : documents) {
      for (int i = 1; i <= document.length; i++) {
        expected.add(i < document.length ? document[i] : Block.NO_TARGET);
      }
    }
    int rotation = draw % all.length;
    List<Integer> ids = new ArrayList<>();
    List<Integer> targets = new ArrayList<>();
    for (long i = 0; i < blocks.count(); i++) {
      Block block = blocks.block(i, rotation);
      assertThat(block.starts()[0]).isZero();
      assertThat(block.starts()).isSorted().endsWith(block.ids().length);
      IntStream.of(block.ids()).forEach(ids::add);
      IntStream.of(block.targets()).forEach(targets::add);
    }
    Collections.rotate(expected, -rotation);
    List<Integer> tokens = new ArrayList<>(boxed(Corpora.endToEnd(documents)).length);
    tokens.addAll(Arrays.asList(boxed(Corpora.endToEnd(documents))));
    Collections.rotate(tokens, -rotation);
    assertThat(ids).isEqualTo(tokens);
    assertThat(targets).isEqualTo(expected);
  }

  /** The starts are those of the block and of every document inside it. */
  private static void assertStarts(Block block, int from, int[] lengths) {
    int size = block.ids().length;
    List<Integer> expected = new ArrayList<>(List.of(0));
    int start = 0;
    for (int length : lengths) {
      start += length;
      if (start > from && start < from + size) {
        expected.add(start - from);
      }
    }
    expected.add(size);
    assertThat(block.starts()).containsExactly(expected.toArray(Integer[]::new));
  }

  @Property(tries = 300)
  void aStreamIsOneSequenceWhoseTargetsCrossDocuments(
      @ForAll @Size(max = 20) List<@IntRange(min = 1, max = 12) Integer> lengths,
      @ForAll @IntRange(min = 1, max = 15) int length,
      @ForAll @IntRange(min = 1, max = 21) int perPart)
      throws IOException {
    List<int[]> documents =
        Corpora.documents(300, lengths.stream().mapToInt(Integer::intValue).toArray());
    int[] all = Corpora.endToEnd(documents);
    Blocks blocks = blocks(documents, perPart, length, Packing.STREAM);
    assertThat(blocks.count()).isEqualTo((all.length + length - 1) / length);
    for (int i = 0; i < blocks.count(); i++) {
      int from = i * length;
      int to = Math.min(from + length, all.length);
      int[] targets =
          IntStream.range(from, to).map(t -> t + 1 < all.length ? all[t + 1] : -1).toArray();
      Block block = blocks.block(i);
      assertThat(block.ids()).isEqualTo(Arrays.copyOfRange(all, from, to));
      assertThat(block.targets()).isEqualTo(targets);
      assertThat(block.starts()).containsExactly(0, to - from);
    }
  }

  @Test
  void showsWhatABlockIs() throws IOException {
    List<int[]> documents = List.of(new int[] {1, 2, 3}, new int[] {4}, new int[] {5, 6, 7, 8});
    Blocks blocks = blocks(documents, 2, 5, Packing.DOCUMENTS);
    assertThat(blocks.count()).isEqualTo(2);
    assertThat(blocks.block(0).ids()).containsExactly(1, 2, 3, 4, 5);
    assertThat(blocks.block(0).targets()).containsExactly(2, 3, -1, -1, 6);
    assertThat(blocks.block(0).starts()).containsExactly(0, 3, 4, 5);
    assertThat(blocks.block(1).ids()).containsExactly(6, 7, 8);
    assertThat(blocks.block(1).targets()).containsExactly(7, 8, -1);
    assertThat(blocks.block(1).starts()).containsExactly(0, 3);
  }

  /** Index groups, chunks of reads and parts end inside blocks and on their edges. */
  @ParameterizedTest
  @ValueSource(ints = {1, 7, 1023, 1024, 1025, 4096, 70_000, 200_000})
  void blocksDoNotDependOnParts(int length) throws IOException {
    int[] lengths = IntStream.range(0, 66_600).map(i -> i % 1500 == 7 ? 300 : 1 + i % 2).toArray();
    List<int[]> documents = Corpora.documents(60_000, lengths);
    Blocks one = blocks(documents, documents.size(), length, Packing.DOCUMENTS);
    Blocks many = blocks(documents, 1024 * 3 + 1, length, Packing.DOCUMENTS);
    assertThat(many.count()).isEqualTo(one.count());
    long last = one.count() - 1;
    long step = Math.max(1, last / 50);
    for (long place = 0; place < last + step; place += step) {
      long i = Math.min(place, last);
      assertStarts(one.block(i), Math.toIntExact(i * length), lengths);
      assertSame(many.block(i), one.block(i));
    }
  }

  @Test
  void readsLittle() throws IOException {
    MemoryFiles files = new MemoryFiles();
    List<int[]> documents =
        Corpora.documents(300, IntStream.generate(() -> 50).limit(20_000).toArray());
    CorpusManifest manifest = Corpora.training(files, 300, documents, 20_000);
    Blocks blocks = new CorpusStream(files, manifest, Stream.TRAINING).blocks(1024);
    blocks.block(0);
    files.reads.set(0);
    files.bytesRead.set(0);
    blocks.block(500);
    assertThat(files.reads.get()).isEqualTo(2);
    assertThat(files.bytesRead.get()).isEqualTo(1025 * 2 + 1024 * 4);
  }

  @Test
  void severalThreadsReadTheSame() throws IOException {
    List<int[]> documents =
        Corpora.documents(300, IntStream.range(1, 3000).map(i -> 1 + i % 40).toArray());
    Blocks alone = blocks(documents, 500, 64, Packing.DOCUMENTS);
    Blocks shared = blocks(documents, 500, 64, Packing.DOCUMENTS);
    List<Block> found =
        IntStream.range(0, (int) shared.count()).parallel().mapToObj(i -> read(shared, i)).toList();
    for (int i = 0; i < alone.count(); i++) {
      assertSame(found.get(i), alone.block(i));
    }
  }

  @Test
  void nothingHasNoBlocks() throws IOException {
    Blocks blocks = blocks(List.of(), 1, 8, Packing.DOCUMENTS);
    assertThat(blocks.count()).isZero();
    assertThatThrownBy(() -> blocks.block(0)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> blocks(List.of(), 1, 0, Packing.DOCUMENTS))
        .withMessage("a block has between 1 and 268435456 tokens, not 0");
  }

  private static Blocks blocks(List<int[]> documents, int perPart, int length, Packing packing) {
    MemoryFiles files = new MemoryFiles();
    CorpusManifest manifest = Corpora.training(files, 70_000, documents, perPart);
    return new CorpusStream(files, manifest, Stream.TRAINING).blocks(length, packing);
  }

  private static void assertSame(Block found, Block expected) {
    assertThat(found.ids()).isEqualTo(expected.ids());
    assertThat(found.targets()).isEqualTo(expected.targets());
    assertThat(found.starts()).isEqualTo(expected.starts());
  }

  private static Block read(Blocks blocks, long i) {
    try {
      return blocks.block(i);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Integer[] boxed(int[] values) {
    return IntStream.of(values).boxed().toArray(Integer[]::new);
  }
}
