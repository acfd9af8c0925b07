package io.heed.input;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How rows stand in a file. */
public enum InputFormat {
  /** One JSON object per line, UTF-8. Blank lines are not rows. */
  JSONL("json", "jsonl", "ndjson"),
  /** RFC 4180 with a header, UTF-8. Empty lines are not rows. */
  CSV("csv"),
  /** One text per line, UTF-8; its only column is {@code text}. An empty line is an empty text. */
  TEXT("txt", "text"),
  /** Apache Parquet. */
  PARQUET("parquet");

  private final List<String> extensions;

  InputFormat(String... extensions) {
    this.extensions = List.of(extensions);
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

  /**
   * The one format that the extensions of files name.
   *
   * @throws InputException when an extension names none, or two files differ
   */
  static InputFormat ofFiles(List<InputFile> files) {
    InputFormat format = null;
    for (InputFile file : files) {
      InputFormat other = ofFile(file);
      if (format != null && other != format) {
        throw new InputException(
            String.format(
                Locale.ROOT,
                "an input holds one format, but %s is %s and %s is %s",
                files.get(0).name(),
                format.optionName(),
                file.name(),
                other.optionName()));
      }
      format = other;
    }
    return format;
  }

  private static InputFormat ofFile(InputFile file) {
    return ofFileName(file.name())
        .orElseThrow(
            () ->
                new InputException(
                    String.format(
                        Locale.ROOT,
                        "the name of %s ends in none of %s: --input-format says what it is",
                        file.path(),
                        knownExtensions())));
  }

  private static String knownExtensions() {
    return Stream.of(values())
        .flatMap(format -> format.extensions.stream())
        .map(extension -> "." + extension)
        .collect(Collectors.joining(" "));
  }
}
