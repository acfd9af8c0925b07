package io.heed.checkpoint;

import io.heed.checkpoint.SentenceModules.Source;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The files of a checkpoint directory in Hugging Face's layout, before anything but {@code
 * config.json} is read. Where {@code modules.json} has the transformer in a folder, as {@code
 * 0_Transformer} before version 1, all but the other modules is looked for there.
 */
public final class CheckpointFiles {
  private static final String ADAPTER = "adapter_config.json";

  private final Path path;
  private final CheckpointDirectory root;

  /** Of the transformer and its tokenizer. */
  private final CheckpointDirectory directory;

  private final SentenceModules modules;
  private final ConfigFile config;
  private final Optional<StaticTable> staticTable;

  private CheckpointFiles(Path path, CheckpointDirectory root, Optional<String> task) {
    this.path = path;
    this.root = root;
    this.modules = SentenceModules.read(root, task);
    this.directory = root.in(modules.sourcePath());
    requireNoAdapter();
    boolean isStatic = modules.source() == Source.STATIC_EMBEDDING;
    this.config = isStatic ? ConfigFile.readIfThere(directory) : ConfigFile.read(directory);
    this.staticTable = isStatic ? Optional.of(StaticTable.read(directory)) : Optional.empty();
  }

  /** As {@link #open(Path, Optional)}, for no task. */
  public static CheckpointFiles open(Path directory) {
    return open(directory, Optional.empty());
  }

  /**
   * Opens a directory and reads its {@code config.json}.
   *
   * @param task what texts are for, where that is said: it chooses among the modules
   * @throws CheckpointException naming the rule, the values and the file when something is wrong
   */
  public static CheckpointFiles open(Path directory, Optional<String> task) {
    return new CheckpointFiles(directory, CheckpointDirectory.open(directory), task);
  }

  /** What peft writes beside a model changes its weights when transformers loads it. */
  private void requireNoAdapter() {
    if (directory.has(ADAPTER)) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT,
              "%s asks for an adapter, which is not supported; merge it into the weights, as peft's"
                  + " merge_and_unload does, and leave the file out",
              directory.told(ADAPTER)));
    }
  }

  /** The table of a model that has no layers; empty for a transformer. */
  public Optional<StaticTable> staticTable() {
    return staticTable;
  }

  /**
   * {@code config.json}, from which an architecture reads what the model is; a table may have none.
   */
  public ConfigFile config() {
    return config;
  }

  /**
   * The JSON file {@code name} beside {@code config.json}, if there is one. It decides the results,
   * so {@link HuggingFaceCheckpoint#hash} covers it from then on.
   *
   * @throws CheckpointException when it cannot be read or is not JSON
   */
  public Optional<JsonFile> findJson(String name) {
    return directory.findJson(name);
  }

  /**
   * Opens the other files and checks everything but the values of tensors.
   *
   * @param hiddenSize values in a hidden state
   * @throws CheckpointException naming the rule, the values and the file when something is wrong
   */
  public HuggingFaceCheckpoint checkpoint(int hiddenSize) {
    SentenceTransformers sentences =
        SentenceTransformersReader.read(root, modules, config, hiddenSize);
    TokenizerConfig tokenizer = TokenizerConfig.read(directory);
    OlderTokenizer older = new OlderTokenizer(directory, config, tokenizer);
    Map<String, WeightFiles> opened = new TreeMap<>();
    try {
      sentences.folders().forEach(name -> opened.put(name, WeightFiles.open(root.in(name))));
      WeightFiles weights = WeightFiles.open(directory);
      return new HuggingFaceCheckpoint(
          path, directory, staticTable, sentences, tokenizer, older, weights, opened);
    } catch (Throwable e) {
      opened.values().forEach(WeightFiles::close);
      throw e;
    }
  }
}
