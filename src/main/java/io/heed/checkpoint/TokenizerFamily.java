package io.heed.checkpoint;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The tokenizer classes of transformers that can be made without a {@code tokenizer.json}. */
enum TokenizerFamily {
  BERT(
      List.of("BertTokenizer", "DistilBertTokenizer", "ElectraTokenizer"),
      List.of("bert", "distilbert", "electra"),
      List.of(TokenizerFamily.PIECES),
      Map.of(
          "unk_token", "[UNK]",
          "sep_token", "[SEP]",
          "pad_token", "[PAD]",
          "cls_token", "[CLS]",
          "mask_token", "[MASK]")),
  MPNET(
      List.of("MPNetTokenizer"),
      List.of("mpnet"),
      List.of(TokenizerFamily.PIECES),
      Map.of(
          "bos_token", "<s>",
          "eos_token", "</s>",
          "unk_token", "[UNK]",
          "sep_token", "</s>",
          "pad_token", "<pad>",
          "cls_token", "<s>",
          "mask_token", "<mask>")),
  ROBERTA(
      List.of("RobertaTokenizer"),
      List.of("roberta"),
      List.of(TokenizerFamily.IDS, TokenizerFamily.MERGES),
      Defaults.FAIRSEQ),
  GPT2(
      List.of("GPT2Tokenizer"),
      List.of("gpt2"),
      List.of(TokenizerFamily.IDS, TokenizerFamily.MERGES),
      Map.of(
          "bos_token", "<|endoftext|>",
          "eos_token", "<|endoftext|>",
          "unk_token", "<|endoftext|>")),
  OPENAI_GPT(
      List.of("OpenAIGPTTokenizer"),
      List.of("openai-gpt"),
      List.of(TokenizerFamily.IDS, TokenizerFamily.MERGES),
      Map.of("unk_token", "<unk>")),
  XLM_ROBERTA(
      List.of("XLMRobertaTokenizer"),
      List.of("xlm-roberta"),
      List.of(TokenizerFamily.BPE_MODEL),
      Defaults.FAIRSEQ),
  CAMEMBERT(
      List.of("CamembertTokenizer"),
      List.of("camembert"),
      List.of(TokenizerFamily.BPE_MODEL),
      Defaults.FAIRSEQ),
  ALBERT(
      List.of("AlbertTokenizer"),
      List.of("albert"),
      List.of(TokenizerFamily.SPIECE_MODEL),
      Map.of(
          "bos_token", "[CLS]",
          "eos_token", "[SEP]",
          "unk_token", "<unk>",
          "sep_token", "[SEP]",
          "pad_token", "<pad>",
          "cls_token", "[CLS]",
          "mask_token", "[MASK]")),
  DEBERTA_V2(
      List.of("DebertaV2Tokenizer"),
      List.of("deberta-v2"),
      List.of(TokenizerFamily.SPM_MODEL),
      Map.of(
          "bos_token", "[CLS]",
          "eos_token", "[SEP]",
          "unk_token", "[UNK]",
          "sep_token", "[SEP]",
          "pad_token", "[PAD]",
          "cls_token", "[CLS]",
          "mask_token", "[MASK]")),
  T5(
      List.of("T5Tokenizer"),
      List.of("t5", "mt5"),
      List.of(TokenizerFamily.SPIECE_MODEL),
      Map.of("eos_token", "</s>", "unk_token", "<unk>", "pad_token", "<pad>"));

  /** WordPiece: a piece on every line, its number the id. */
  static final String PIECES = "vocab.txt";

  /** BPE: pieces to ids. */
  static final String IDS = "vocab.json";

  /** BPE: two pieces on every line, which become one. */
  static final String MERGES = "merges.txt";

  /** SentencePiece: pieces and their scores. */
  static final String BPE_MODEL = "sentencepiece.bpe.model";

  /** SentencePiece. */
  static final String SPIECE_MODEL = "spiece.model";

  /** SentencePiece. */
  static final String SPM_MODEL = "spm.model";

  private static final String FAST = "Fast";

  /** Special tokens of more than one class. */
  private static final class Defaults {
    private static final Map<String, String> FAIRSEQ =
        Map.of(
            "bos_token", "<s>",
            "eos_token", "</s>",
            "unk_token", "<unk>",
            "sep_token", "</s>",
            "pad_token", "<pad>",
            "cls_token", "<s>",
            "mask_token", "<mask>");

    private Defaults() {}
  }

  private final List<String> classes;
  private final List<String> modelTypes;
  private final List<String> files;
  private final Map<String, String> tokens;

  TokenizerFamily(
      List<String> classes,
      List<String> modelTypes,
      List<String> files,
      Map<String, String> tokens) {
    this.classes = classes;
    this.modelTypes = modelTypes;
    this.files = files;
    this.tokens = tokens;
  }

  /** The family of a class, with or without {@code Fast} at its end. */
  static Optional<TokenizerFamily> ofClass(String name) {
    String slow = name.endsWith(FAST) ? name.substring(0, name.length() - FAST.length()) : name;
    return Arrays.stream(values()).filter(family -> family.classes.contains(slow)).findFirst();
  }

  /** The family that a {@code model_type} has where no class is named. */
  static Optional<TokenizerFamily> ofModelType(String modelType) {
    return Arrays.stream(values())
        .filter(family -> family.modelTypes.contains(modelType))
        .findFirst();
  }

  /** The names of all classes. */
  static List<String> allClasses() {
    return Arrays.stream(values()).flatMap(family -> family.classes.stream()).toList();
  }

  /** The name of the class, or of the first of several that do the same. */
  String className() {
    return classes.get(0);
  }

  /** The files that the vocabulary stands in, all of which have to be there. */
  List<String> files() {
    return files;
  }

  /** Whether the vocabulary is one of WordPiece. */
  boolean wordPiece() {
    return files.contains(PIECES);
  }

  /** Whether the vocabulary is a SentencePiece model. */
  boolean sentencePiece() {
    return files.get(0).endsWith(".model");
  }

  /** The special token that a key such as {@code cls_token} stands for where nothing else says. */
  Optional<AddedToken> defaultToken(String key) {
    return Optional.ofNullable(tokens.get(key)).map(content -> token(key, content));
  }

  /** A special token of which only the text is given. */
  AddedToken token(String key, String content) {
    AddedToken token = AddedToken.special(content);
    boolean strips = this == MPNET || this == CAMEMBERT;
    return strips && key.equals("mask_token") ? token.strippingLeft() : token;
  }
}
