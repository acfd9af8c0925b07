package io.heed.training;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The checkpoints of a run. What is not whole is not there. */
public final class TrainingState {
  private static final Logger LOG = LoggerFactory.getLogger(TrainingState.class);
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String PROGRESS = "progress.txt";

  /** A description is a few kilobytes for any model. */
  private static final long LARGEST_DESCRIPTION = 1 << 24;

  /** A step takes about a hundred bytes. */
  private static final long LARGEST_HISTORY = 1 << 30;

  private static final long LONGEST_STEP = 256;

  private static final long LONGEST_LINE = 1 << 10;

  private final RunFiles files;

  public TrainingState(RunFiles files) {
    this.files = files;
  }

  RunFiles files() {
    return files;
  }

  /**
   * A whole checkpoint.
   *
   * @param recipe what it was trained by, by name
   * @param files all but the description
   */
  public record Whole(long step, Map<String, String> recipe, List<StateFile> files)
      implements Serializable {
    /** The folder of it. */
    public String folder() {
      return StateFormat.folder(step);
    }
  }

  /**
   * The newest whole checkpoint, every byte of it read.
   *
   * @param broken is told what is wrong with newer ones
   */
  public Optional<Whole> newest(Consumer<String> broken) throws IOException {
    List<String> folders =
        files.list("").stream()
            .filter(StateFormat::isFolder)
            .sorted(Comparator.reverseOrder())
            .toList();
    for (String folder : folders) {
      Optional<Whole> whole = read(folder, broken);
      if (whole.isPresent()) {
        return whole;
      }
    }
    return Optional.empty();
  }

  private Optional<Whole> read(String folder, Consumer<String> broken) throws IOException {
    String description = folder + "/" + StateFormat.STATE;
    if (!files.exists(description)) {
      return Optional.empty(); // It was being written.
    }
    try {
      Whole whole = parse(text(description, LARGEST_DESCRIPTION));
      if (!whole.folder().equals(folder)) {
        throw new IllegalArgumentException("it is of step " + whole.step());
      }
      for (StateFile file : whole.files()) {
        check(folder, file);
      }
      history(whole);
      return Optional.of(whole);
    } catch (JsonProcessingException
        | EOFException
        | FileNotFoundException
        | IllegalArgumentException e) {
      broken.accept(files.place() + "/" + folder + " is not used: " + e.getMessage());
      return Optional.empty();
    }
  }

