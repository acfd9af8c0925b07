package io.heed.checkpoint;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The tokenizer of a checkpoint without {@code tokenizer.json}, made of the files that transformers
 * had before it. Which class reads them is what {@code tokenizer_config.json} says, else {@code
 * config.json}, else it follows from the {@code model_type}.
 */
final class OlderTokenizer {
  private static final String CLASS = "tokenizer_class";

  /** What tokenizers of other families stand in; named where one of them is all there is. */
  private static final List<String> NOT_READ =
      List.of(
          TokenizerFamily.BPE_MODEL,
          TokenizerFamily.SPIECE_MODEL,
          TokenizerFamily.SPM_MODEL,
          "tokenizer.model",
          "source.spm",
          TokenizerFamily.PIECES,
          TokenizerFamily.IDS,
          TokenizerFamily.MERGES);

  private final CheckpointDirectory directory;
  private final ConfigFile modelConfig;
  private final TokenizerConfig config;

  OlderTokenizer(CheckpointDirectory directory, ConfigFile modelConfig, TokenizerConfig config) {
    this.directory = directory;
    this.modelConfig = modelConfig;
    this.config = config;
  }

  /** The file of the vocabulary, when all files that the class reads are there. */
  Optional<Path> vocabulary() {
    return family()
        .filter(known -> known.files().stream().allMatch(directory::has))
        .flatMap(known -> directory.find(known.files().get(0)));
  }

  /** Finds every file that has a say, so that the content hash covers them. */
  void findFiles() {
    if (vocabulary().isPresent()) {
      family().orElseThrow().files().forEach(directory::find);
      directory.find(SpecialTokens.MAP);
      directory.find(SpecialTokens.ADDED);
    }
  }

  /**
   * The {@code tokenizer.json} that the files amount to.
   *
   * @throws CheckpointException when there are none, or they ask for what is not supported
   */
  String document() {
    if (vocabulary().isEmpty()) {
      throw missing();
    }
    TokenizerFamily family = family().orElseThrow();
    Optional<JsonFile> file = directory.findJson(TokenizerConfig.FILE);
    file.ifPresent(OlderTokenizer::requireSupported);
    return family.sentencePiece() ? scored(family, file) : numbered(family, file);
  }

  private String numbered(TokenizerFamily family, Optional<JsonFile> file) {
    String name = family.files().get(0);
    Path vocabulary = directory.require(name);
    String told = directory.told(name);
    SpecialTokens tokens = SpecialTokens.read(directory, family, List.of());
    NumberedVocabulary numbered =
        new NumberedVocabulary(
            family,
            tokens,
            family.wordPiece()
                ? VocabularyFile.pieces(vocabulary, told)
                : VocabularyFile.ids(vocabulary, told),
            family.wordPiece() ? List.of() : merges(),
            config.parts());
    return TokenizerDocument.write(family, tokens, numbered, ends(file), told);
  }

  private String scored(TokenizerFamily family, Optional<JsonFile> file) {
    String name = family.files().get(0);
    String told = directory.told(name);
    SentencePieceModel model = SentencePieceFile.read(directory.require(name), told);
    SentencePieceOptions options = SentencePieceOptions.read(file, family);
    SpecialTokens tokens =
        SpecialTokens.read(directory, family, ScoredPieces.symbols(family, model, options));
    ScoredVocabulary scored =
        new ScoredVocabulary(
            family, ScoredPieces.of(family, model, tokens, options), model, options);
    return TokenizerDocument.write(family, tokens, scored, ends(file), told);
  }

  private static TokenizerDocument.Ends ends(Optional<JsonFile> file) {
    return new TokenizerDocument.Ends(
        file.flatMap(json -> json.bool("add_bos_token")),
        file.flatMap(json -> json.bool("add_eos_token")));
  }

  private Optional<TokenizerFamily> family() {
    return className()
        .map(TokenizerFamily::ofClass)
        .orElseGet(() -> TokenizerFamily.ofModelType(modelConfig.string("model_type").orElse("")));
  }

  private Optional<String> className() {
    return directory
        .findJson(TokenizerConfig.FILE)
        .flatMap(json -> json.string(CLASS))
        .or(() -> modelConfig.string(CLASS));
  }

  /** Refuses what would make other ids than the classes that are known here. */
  private static void requireSupported(JsonFile json) {
    json.object("auto_map")
        .filter(map -> map.has("AutoTokenizer"))
        .ifPresent(
            map -> {
              throw json.error(
                  "auto_map asks for a tokenizer with code of its own, which is not run");
            });
    if (!json.bool("do_basic_tokenize").orElse(true)) {
      throw json.error("do_basic_tokenize false is not supported; supported: true");
    }
    if (json.bool("split_special_tokens").orElse(false)) {
      throw json.error("split_special_tokens true is not supported; supported: false");
    }
  }

  private List<String[]> merges() {
    return VocabularyFile.merges(
        directory.require(TokenizerFamily.MERGES), directory.told(TokenizerFamily.MERGES));
  }

  private CheckpointException missing() {
    List<String> others = NOT_READ.stream().filter(directory::has).toList();
    return new CheckpointException(
        String.format(
            Locale.ROOT,
            "there is no %1$s in %2$s, which texts need%3$s%4$s. To make it:"
                + " python -c \"from transformers import AutoTokenizer;"
                + " AutoTokenizer.from_pretrained('%2$s').save_pretrained('%2$s')\"",
            TokenizerDocument.FILE,
            directory.path().toAbsolutePath(),
            instead(),
            others.isEmpty()
                ? ""
                : String.format(
                    Locale.ROOT, "; of what is there, %s do not do", String.join(", ", others))));
  }

  private String instead() {
    Optional<TokenizerFamily> family = family();
    if (family.isPresent()) {
      String files = String.join(" and ", family.get().files());
      return String.format(Locale.ROOT, ", nor %s, which would do", files);
    }
    String known = String.join(", ", TokenizerFamily.allClasses());
    return className()
        .map(name -> String.format(Locale.ROOT, "; without it, %s is not one of %s", name, known))
        .orElseGet(
            () ->
                String.format(
                    Locale.ROOT,
                    "; without it, model_type %s has none of %s",
                    modelConfig.string("model_type").orElse(""),
                    known));
  }
}
