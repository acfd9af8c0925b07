package io.heed.input;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How rows stand in a file. */
public enum InputFormat {
  /** One JSON object per line, UTF-8. Blank lines are not rows. */
  JSONL(new JsonFormat(), "json", "jsonl", "ndjson"),
  /** RFC 4180 with a header, UTF-8. Empty lines are not rows. */
  CSV(new CsvFormat(), "csv"),
  /** One text per line, UTF-8; its only column is {@code text}. An empty line is an empty text. */
  TEXT(new TextFormat(), "txt", "text"),
  /** Apache Parquet. */
  PARQUET(new ParquetFormat(), "parquet");

  private final FileFormat rules;
  private final List<String> extensions;

  InputFormat(FileFormat rules, String... extensions) {
    this.rules = rules;
    this.extensions = List.of(extensions);
  }

  /** How files of this format are read. */
  FileFormat rules() {
    return rules;
  }

  /** The extensions that name this format, without the dot. */
  public List<String> extensions() {
    return extensions;
  }

  /** The name on the command line, such as {@code jsonl}. */
  public String optionName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The format that a file's extension names, looked at through that of a compression. */
  public static Optional<InputFormat> ofFileName(String fileName) {
    String plain = Compression.ofFileName(fileName).strip(fileName);
    String extension = plain.substring(plain.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    for (InputFormat format : values()) {
      if (format.extensions.contains(extension) && extension.length() < plain.length()) {
        return Optional.of(format);
      }
    }
    return Optional.empty();
  }
}
