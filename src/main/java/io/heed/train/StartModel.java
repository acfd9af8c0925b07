package io.heed.train;

import io.heed.architecture.ModelCheckpoint;
import io.heed.checkpoint.CheckpointException;
import io.heed.checkpoint.Json;
import io.heed.checkpoint.Sha256;
import io.heed.series.DiscretizerFile;
import io.heed.settings.Setting;
import io.heed.settings.SettingException;
import io.heed.settings.Settings;
import io.heed.spark.executor.ModelLocation;
import io.heed.spark.executor.ModelSettings;
import io.heed.spark.tokens.TokenSettings;
import io.heed.training.InitialCheckpoint;
import io.heed.training.TrainingState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The model that training begins with: that of {@code --model}, or a new one.
 *
 * @param files {@code config.json} first, and what else belongs to the model beside its weights
 * @param checkpoint directory of its weights; empty for a new model
 * @param told what it is, by which a later run knows that it begins with the same
 */
record StartModel(List<Path> files, Optional<Path> checkpoint, String told) {
  private static final String TOKENIZER = "tokenizer.json";
  private static final String USUAL_END = "<|endoftext|>";
  private static final String DEFAULT_SIZE = "6x384x6";
  private static final long LARGEST_FILE = 1 << 27;
  private static final List<String> BESIDE_WEIGHTS =
      List.of(
          "config.json",
          "generation_config.json",
          TOKENIZER,
          "tokenizer_config.json",
          "special_tokens_map.json",
          "added_tokens.json",
          "vocab.json",
          "vocab.txt",
          "merges.txt",
          DiscretizerFile.NAME);

  private static final String WEIGHTS = "model.safetensors";

  private static final int HASH_DIGITS = 12;

  /** Whether a file of this name belongs to a model that is published. */
  static boolean isFile(String name) {
    return name.equals(WEIGHTS) || BESIDE_WEIGHTS.contains(name);
  }

  /**
   * The model of the settings.
   *
   * @param scratch a directory of this machine for the files of a new model
   * @throws SettingException when settings contradict each other
   * @throws CheckpointException when a file cannot be used
   */
  static StartModel of(Settings settings, Path scratch) throws IOException {
    if (settings.isGiven(ModelSettings.MODEL)) {
      for (var setting :
          List.of(
              TrainSettings.SIZE,
              TrainSettings.TOKENIZER,
              TrainSettings.DISCRETIZER,
              TrainSettings.VOCABULARY,
              TrainSettings.END_OF_TEXT,
              TrainSettings.POSITIONS)) {
        settings.exclude(ModelSettings.MODEL, setting);
      }
      return existing(settings.required(ModelSettings.MODEL));
    }
    return fresh(settings, scratch);
  }

  private static StartModel existing(String given) throws IOException {
    Path directory = ModelLocation.ofCheckpoint(given).directory();
    try (ModelCheckpoint opened = ModelCheckpoint.open(directory)) {
      opened.requireDecoder();
      opened.check();
      return new StartModel(
          filesOf(directory), Optional.of(directory), "checkpoint " + opened.hash());
    }
  }

  /** What others read beside the weights. */
  private static List<Path> filesOf(Path directory) throws IOException {
    List<Path> files = new ArrayList<>();
    for (String name : BESIDE_WEIGHTS) {
      Path file = directory.resolve(name);
      if (Files.isRegularFile(file) && Files.size(file) <= LARGEST_FILE) {
        files.add(file);
      }
    }
    return files;
  }

