package io.heed.job;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import io.heed.checkpoint.WordPieceFixture;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;

/**
 * Inputs of which a task takes as much memory as it can. Each file, which cannot be split, has rows
 * for full batches and for more than a row group of the output, and for far more than is promised
 * where all of them are held.
 */
final class LargeTables {
  /** The number of token ids. */
  static final int VOCABULARY = WordPieceFixture.ascii().size();

  private static final String LINES = ".jsonl.zst";
  private static final String ROW = "{\"id\":%d,%s,\"page\":\"%s\"}\n";
  private static final String TEXT = "\"text\":\"a\"";

  private static final int LONGEST = 512;
  private static final int LARGEST_PAGE = 1 << 20;

  /** A little more than a row group of the output. */
  private static final int ROW_GROUP_BYTES = 17 << 20;

  /** What pages are cut from, so that files are large however they are compressed. */
  private static final String LETTERS =
      new Random(7)
          .ints(LARGEST_PAGE + (1 << 10), 'a', 'z' + 1)
          .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
          .toString();

  private final Path directory;
  private final int files;
  private final SparkSession spark;

  /**
   * Tables below a directory.
   *
   * @param files how many files each has, of the same rows
   */
  LargeTables(Path directory, int files, SparkSession spark) {
    this.directory = directory;
    this.files = files;
    this.spark = spark;
  }

  /** Hardly any rows of token ids. */
  Path fewRows() throws IOException {
    return lines("few-rows", 20, i -> tokens(1), 1);
  }

  /** Rows of one token, after some of the most tokens. */
  Path shortRows(int width) throws IOException {
    int rows = ROW_GROUP_BYTES / (4 * width);
    return lines("short-rows", rows, i -> tokens(i < 4 ? LONGEST : 1), 1 << 5);
  }

  /** Rows of the most tokens, with 16 KB beside each. */
  Path longRows() throws IOException {
    return lines("long-rows", 60, i -> tokens(LONGEST), 1 << 14);
  }

  /** Short texts with a megabyte beside each. */
  Path texts() throws IOException {
    return lines("texts", 40, i -> TEXT, LARGEST_PAGE);
  }

  /**
   * Rows of one token with 8 KB beside each, in a row group of 8 MB as it is stored and 34 MB as it
   * is decoded.
   */
  Path parquet(int width) throws IOException {
    Path written = directory.resolve("parquet-as-written");
    spark
        .range(0, ROW_GROUP_BYTES / (4 * width), 1, 1)
        .selectExpr(
            "id",
            "array(1) AS tokens",
            "repeat(concat_ws('', transform(sequence(1, 64), i -> md5(string(64 * id + i)))), 4)"
                + " AS page")
        .write()
        .option("parquet.enable.dictionary", "false")
        .option("compression", "snappy")
        .parquet(written.toString());
    try (Stream<Path> parts = Files.list(written)) {
      Path part = parts.filter(path -> path.toString().endsWith(".parquet")).findFirst().get();
      return copies("parquet", part, ".parquet");
    }
  }

  private static String tokens(int count) {
    int[] ids = new Random(count).ints(count, 0, VOCABULARY).toArray();
    return "\"tokens\":" + Arrays.toString(ids);
  }

  private Path lines(String name, int rows, IntFunction<String> values, int pageLength)
      throws IOException {
    Path file = directory.resolve(name + LINES);
    try (Writer out =
        new OutputStreamWriter(
            new ZstdOutputStreamNoFinalizer(Files.newOutputStream(file)), StandardCharsets.UTF_8)) {
      for (int i = 0; i < rows; i++) {
        out.write(String.format(Locale.ROOT, ROW, i, values.apply(i), page(i, pageLength)));
      }
    }
    return copies(name, file, LINES);
  }

  /** The next letters, or those that begin a letter later. */
  private static String page(int row, int length) {
    int start = (int) ((long) row * (length + 1) % (LETTERS.length() - length));
    return LETTERS.substring(start, start + length);
  }

  private Path copies(String name, Path file, String suffix) throws IOException {
    Path table = Files.createDirectories(directory.resolve(name));
    for (int i = 0; i < files; i++) {
      Files.copy(file, table.resolve(i + suffix));
    }
    return table;
  }
}
