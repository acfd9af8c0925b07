package io.heed.input;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.types.DataType;

/**
 * What the beginning of JSON lines says of their columns. Which there are, and the types of ids,
 * the first lines tell; the types of columns that only go through are looked for further, so that
 * rows are not lost to a fraction or a text that comes late.
 */
final class JsonSample implements KnownColumns {
  /** Lines that tell which columns there are. */
  static final int FIRST_LINES = 1000;

  /** Files that are opened for it, one after the other. */
  static final int FILES = 32;

  /** Characters of lines that tell the types of kept columns: less than a second. */
  static final long KEPT_CHARACTERS = 16 << 20;

  private final Set<String> kept;
  private final Map<String, JsonTypes> found = new HashMap<>();
  private final Map<String, JsonTypes> further = new HashMap<>();
  private String path;
  private int lines;
  private long characters;
  private String firstFault;

  private JsonSample(Set<String> kept) {
    this.kept = kept;
  }

  /**
   * Reads the beginning of the first file that has a line, and for kept columns what follows.
   *
   * @param format of JSON lines
   * @param kept the columns whose types are looked for further
   */
  static JsonSample read(
      List<InputFile> files, LineFormat format, Set<String> kept, Configuration configuration) {
    JsonSample sample = new JsonSample(kept);
    int further = 0;
    for (InputFile file : files) {
      if (sample.isComplete() || sample.path != null && ++further >= FILES) {
        break;
      }
      FileSlice slice = FileSlice.whole(file);
      try (SliceLines lines = SliceLines.open(slice, format, LineColumns.NONE, configuration)) {
        sample.add(lines, slice.path());
      } catch (IOException e) {
        throw new InputException(e.getMessage(), e);
      }
    }
    return sample;
  }

  private void add(SliceLines file, String filePath) {
    boolean first = path == null;
    if (first && file.hasNext()) {
      path = filePath;
    }
    for (; first && lines < FIRST_LINES && file.hasNext(); lines++) {
      Line line = file.next();
      characters += line.text().length();
      parse(line, name -> true).forEach((name, value) -> types(found, name).add(value));
    }
    if (first) {
      kept.stream().filter(found::containsKey).forEach(name -> further.put(name, copy(name)));
    }
    while (!isComplete() && file.hasNext()) {
      Line line = file.next();
      characters += line.text().length();
      parse(line, further::containsKey).forEach((name, value) -> further.get(name).add(value));
    }
  }

  private JsonTypes copy(String name) {
    return found.get(name).copy();
  }

  private boolean isComplete() {
    return path != null && (further.isEmpty() || characters >= KEPT_CHARACTERS);
  }

  private static JsonTypes types(Map<String, JsonTypes> types, String name) {
    return types.computeIfAbsent(name, unseen -> new JsonTypes());
  }

  /** The row of a line that cannot be read is rejected later; here it only has nothing to say. */
  private Map<String, JsonNode> parse(Line line, Predicate<String> wanted) {
    String fault = line.fault().orElse(null);
    if (fault == null) {
      try {
        return JsonObjects.parse(line.text(), wanted);
      } catch (MalformedRecordException e) {
        fault = e.getMessage();
      }
    }
    if (firstFault == null) {
      firstFault = String.format(Locale.ROOT, "%s (byte %d)", fault, line.place().position());
    }
    return Map.of();
  }

  /** The type of a column in the first lines. */
  @Override
  public Optional<DataType> type(String column) {
    return Optional.ofNullable(found.get(column)).map(JsonTypes::type);
  }

  /** The type of a kept column in all lines that were looked at. */
  @Override
  public Optional<DataType> keptType(String column) {
    return Optional.ofNullable(further.get(column)).map(JsonTypes::type).or(() -> type(column));
  }

  @Override
  public String columnsFound() {
    if (path == null) {
      return "the input has no line, and --input-schema does not name it";
    }
    String where = String.format(Locale.ROOT, "the first %d lines of %s", lines, path);
    if (!found.isEmpty()) {
      return String.format(
          Locale.ROOT, "%s have %s", where, KnownColumns.shown(found.keySet().stream().sorted()));
    }
    String fault = firstFault == null ? "" : "; the first fault: " + firstFault;
    return String.format(
        Locale.ROOT,
        "none of %s is a JSON object with keys, as each line has to be%s",
        where,
        fault);
  }
}
