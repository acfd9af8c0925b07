package io.heed.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The modules of {@code modules.json} that a text passes, one after the other. A Router is replaced
 * by the chain that it chooses.
 *
 * @param modules in order; those that do nothing are left out
 * @param tasks that a Router knows, empty where there is none
 */
record ModuleChain(List<ListedModule> modules, List<String> tasks) {
  static final String FILE = "modules.json";

  /**
   * The checkpoint's own class in Jina's third embedder: a Transformer that hands the task on to
   * the model, whose weights are chosen by it.
   */
  private static final String TRANSFORMER_OF_TASKS = "custom_st.Transformer";

  /**
   * Reads the file, if there is one.
   *
   * @param task what the texts are for, where that is said
   * @throws CheckpointException for modules that are not computed, or a task that is not known
   */
  static Optional<ModuleChain> read(CheckpointDirectory directory, Optional<String> task) {
    return directory.findJson(FILE).map(json -> read(json, directory, task));
  }

  private static ModuleChain read(
      JsonFile json, CheckpointDirectory directory, Optional<String> task) {
    List<ListedModule> chain = new ArrayList<>();
    List<String> tasks = new ArrayList<>();
    for (JsonNode listed : json.array()) {
      String type = text(json, listed, "type");
      String path = folder(text(json, listed, "path"));
      ModuleKind kind =
          type.equals(TRANSFORMER_OF_TASKS) && hasAdapters(directory, path)
              ? ModuleKind.TRANSFORMER
              : ModuleKind.of(json, type);
      if (kind == ModuleKind.ROUTER) {
        Router router = Router.read(directory, path);
        tasks.addAll(router.tasks());
        router.route(task).forEach(module -> add(module, directory, chain));
      } else {
        add(new ListedModule(kind, path), directory, chain);
      }
    }
    return new ModuleChain(List.copyOf(chain), tasks.stream().distinct().toList());
  }

  private static void add(
      ListedModule module, CheckpointDirectory directory, List<ListedModule> chain) {
    if (module.kind() == ModuleKind.DROPOUT) {
      return;
    }
    if (module.kind() == ModuleKind.NORMALIZE && !module.path().isEmpty()) {
      directory
          .findJson(module.path() + "/" + ConfigFile.NAME)
          .ifPresent(config -> requireSentences(config, "module_input_name"));
    }
    chain.add(module);
  }

  /** Refuses a module that reads or writes something else than the vector of a text. */
  static void requireSentences(JsonFile config, String key) {
    Optional<String> name = config.string(key);
    if (name.isPresent() && !name.get().equals("sentence_embedding")) {
      throw config.error("%s %s is not supported; supported: sentence_embedding", key, name.get());
    }
  }

  private static boolean hasAdapters(CheckpointDirectory directory, String path) {
    return directory
        .in(path)
        .findJson(ConfigFile.NAME)
        .flatMap(config -> config.find("lora_adaptations"))
        .isPresent();
  }

  private static String text(JsonFile json, JsonNode listed, String key) {
    JsonNode value = listed.path(key);
    if (!value.isTextual()) {
      throw json.error("%s of a module is not a string", key);
    }
    return value.textValue();
  }

  /** A file of a module, which may stand in the checkpoint's own directory. */
  static String file(String folder, String name) {
    return folder.isEmpty() ? name : folder + "/" + name;
  }

  private static String folder(String path) {
    return path.equals(".") ? "" : path;
  }

  /** What errors call the chain. */
  String told() {
    return modules.stream().map(module -> module.kind().className()).toList().toString();
  }
}