  private static Whole parse(String text) throws IOException {
    JsonNode root = MAPPER.readTree(text);
    if (root.path("format").asInt(StateFormat.FORMAT) != StateFormat.FORMAT) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "a checkpoint has format %s, which another version of Heed wrote; this one knows %d",
              root.path("format").asText(),
              StateFormat.FORMAT));
    }
    Map<String, String> recipe = new LinkedHashMap<>();
    root.path("recipe")
        .fields()
        .forEachRemaining(e -> recipe.put(e.getKey(), e.getValue().asText()));
    List<StateFile> entries = new ArrayList<>();
    for (JsonNode file : root.path("files")) {
      String name = file.path("name").asText();
      if (name.isEmpty() || name.contains("/") || name.contains("..")) {
        throw new IllegalArgumentException("'" + name + "' is no name of a file");
      }
      entries.add(new StateFile(name, file.path("bytes").asLong(-1), file.path("sha256").asText()));
    }
    if (!root.path("step").canConvertToLong()) {
      throw new IllegalArgumentException("it names no step");
    }
    Whole whole = new Whole(root.path("step").asLong(), recipe, entries);
    requireAll(whole);
    return whole;
  }

  private static void requireAll(Whole whole) {
    List<String> names = whole.files().stream().map(StateFile::name).toList();
    for (String name : List.of("config.json", StateFormat.WEIGHTS, StateFormat.STEPS)) {
      if (!names.contains(name)) {
        throw new IllegalArgumentException("it names no " + name);
      }
    }
    if (whole.step() > 0 && !names.contains(StateFormat.moments(0))) {
      throw new IllegalArgumentException("it names no " + StateFormat.moments(0));
    }
  }

  private void check(String folder, StateFile file) throws IOException {
    String name = folder + "/" + file.name();
    if (files.length(name) != file.bytes()) {
      throw new IllegalArgumentException(
          file.name() + " has " + files.length(name) + " bytes, not " + file.bytes());
    }
    MessageDigest digest = digest();
    try (InputStream in = new DigestInputStream(files.open(name), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    if (!hex(digest).equals(file.sha256())) {
      throw new IllegalArgumentException(file.name() + " does not have the hash it had");
    }
  }

  /** The steps of a run as a table: a line for each, what is not known left empty. */
  public static String table(History history) {
    return StateFormat.steps(history);
  }

  /** The steps of a checkpoint. */
  public History history(Whole whole) throws IOException {
    long most = Math.min(LARGEST_HISTORY, (whole.step() + 2) * LONGEST_STEP);
    History history = StateFormat.history(text(whole.folder() + "/" + StateFormat.STEPS, most));
    if (history.last().isEmpty() || history.last().get().step() != whole.step()) {
      throw new IllegalArgumentException(StateFormat.STEPS + " does not end with its step");
    }
    return history;
  }

  private String text(String name, long most) throws IOException {
    if (files.length(name) > most) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "%s has more than %,d bytes", name, most));
    }
    try (InputStream in = files.open(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Leaves a line for whoever asks how far the run is; it is no part of any checkpoint. */
  public void tell(String line) {
    try {
      try (OutputStream out = files.create(PROGRESS + ".next")) {
        out.write(line.getBytes(StandardCharsets.UTF_8));
      }
      files.rename(PROGRESS + ".next", PROGRESS);
    } catch (IOException e) {
      LOG.debug("progress is not told", e);
    }
  }

  /** The last such line. */
  public Optional<String> told() {
    try {
      return files.exists(PROGRESS) ? Optional.of(text(PROGRESS, LONGEST_LINE)) : Optional.empty();
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty(); // It is being replaced, or is no line.
    }
  }

  /** Forgets it, for it is of another run. */
  public void forgetTold() throws IOException {
    files.delete(PROGRESS);
  }

  /** Whether a file of a checkpoint belongs to the model, and not to its training alone. */
  static boolean isOfModel(StateFile file) {
    return !file.name().equals(StateFormat.STEPS) && !StateFormat.isMoments(file.name());
  }

  /** A file of a checkpoint. */
  public InputStream open(Whole whole, String name) throws IOException {
    return files.open(whole.folder() + "/" + name);
  }

  /** Whether a checkpoint is where this process looks; what is in it is not read. */
  public boolean isThere(Whole whole) throws IOException {
    return files.exists(whole.folder() + "/" + StateFormat.STATE);
  }

  /** The whole checkpoint of a step, if there is one. */
  public Optional<Whole> of(long step, Consumer<String> broken) throws IOException {
    return read(StateFormat.folder(step), broken);
  }

  /**
   * What stands in the directory and is no part of a state, which is therefore not to be kept
   * there: what is removed at the end, goes by its name.
   *
   * @param besides tells what else belongs to it, once there is a checkpoint
   */
  public Optional<String> foreign(Predicate<String> besides) throws IOException {
    List<String> names = files.list("").stream().filter(name -> !name.startsWith(".")).toList();
    boolean begun = names.stream().anyMatch(StateFormat::isFolder);
    return names.stream()
        .filter(name -> !isOwn(name) && !(begun && besides.test(name)))
        .findFirst();
  }

  /** The folders of checkpoints that were whole once, usable or not. */
  public List<String> begun() throws IOException {
    List<String> begun = new ArrayList<>();
    for (String name : files.list("")) {
      if (StateFormat.isFolder(name) && files.exists(name + "/" + StateFormat.STATE)) {
        begun.add(name);
      }
    }
    return begun;
  }

  /** Removes the folders of checkpoints that never were whole. */
  public void removeUnfinished() throws IOException {
    List<String> begun = begun();
    removeBesides(name -> StateFormat.isFolder(name) && !begun.contains(name));
  }

  /** Removes what else belongs to it. */
  public void removeBesides(Predicate<String> besides) throws IOException {
    for (String name : files.list("")) {
      if (besides.test(name)) {
        files.delete(name);
      }
    }
  }

  private static boolean isOwn(String name) {
    return StateFormat.isFolder(name) || name.equals(PROGRESS) || name.equals(PROGRESS + ".next");
  }

  /**
   * Removes all checkpoints, what else belongs to it, and the directory unless something stands in
   * it that is not the run's.
   */
  public void remove(Predicate<String> besides) throws IOException {
    removeBesides(name -> isOwn(name) || besides.test(name));
    if (files.list("").isEmpty()) {
      files.delete("");
    }
  }

  /** What people call the directory. */
  public String place() {
    return files.place();
  }

  /** Writes something to a stream. */
  interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /** Writes a file of a checkpoint, replacing one of an attempt before. */
  StateFile write(long step, String name, Content content) throws IOException {
    MessageDigest digest = digest();
    String path = StateFormat.folder(step) + "/" + name;
    try (OutputStream out = new DigestOutputStream(files.create(path), digest)) {
      content.writeTo(out);
    }
    return new StateFile(name, files.length(path), hex(digest));
  }

  /** Makes a checkpoint whole. */
  void complete(long step, Map<String, String> recipe, List<StateFile> entries) throws IOException {
    String folder = StateFormat.folder(step);
    String unfinished = folder + "/" + StateFormat.STATE + ".unfinished";
    List<StateFile> sorted = new ArrayList<>(entries);
    sorted.sort(Comparator.comparing(StateFile::name));
    try (OutputStream out = files.create(unfinished)) {
      out.write(StateFormat.state(step, recipe, sorted).getBytes(StandardCharsets.UTF_8));
    }
    files.rename(unfinished, folder + "/" + StateFormat.STATE);
  }

  /** Removes all checkpoints but that of this step, the newest one before it, and another. */
  void keep(long step, Optional<Long> other) throws IOException {
    List<String> older =
        files.list("").stream()
            .filter(StateFormat::isFolder)
            .filter(name -> name.compareTo(StateFormat.folder(step)) < 0)
            .sorted(Comparator.reverseOrder())
            .toList();
    for (int i = 1; i < older.size(); i++) {
      if (other.isEmpty() || !older.get(i).equals(StateFormat.folder(other.get()))) {
        files.delete(older.get(i));
      }
    }
  }

  private static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }

  static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
