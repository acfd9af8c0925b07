package io.heed.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The special and added tokens of a tokenizer without {@code tokenizer.json}: those of {@code
 * tokenizer_config.json}, then, unless that has an {@code added_tokens_decoder}, those of {@code
 * special_tokens_map.json} and {@code added_tokens.json}, and for what none of them says the
 * defaults of the tokenizer's class.
 */
final class SpecialTokens {
  static final String MAP = "special_tokens_map.json";
  static final String ADDED = "added_tokens.json";

  /** In the order in which they are added to a vocabulary. */
  private static final List<String> KEYS =
      List.of(
          "bos_token",
          "eos_token",
          "unk_token",
          "sep_token",
          "pad_token",
          "cls_token",
          "mask_token");

  private static final String SUFFIX = "_token";
  private static final String DECODER = "added_tokens_decoder";
  private static final String EXTRA = "extra_special_tokens";
  private static final String EXTRA_BEFORE = "additional_special_tokens";

  private final TokenizerFamily family;

  /** By key; empty where a file says that there is none. */
  private final Map<String, Optional<AddedToken>> named = new LinkedHashMap<>();

  private final Map<String, AddedToken> others = new LinkedHashMap<>();
  private final List<AddedToken> extra = new ArrayList<>();

  /** Those of an older key, of which {@code added_tokens.json} makes no special ones. */
  private final List<AddedToken> extraBefore = new ArrayList<>();

  /** Whether a file says which extra ones there are, if only that there are none. */
  private boolean extraSaid;

  /** By the ids that the files give them. */
  private final TreeMap<Integer, AddedToken> added = new TreeMap<>();

  private SpecialTokens(TokenizerFamily family) {
    this.family = family;
  }

  /**
   * Reads the files that there are.
   *
   * @param symbols extra tokens that come with the vocabulary, which those of the files replace
   * @throws CheckpointException when one has a value that is none for its key
   */
  static SpecialTokens read(
      CheckpointDirectory directory, TokenizerFamily family, List<AddedToken> symbols) {
    SpecialTokens tokens = new SpecialTokens(family);
    Optional<JsonFile> config = directory.findJson(TokenizerConfig.FILE);
    config.ifPresent(tokens::addNamed);
    config.ifPresent(tokens::addExtra);
    Optional<JsonFile> decoder = config.filter(file -> file.find(DECODER).isPresent());
    if (decoder.isPresent()) {
      tokens.addDecoder(decoder.get());
    } else {
      directory.findJson(MAP).ifPresent(tokens::addMap);
      directory.findJson(ADDED).ifPresent(tokens::addAdded);
    }
    if (family.sentencePiece()) {
      tokens.extraBefore.clear();
      tokens.extraBefore.addAll(tokens.extraSaid ? List.of() : symbols);
    }
    Map<String, AddedToken> byContent = new LinkedHashMap<>();
    tokens.added.values().forEach(token -> byContent.put(token.content(), token));
    tokens.named.replaceAll(
        (key, token) -> token.map(known -> byContent.getOrDefault(known.content(), known)));
    for (String key : KEYS) {
      tokens.named.computeIfAbsent(key, absent -> family.defaultToken(absent));
    }
    return tokens;
  }

  /** The token of a key such as {@code cls_token}, if there is one. */
  Optional<AddedToken> named(String key) {
    return named.getOrDefault(key, Optional.empty());
  }

  /**
   * The text of the token of a key, without which the tokenizer cannot be made.
   *
   * @throws CheckpointException when a file says that there is none
   */
  String required(String key) {
    return named(key)
        .map(AddedToken::content)
        .orElseThrow(
            () ->
                new CheckpointException(
                    String.format(
                        Locale.ROOT,
                        "%s is null, and the tokenizer needs one (%s)",
                        key,
                        TokenizerConfig.FILE)));
  }

  /** All tokens by their texts, in the order in which they get ids. */
  Map<String, AddedToken> inOrder() {
    List<AddedToken> special = new ArrayList<>();
    KEYS.forEach(key -> named(key).ifPresent(special::add));
    special.addAll(others.values());
    List<String> names = special.stream().map(AddedToken::content).toList();
    Map<String, AddedToken> all = new LinkedHashMap<>();
    for (AddedToken token : added.values()) {
      boolean isNamed = names.contains(token.content());
      all.put(token.content(), isNamed ? token.asSpecial() : token);
    }
    Set<String> given = Set.copyOf(all.keySet());
    special.addAll(extra);
    special.addAll(extraBefore);
    // Of several with one text the last one says what it is, and the first where it stands; one
    // that repeats another says nothing.
    special.stream()
        .distinct()
        .filter(token -> !given.contains(token.content()))
        .forEach(
            token ->
                all.put(
                    token.content(), names.contains(token.content()) ? token.asSpecial() : token));
    return all;
  }

