package io.heed.training;

import io.heed.checkpoint.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * How a checkpoint of a run is laid out: a folder for each, {@code step-000000000012}, which is a
 * checkpoint as others read it, with the moments beside the weights, and {@code training.json},
 * which is written last and names every file with its size and hash.
 */
final class StateFormat {
  static final int FORMAT = 1;
  static final String STATE = "training.json";
  static final String WEIGHTS = "model.safetensors";
  static final String STEPS = "steps.csv";
  private static final String PREFIX = "step-";
  private static final String MOMENTS = "moments-";

  /** Pages whose moments a file has: 128 MiB. */
  static final int PAGES = 256;

  private static final String HEADER =
      "step,loss,held_out_loss,gradient_norm,learning_rate,targets";
  private static final int COLUMNS = 6;

  private static final Pattern FOLDER = Pattern.compile(PREFIX + "\\d{12}");

  private StateFormat() {}

  /** Whether a name is that of a checkpoint's folder. */
  static boolean isFolder(String name) {
    return FOLDER.matcher(name).matches();
  }

  static String folder(long step) {
    return String.format(Locale.ROOT, PREFIX + "%012d", step);
  }

  static String moments(int file) {
    return String.format(Locale.ROOT, MOMENTS + "%05d.bin", file);
  }

  static boolean isMoments(String name) {
    return name.startsWith(MOMENTS);
  }

  static int momentFiles(ParameterLayout layout) {
    return (layout.pages() + PAGES - 1) / PAGES;
  }

  /** Where the moments of a page begin in their file: the first moments, then the second. */
  static long momentsAt(int page) {
    return (long) (page % PAGES) * ParameterLayout.PAGE * 2 * Float.BYTES;
  }

  static String state(long step, Map<String, String> recipe, List<StateFile> files) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("format", FORMAT);
    all.put("step", step);
    all.put("recipe", recipe);
    all.put(
        "files",
        files.stream()
            .map(
                file -> {
                  Map<String, Object> entry = new LinkedHashMap<>();
                  entry.put("name", file.name());
                  entry.put("bytes", file.bytes());
                  entry.put("sha256", file.sha256());
                  return entry;
                })
            .toList());
    return Json.indented(all);
  }

  /** The steps of a run as a table; what is not known is empty. */
  static String steps(History history) {
    StringBuilder text = new StringBuilder(HEADER).append('\n');
    for (StepRecord record : history.records()) {
      text.append(record.step()).append(',');
      text.append(told(record.loss())).append(',');
      text.append(told(record.heldOut())).append(',');
      text.append(told(record.norm())).append(',');
      text.append(told(record.rate())).append(',');
      text.append(record.targets()).append('\n');
    }
    return text.toString();
  }

  private static String told(double value) {
    return Double.isNaN(value) ? "" : Double.toString(value);
  }

  /**
   * Reads such a table.
   *
   * @throws IllegalArgumentException when it is none
   */
  static History history(String text) {
    return new History(
        text.lines().skip(1).map(line -> record(line.split(",", -1), line)).toList());
  }

  private static StepRecord record(String[] cells, String line) {
    if (cells.length != COLUMNS) {
      throw new IllegalArgumentException("'" + line + "' has not " + COLUMNS + " cells");
    }
    return new StepRecord(
        Long.parseLong(cells[0]),
        number(cells[1]),
        number(cells[3]),
        number(cells[4]),
        Long.parseLong(cells[5]),
        number(cells[2]));
  }

  private static double number(String cell) {
    return cell.isEmpty() ? Double.NaN : Double.parseDouble(cell);
  }
}
