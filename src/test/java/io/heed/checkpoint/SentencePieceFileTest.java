package io.heed.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.ByteString;
import com.google.protobuf.WireFormat;
import io.heed.checkpoint.SentencePieceModel.Kind;
import io.heed.checkpoint.SentencePieceModel.Piece;
import io.heed.text.TextTokenizer;
import io.heed.text.TokenizerException;
import io.heed.text.TokenizerOptions;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SentencePieceFileTest {
  private static final Path GOLDENS = Path.of("src/test/resources/goldens/sentencepiece");
  private static final String NAME = "spiece.model";

  @TempDir private Path directory;

  @Test
  void whatIsReadIsWhatWasWritten() {
    SentencePieceModel model =
        read(
            new SentencePieceFixture()
                .normalizer(out -> out.writeByteArray(2, new byte[] {1, 2}))
                .piece("\u2581the", -3.25, SentencePieceFixture.NORMAL)
                .piece("<s>", 0, SentencePieceFixture.CONTROL)
                .piece("\ud83d\ude42", -1e-30, SentencePieceFixture.USER_DEFINED)
                .trainer(out -> out.writeInt32(40, 2))
                .piece(out -> out.writeString(1, "plain")));
    assertThat(model.pieces())
        .containsExactly(
            new Piece("\u2581the", -3.25f, Kind.NORMAL),
            new Piece("<s>", 0, Kind.CONTROL),
            new Piece("\ud83d\ude42", -1e-30f, Kind.USER_DEFINED),
            new Piece("plain", 0, Kind.NORMAL));
    assertThat(model.unknown()).isEqualTo(2);
    assertThat(model.characterMap()).containsExactly(1, 2);
    assertThat(model.symbols())
        .extracting(AddedToken::content, AddedToken::special)
        .containsExactly(tuple("<s>", true), tuple("\ud83d\ude42", false));
  }

  /** As protobuf has it: of one field the last value, messages in parts, unknown ones skipped. */
  @Test
  void fieldsStandAsProtobufLetsThemStand() {
    SentencePieceModel model =
        read(
            new SentencePieceFixture()
                .trainer(out -> out.writeEnum(3, SentencePieceFixture.BPE))
                .trainer(out -> out.writeInt32(40, 7))
                .trainer(out -> out.writeEnum(3, 1))
                .message(4, out -> out.writeString(1, "self-test"))
                .piece(
                    out -> {
                      out.writeString(1, "first");
                      out.writeDouble(2, 1);
                      out.writeTag(9, WireFormat.WIRETYPE_START_GROUP);
                      out.writeInt32(3, 99);
                      out.writeTag(9, WireFormat.WIRETYPE_END_GROUP);
                      out.writeString(3, "no type");
                      out.writeString(1, "last");
                    })
                .fields(out -> out.writeInt32(1, 5)));
    assertThat(model.pieces()).containsExactly(new Piece("last", 0, Kind.NORMAL));
    assertThat(model.unknown()).isEqualTo(7);
  }

  @ParameterizedTest
  @CsvSource({"2, BPE", "3, WORD", "4, CHAR", "0, 0", "9, 9", "-1, -1"})
  void otherKindsAreRefusedByName(int kind, String told) {
    assertRefused(
        new SentencePieceFixture().pieces(0, "a").trainer(out -> out.writeEnum(3, kind)),
        "trainer_spec.model_type is " + told + ", supported: UNIGRAM (spiece.model)");
  }

  @Test
  void aModelHasPieces() {
    assertRefused(
        new SentencePieceFixture().table(), "the SentencePiece model has no pieces (spiece.model)");
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void scoresAreFinite(float score) {
    assertRefused(
        new SentencePieceFixture().pieces(0, "a").pieces(score, "b"),
        "the score of piece 1 is " + score + ", expected a finite number (spiece.model)");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 7, -1})
  void typesArePartOfTheFormat(int type) {
    assertRefused(
        new SentencePieceFixture().piece("a", 0, type),
        "the type of piece 0 is " + type + ", expected one of 1 to 6 (spiece.model)");
  }

  @Test
  void piecesAreTexts() {
    assertRefused(new SentencePieceFixture().pieces(0, "a", ""), "piece 1 is empty (spiece.model)");
    assertRefused(
        new SentencePieceFixture().piece(out -> out.writeBytes(1, ByteString.fromHex("61ff"))),
        "piece 0 is not text in UTF-8 (spiece.model)");
    assertRefused(
        new SentencePieceFixture().piece(out -> out.writeBytes(1, ByteString.fromHex("eda080"))),
        "piece 0 is not text in UTF-8 (spiece.model)");
  }

  @Test
  void whatIsTooLongIsNotRead() throws IOException {
    assertRefused(
        new SentencePieceFixture().pieces(0, "a".repeat(4096), "a".repeat(4097)),
        "piece 1 has 4097 bytes, more than the 4096 that are read (spiece.model)");
    assertRefused(
        new SentencePieceFixture()
            .fields(
                out -> {
                  out.writeTag(3, WireFormat.WIRETYPE_LENGTH_DELIMITED);
                  out.writeUInt32NoTag(6);
                  out.writeTag(2, WireFormat.WIRETYPE_LENGTH_DELIMITED);
                  out.writeUInt32NoTag(Integer.MAX_VALUE);
                }),
        "precompiled_charsmap has 2147483647 bytes, more than the 8388608 that are read"
            + " (spiece.model)");
    byte[] piece = new SentencePieceFixture().pieces(0, "a").content();
    byte[] many = new byte[piece.length * ((1 << 20) + 1)];
    for (int i = 0; i < many.length; i++) {
      many[i] = piece[i % piece.length];
    }
    assertThatThrownBy(() -> SentencePieceFile.read(many, NAME))
        .isInstanceOf(CheckpointException.class)
        .hasMessage("the file has more than the 1048576 pieces that are read (spiece.model)");
    Path file = directory.resolve(NAME);
    try (RandomAccessFile large = new RandomAccessFile(file.toFile(), "rw")) {
      large.setLength((64L << 20) + 1);
    }
    assertThatThrownBy(() -> SentencePieceFile.read(file, NAME))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            "the file has 67108865 bytes, more than the 67108864 that are read (spiece.model)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"pieces", "{\"version\": \"1.0\"}", "\n", "\n\u0003\n\u0002a", "\u0004"})
  void otherFilesAreNoModels(String content) {
    assertThatThrownBy(() -> SentencePieceFile.read(content.getBytes(StandardCharsets.UTF_8), NAME))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith("the file is not a SentencePiece model: ")
        .hasMessageEndingWith(" (spiece.model)");
  }

  /** Broken files end in a message, in the reader or before the native library reads a table. */
  @Property(tries = 1500)
  void brokenFilesAreReadOrRefused(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    byte[] broken = broken(random);
    Path folder = Files.createTempDirectory("heed-spiece");
    Files.writeString(folder.resolve("config.json"), "{\"model_type\": \"albert\"}");
    Files.write(folder.resolve(NAME), broken);
    CheckpointDirectory files = CheckpointDirectory.open(folder);
    OlderTokenizer older = new OlderTokenizer(files, ConfigFile.read(files), TokenizerConfig.NONE);
    try (TextTokenizer tokenizer =
        TextTokenizer.of(older.document(), folder, TokenizerOptions.NONE)) {
      assertThat(tokenizer.tokenize("The r\u00edver runs \u6771\u4eac", 50).ids()).isNotEmpty();
    } catch (CheckpointException | TokenizerException e) {
      assertThat(e).as("seed %d", seed).hasMessageMatching("(?s).+ \\(.+\\)");
    } finally {
      for (Path file : new Path[] {folder.resolve("config.json"), folder.resolve(NAME), folder}) {
        Files.delete(file);
      }
    }
  }

  private static byte[] broken(Random random) throws IOException {
    byte[] whole = Files.readAllBytes(GOLDENS.resolve("albert").resolve(NAME));
    byte[] broken =
        random.nextInt(3) == 0 ? Arrays.copyOf(whole, random.nextInt(whole.length)) : whole;
    for (int changes = random.nextInt(6); changes > 0 && broken.length > 0; changes--) {
      // Half of them at the end, where the table of characters is.
      int place = random.nextInt(random.nextBoolean() ? broken.length : broken.length / 4 + 1);
      broken[broken.length - 1 - Math.min(place, broken.length - 1)] ^=
          (byte) (1 << random.nextInt(8));
    }
    return broken;
  }

  private static SentencePieceModel read(SentencePieceFixture fixture) {
    return SentencePieceFile.read(fixture.content(), NAME);
  }

  private static void assertRefused(SentencePieceFixture fixture, String message) {
    assertThatThrownBy(() -> read(fixture))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(message);
  }
}