  /** The ids that the files give to tokens, by the texts of these. */
  Map<String, Integer> givenIds() {
    Map<String, Integer> ids = new LinkedHashMap<>();
    added.forEach((id, token) -> ids.put(token.content(), id));
    return ids;
  }

  private void addNamed(JsonFile file) {
    for (String key : file.keys()) {
      Optional<JsonNode> value = file.find(key);
      if (KEYS.contains(key)) {
        named.put(key, value.map(token -> token(file, key, token)));
      } else if (key.endsWith(SUFFIX) && value.filter(SpecialTokens::isToken).isPresent()) {
        others.put(key, token(file, key, value.get()));
      }
    }
  }

  private void addExtra(JsonFile file) {
    Optional<JsonNode> given = file.find(EXTRA).filter(value -> !value.isEmpty());
    extraSaid = saysExtra(file) || given.isEmpty() && file.keys().contains(EXTRA_BEFORE);
    given.filter(JsonNode::isObject).ifPresent(names -> addOthers(file, names));
    given
        .filter(JsonNode::isArray)
        .ifPresent(list -> list.forEach(token -> extra.add(token(file, EXTRA, token))));
    List<AddedToken> before = given.isPresent() ? extraBefore : extra;
    if (extra.isEmpty()) {
      file.find(EXTRA_BEFORE)
          .ifPresent(list -> list.forEach(token -> before.add(token(file, EXTRA_BEFORE, token))));
    }
  }

  /** An object names tokens; only a list, or null, says which extra ones there are. */
  private static boolean saysExtra(JsonFile file) {
    return file.keys().contains(EXTRA) && file.find(EXTRA).filter(JsonNode::isObject).isEmpty();
  }

  private void addOthers(JsonFile file, JsonNode names) {
    names
        .properties()
        .forEach(name -> others.put(name.getKey(), token(file, EXTRA, name.getValue())));
  }

  private void addDecoder(JsonFile file) {
    JsonNode decoder = file.object(DECODER).orElseThrow();
    for (Map.Entry<String, JsonNode> entry : decoder.properties()) {
      int id;
      try {
        id = Integer.parseInt(entry.getKey());
      } catch (NumberFormatException e) {
        throw file.error("%s has the id %s, expected a number", DECODER, entry.getKey());
      }
      added.put(id, AddedToken.read(file, DECODER + "." + id, entry.getValue()));
    }
  }

  private void addMap(JsonFile file) {
    Map<String, AddedToken> before = new LinkedHashMap<>(others);
    others.clear();
    for (String key : file.keys()) {
      JsonNode value = file.find(key).orElse(null);
      if (value != null && key.endsWith(SUFFIX) && isToken(value)) {
        AddedToken token = token(file, key, value);
        token = value.isObject() ? token.asSpecial() : token;
        if (KEYS.contains(key)) {
          named.put(key, Optional.of(token));
        } else {
          others.put(key, token);
        }
      }
    }
    others.putAll(before);
    extraSaid = file.keys().contains(EXTRA) ? saysExtra(file) : extraSaid;
    file.find(EXTRA)
        .filter(JsonNode::isObject)
        .ifPresent(
            names -> {
              extra.clear();
              addOthers(file, names);
            });
    file.find(EXTRA)
        .filter(JsonNode::isArray)
        .ifPresent(list -> list.forEach(token -> extra.add(token(file, EXTRA, token).asSpecial())));
    Optional<JsonNode> older = file.find(EXTRA_BEFORE).filter(list -> extra.isEmpty());
    older.ifPresent(list -> extraBefore.clear());
    older.ifPresent(
        list -> list.forEach(token -> extraBefore.add(token(file, EXTRA_BEFORE, token))));
  }

  private void addAdded(JsonFile file) {
    List<String> special = new ArrayList<>();
    KEYS.forEach(key -> named(key).ifPresent(token -> special.add(token.content())));
    extra.forEach(token -> special.add(token.content()));
    for (String content : file.keys()) {
      int id =
          file.count(content).orElseThrow(() -> file.error("%s is null, expected an id", content));
      added.put(id, AddedToken.plain(content, special.contains(content)));
    }
  }

  private static boolean isToken(JsonNode value) {
    return value.isTextual() || value.path("content").isTextual();
  }

  private AddedToken token(JsonFile file, String key, JsonNode value) {
    return value.isTextual()
        ? family.token(key, value.textValue())
        : AddedToken.read(file, key, value);
  }
}
