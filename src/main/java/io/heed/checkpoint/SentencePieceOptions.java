package io.heed.checkpoint;

import java.util.Optional;

/**
 * What {@code tokenizer_config.json} says that only classes with a SentencePiece model ask for.
 *
 * @param lowerCase {@code do_lower_case}
 * @param keepAccents {@code keep_accents}
 * @param splitsPunctuation {@code split_by_punct}
 * @param prefixSpace {@code add_prefix_space}
 * @param extraIds {@code extra_ids}
 */
record SentencePieceOptions(
    boolean lowerCase,
    boolean keepAccents,
    boolean splitsPunctuation,
    boolean prefixSpace,
    int extraIds) {
  private static final String EXTRA_IDS = "extra_ids";
  private static final int DEFAULT_EXTRA_IDS = 100;
  private static final int MAX_EXTRA_IDS = 1 << 16;

  /** Reads the file, if there is one, with the defaults of a class. */
  static SentencePieceOptions read(Optional<JsonFile> file, TokenizerFamily family) {
    return new SentencePieceOptions(
        bool(file, "do_lower_case", family == TokenizerFamily.ALBERT),
        bool(file, "keep_accents", false),
        bool(file, "split_by_punct", false),
        bool(file, "add_prefix_space", true),
        file.map(SentencePieceOptions::extraIds).orElse(DEFAULT_EXTRA_IDS));
  }

  private static boolean bool(Optional<JsonFile> file, String key, boolean otherwise) {
    return file.flatMap(json -> json.bool(key)).orElse(otherwise);
  }

  private static int extraIds(JsonFile json) {
    int ids = json.count(EXTRA_IDS).orElse(DEFAULT_EXTRA_IDS);
    if (ids > MAX_EXTRA_IDS) {
      throw json.error("%s is %d, supported: at most %d", EXTRA_IDS, ids, MAX_EXTRA_IDS);
    }
    return ids;
  }
}
