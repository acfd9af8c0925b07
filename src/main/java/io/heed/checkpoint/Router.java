package io.heed.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A module of sentence-transformers that chooses a chain of others by what a text is for, its task,
 * as {@code Router} of version 5 and later does for texts.
 */
final class Router {
  /** The file's name, and that of before version 5. */
  private static final List<String> FILES = List.of("router_config.json", ConfigFile.NAME);

  /** A key of {@code route_mappings}, a Python tuple of a task and a kind of data. */
  private static final Pattern MAPPING =
      Pattern.compile("\\(\\s*(None|'([^']*)'|\"([^\"]*)\")\\s*,\\s*(None|'text'|\"text\")\\s*\\)");

  private final JsonFile json;

  /** Before the names of folders. */
  private final String prefix;

  private final JsonNode types;

  /** Folders of the modules of each route, the task its name. */
  private final Map<String, List<String>> routes;

  private final Optional<JsonFile> parameters;

  /** Names of routes, by keys as {@link #MAPPING} has them. */
  private final Map<String, String> mappings;

  private Router(JsonFile json, String prefix) {
    this.json = json;
    this.prefix = prefix;
    this.types = json.object("types").orElseThrow(() -> json.error("types is missing"));
    this.routes = new LinkedHashMap<>();
    JsonNode structure =
        json.object("structure").orElseThrow(() -> json.error("structure is missing"));
    for (Map.Entry<String, JsonNode> route : structure.properties()) {
      routes.put(route.getKey(), folders(route));
    }
    if (routes.isEmpty()) {
      throw json.error("structure has no routes");
    }
    this.parameters = json.inside("parameters");
    this.mappings = new LinkedHashMap<>();
    parameters
        .flatMap(found -> found.object("route_mappings"))
        .ifPresent(found -> found.properties().forEach(this::addMapping));
  }

  private List<String> folders(Map.Entry<String, JsonNode> route) {
    List<String> folders = new ArrayList<>();
    for (JsonNode folder : route.getValue()) {
      if (folder.isTextual()) {
        folders.add(folder.textValue());
      }
    }
    if (!route.getValue().isArray() || folders.size() != route.getValue().size()) {
      throw json.error("the route '%s' is not an array of strings", route.getKey());
    }
    return folders;
  }

  private void addMapping(Map.Entry<String, JsonNode> mapping) {
    if (!mapping.getValue().isTextual()) {
      throw json.error("the route of %s is not a string", mapping.getKey());
    }
    mappings.put(mapping.getKey(), mapping.getValue().textValue());
  }

  /**
   * Reads the file of a router.
   *
   * @param path folder of the router and of the modules between which it chooses
   */
  static Router read(CheckpointDirectory directory, String path) {
    String prefix = path.isEmpty() ? "" : path + "/";
    JsonFile json =
        FILES.stream()
            .map(name -> directory.findJson(prefix + name))
            .flatMap(Optional::stream)
            .findFirst()
            .orElseGet(() -> directory.requireJson(prefix + FILES.get(0)));
    return new Router(json, prefix);
  }

  private List<ListedModule> modules(List<String> folders) {
    List<ListedModule> modules = new ArrayList<>();
    for (String folder : folders) {
      ModuleKind kind = ModuleKind.of(json, types.path(folder).asText());
      if (kind == ModuleKind.ROUTER) {
        throw json.error("a Router inside of a Router is not supported (%s)", folder);
      }
      modules.add(new ListedModule(kind, prefix + folder));
    }
    return List.copyOf(modules);
  }

  /** The tasks that it knows. */
  List<String> tasks() {
    Set<String> tasks = new LinkedHashSet<>(routes.keySet());
    for (String mapping : mappings.keySet()) {
      Matcher key = MAPPING.matcher(mapping);
      if (key.matches()) {
        task(key).ifPresent(tasks::add);
      }
    }
    return List.copyOf(tasks);
  }

  /**
   * The modules for a task.
   *
   * @param task empty for what the checkpoint takes where none is said
   * @throws CheckpointException when it does not know the task, or takes none
   */
  List<ListedModule> route(Optional<String> task) {
    Optional<String> name =
        mapped(task)
            .or(() -> mapped(Optional.empty()))
            .or(() -> task.filter(routes::containsKey))
            .or(() -> Optional.of("text").filter(routes::containsKey));
    if (name.isEmpty() && task.isPresent()) {
      throw refused(
          String.format(
              Locale.ROOT,
              "there is no route for the task '%s'; there are %s",
              task.get(),
              String.join(", ", tasks())));
    }
    String route = name.orElseGet(this::defaultRoute);
    if (!routes.containsKey(route)) {
      throw json.error("there is no route %s in the structure", route);
    }
    return modules(routes.get(route));
  }

  private String defaultRoute() {
    Optional<String> name = parameters.flatMap(found -> found.string("default_route"));
    boolean first = parameters.flatMap(found -> found.bool("allow_empty_key")).orElse(true);
    if (name.isEmpty() && !first) {
      throw refused("a task has to be said: " + String.join(", ", tasks()));
    }
    return name.orElseGet(() -> routes.keySet().iterator().next());
  }

  private TaskException refused(String why) {
    return new TaskException(json.error("%s", why).getMessage());
  }

  /** The route of a task for texts, before that for anything. */
  private Optional<String> mapped(Optional<String> task) {
    Optional<String> found = Optional.empty();
    for (Map.Entry<String, String> mapping : mappings.entrySet()) {
      Matcher key = MAPPING.matcher(mapping.getKey());
      if (key.matches() && task(key).equals(task)) {
        boolean ofTexts = !key.group(4).equals("None");
        if (ofTexts || found.isEmpty()) {
          found = Optional.of(mapping.getValue());
        }
        if (ofTexts) {
          return found;
        }
      }
    }
    return found;
  }

  private static Optional<String> task(Matcher key) {
    return Optional.ofNullable(key.group(2)).or(() -> Optional.ofNullable(key.group(3)));
  }
}