  private static StartModel fresh(Settings settings, Path scratch) throws IOException {
    ModelSize size = ModelSize.parse(settings.find(TrainSettings.SIZE).orElse(DEFAULT_SIZE));
    int positions = settings.value(TrainSettings.POSITIONS);
    List<Path> files = new ArrayList<>();
    Optional<Integer> given = settings.find(TrainSettings.VOCABULARY);
    Optional<Integer> end = Optional.empty();
    int vocabulary;
    if (settings.isGiven(TokenSettings.SERIES_COLUMN)) {
      Path file = file(TrainSettings.DISCRETIZER, settings, scratch, DiscretizerFile.NAME);
      files.add(file);
      vocabulary = given.orElseGet(() -> DiscretizerFile.read(file).vocabulary());
    } else if (settings.isGiven(TrainSettings.TOKENIZER)) {
      Path file = file(TrainSettings.TOKENIZER, settings, scratch, TOKENIZER);
      files.add(file);
      TokenizerIds ids = TokenizerIds.read(file);
      vocabulary = given.orElse(ids.count());
      end = endOfText(settings, ids);
    } else if (settings.isGiven(TokenSettings.TOKENS_COLUMN)) {
      vocabulary = settings.required(TrainSettings.VOCABULARY);
    } else {
      throw new SettingException(
          String.format(
              Locale.ROOT,
              "a new model of texts needs %s, one of price bars %s and %s, one of token ids %s and"
                  + " %s; %s goes on with a model",
              TrainSettings.TOKENIZER.option(),
              TokenSettings.SERIES_COLUMN.option(),
              TrainSettings.DISCRETIZER.option(),
              TokenSettings.TOKENS_COLUMN.option(),
              TrainSettings.VOCABULARY.option(),
              ModelSettings.MODEL.option()));
    }
    size.requireTrainable(vocabulary, positions);
    Path config = scratch.resolve("config.json");
    Files.writeString(config, Json.indented(config(size, positions, vocabulary, end, settings)));
    files.add(0, config);
    String told =
        String.format(
            Locale.ROOT,
            "new gpt2 %s, %d positions, %d token ids%s",
            size,
            positions,
            vocabulary,
            made(files));
    return new StartModel(files, Optional.empty(), told);
  }

  /** What makes token ids, by its hash: another makes another model of the same rows. */
  private static String made(List<Path> files) throws IOException {
    return files.size() < 2
        ? ""
        : String.format(
            Locale.ROOT,
            ", %s %s",
            files.get(1).getFileName(),
            Sha256.of(files.get(1)).substring(0, HASH_DIGITS));
  }

  private static Path file(Setting<String> setting, Settings settings, Path scratch, String name)
      throws IOException {
    String given = settings.required(setting);
    Path copy = scratch.resolve(name);
    try {
      Files.copy(ModelLocation.of(given).file(), copy);
    } catch (CheckpointException | NoSuchFileException e) {
      throw new SettingException(
          String.format(
              Locale.ROOT, "%s: there is no file %s that can be read", setting.option(), given));
    }
    return copy;
  }

  private static Optional<Integer> endOfText(Settings settings, TokenizerIds ids) {
    Optional<String> given = settings.find(TrainSettings.END_OF_TEXT);
    Optional<Integer> id = ids.id(given.orElse(USUAL_END));
    if (given.isPresent() && id.isEmpty()) {
      throw new SettingException(
          String.format(
              Locale.ROOT,
              "%s: the tokenizer has no token '%s'",
              TrainSettings.END_OF_TEXT.option(),
              given.get()));
    }
    return id;
  }

  private static Map<String, Object> config(
      ModelSize size, int positions, int vocabulary, Optional<Integer> end, Settings settings) {
    double dropout = settings.find(TrainSettings.DROPOUT).orElse(0.0);
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("architectures", List.of("GPT2LMHeadModel"));
    config.put("model_type", "gpt2");
    config.put("activation_function", "gelu_new");
    config.put("attn_pdrop", dropout);
    config.put("bos_token_id", end.orElse(null));
    config.put("embd_pdrop", dropout);
    config.put("eos_token_id", end.orElse(null));
    config.put("initializer_range", 0.02);
    config.put("layer_norm_epsilon", 1e-5);
    config.put("n_embd", size.width());
    config.put("n_head", size.heads());
    config.put("n_inner", null);
    config.put("n_layer", size.layers());
    config.put("n_positions", positions);
    config.put("resid_pdrop", dropout);
    config.put("tie_word_embeddings", true);
    config.put("torch_dtype", "float32");
    config.put("vocab_size", vocabulary);
    return config;
  }

  /** Writes the files of step 0; its description, which makes it whole, comes later. */
  InitialCheckpoint write(TrainingState state, long seed) throws IOException {
    if (checkpoint.isEmpty()) {
      return InitialCheckpoint.random(state, files, seed);
    }
    try (ModelCheckpoint opened = ModelCheckpoint.open(checkpoint.get())) {
      return InitialCheckpoint.of(state, opened, files);
    }
  }
}
