package io.heed.text;

import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import io.heed.text.TokenizerOptions.Casing;
import io.heed.text.TokenizerOptions.Reading;
import io.heed.text.TokenizerOptions.Side;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Makes token ids of texts as a Hugging Face {@code tokenizer.json} says, special tokens included,
 * and texts of token ids.
 *
 * <p>The maximum length comes with each text, whatever the file's truncation says, and nothing is
 * padded; of that truncation only the side counts. A text is tokenized in the calling thread. Safe
 * for any number of threads.
 */
public final class TextTokenizer implements AutoCloseable {
  /** Characters for each token of the first attempt on a long text; English has about five. */
  private static final int CHARACTERS_PER_TOKEN = 8;

  /** Shorter texts are read to their end where it matters how long they are. */
  private static final int LEAST_CHARACTERS = 1 << 12;

  private static final int GROWTH = 4;
  private static final char REPLACEMENT = '\uFFFD';

  private final TokenizersLibrary library = NativeTokenizers.library();
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private final long handle;
  private final Path file;
  private final CutPoints cuts;
  private final DecoderContext decoderContext;
  private final Casing casing;
  private final Side truncationSide;
  private final boolean addsSpecialTokens;
  private final Optional<TokenBag> bag;
  private final int specialTokens;
  private boolean closed;

  private TextTokenizer(TokenizerJson json, Path file, TokenizerOptions options) {
    this.file = file;
    this.cuts = CutPoints.of(json);
    this.decoderContext = DecoderContext.of(json.decoder());
    this.casing = options.casing();
    this.truncationSide = options.truncationSide().orElse(json.truncationSide());
    this.addsSpecialTokens = options.reading() == Reading.WITH_SPECIAL_TOKENS;
    this.bag =
        options.reading() == Reading.KNOWN_TOKENS
            ? Optional.of(TokenBag.of(json, file))
            : Optional.empty();
    this.handle = create(json.text(), file);
    library.disableTruncation(handle);
    library.disablePadding(handle);
    this.specialTokens = countSpecialTokens(file);
  }

  private int countSpecialTokens(Path file) {
    try {
      return tokenizeOpen("", Integer.MAX_VALUE).ids().length;
    } catch (TokenizationException e) {
      library.deleteTokenizer(handle);
      throw new TokenizerException(String.format(Locale.ROOT, "%s (%s)", e.getMessage(), file), e);
    }
  }

  private long create(String json, Path file) {
    try {
      return library.createTokenizerFromString(json);
    } catch (RuntimeException e) {
      throw new TokenizerException(
          String.format(Locale.ROOT, "the tokenizer is not valid: %s (%s)", e.getMessage(), file),
          e);
    }
  }

  /**
   * Opens a {@code tokenizer.json}.
   *
   * @throws TokenizerException when it is absent or not valid
   */
  public static TextTokenizer open(Path tokenizerJson) {
    return open(tokenizerJson, TokenizerOptions.NONE);
  }

  /** As {@link #open(Path)}, with what is said outside of the file. */
  public static TextTokenizer open(Path tokenizerJson, TokenizerOptions options) {
    return open(TokenizerJson.read(tokenizerJson), tokenizerJson, options);
  }

  /**
   * As {@link #open(Path, TokenizerOptions)}, from the text of such a file.
   *
   * @param origin the file that the text was made from, which errors name
   */
  public static TextTokenizer of(String tokenizerJson, Path origin, TokenizerOptions options) {
    return open(TokenizerJson.of(tokenizerJson, origin), origin, options);
  }

  private static TextTokenizer open(TokenizerJson json, Path file, TokenizerOptions options) {
    return new TextTokenizer(json.with(options.parts()), file, options);
  }

  /** How many tokens are added to every text, such as {@code [CLS]} and {@code [SEP]}. */
  public int specialTokens() {
    return specialTokens;
  }

  /**
   * The tokens of {@code text}. Where it has more than {@code maxLength}, tokens are left out at
   * its end, or its beginning where the tokenizer cuts at the left, and the special tokens stay;
   * only as much of a long text is tokenized as that takes. Unpaired surrogates count as U+FFFD.
   *
   * @param maxLength the most tokens, special tokens included
   * @throws IllegalArgumentException when {@code maxLength} is below {@link #specialTokens()}
   * @throws TokenizationException when the tokenizer has no tokens for this text
   */
  public TokenizedText tokenize(String text, int maxLength) {
    if (maxLength < specialTokens) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a maximum length of %d tokens has no room for the %d special tokens of the tokenizer",
              maxLength,
              specialTokens));
    }
    lock.readLock().lock();
    try {
      requireOpen();
      return tokenizeOpen(text, maxLength);
    } finally {
      lock.readLock().unlock();
    }
  }

  /** At which end of a text tokens are left out. */
  public Side truncationSide() {
    return truncationSide;
  }

  /**
   * The tokens of a text without any special ones around it; {@code truncated} where they are not
   * all. Where it has more than {@code most}, and its end is what is cut, they may be fewer than
   * all, but are more than {@code most}.
   *
   * @throws TokenizationException when the tokenizer has no tokens for this text
   */
  public TokenizedText plainTokens(String text, int most) {
    lock.readLock().lock();
    try {
      requireOpen();
      long limit = Math.max(LEAST_CHARACTERS, (most + 1L) * CHARACTERS_PER_TOKEN);
      while (limit < text.length() && truncationSide == Side.RIGHT) {
        int cut = cuts.near(text, (int) limit);
        int[] start = plain(text.substring(0, cut));
        if (cut == text.length() || start.length > most) {
          return new TokenizedText(start, cut < text.length());
        }
        limit = Math.max(limit, cut) * GROWTH;
      }
      return new TokenizedText(plain(text), false);
    } finally {
      lock.readLock().unlock();
    }
  }

  private int[] plain(String text) {
    long encoding = encoding(prepare(text), false);
    try {
      return ids(encoding);
    } finally {
      library.deleteEncoding(encoding);
    }
  }

  /**
   * How two texts stand together.
   *
   * @throws TokenizerException when the tokenizer does not put one behind the other
   */
  public PairTemplate pairs() {
    lock.readLock().lock();
    try {
      requireOpen();
      int[] first = plain(PairTemplate.FIRST);
      int[] second = plain(PairTemplate.SECOND);
      long encoding =
          library.encodeDual(handle, PairTemplate.FIRST, PairTemplate.SECOND, addsSpecialTokens);
      try {
        PairTemplate.Pair pair =
            new PairTemplate.Pair(ids(encoding), narrow(library.getTypeIds(encoding)));
        return PairTemplate.of(pair, library.getSpecialTokenMask(encoding), first, second)
            .orElseThrow(
                () ->
                    new TokenizerException(
                        String.format(
                            Locale.ROOT,
                            "the tokenizer does not put a text behind another, or has no tokens"
                                + " for one (%s)",
                            file)));
      } finally {
        library.deleteEncoding(encoding);
      }
    } finally {
      lock.readLock().unlock();
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the tokenizer is closed");
    }
  }

  /**
   * Tokens that a text has before those of what follows it: its own with the special tokens at the
   * beginning, as sentence-transformers counts those of a prompt.
   *
   * @throws TokenizationException when the tokenizer has no tokens for this text
   */
  public int tokensBefore(String text) {
    lock.readLock().lock();
    try {
      requireOpen();
      long encoding = encoding(prepare(text));
      try {
        long[] special = library.getSpecialTokenMask(encoding);
        int count = special.length;
        return count > 0 && special[count - 1] == 1 ? count - 1 : count;
      } finally {
        library.deleteEncoding(encoding);
      }
    } finally {
      lock.readLock().unlock();
    }
  }

  /**
   * The text of some token ids, as the tokenizer's own decoder makes it: what {@code decode} of
   * Hugging Face's tokenizers gives with {@code skip_special_tokens}, nothing cleaned up after it.
   * With a byte-level decoder these are the bytes of the tokens read as UTF-8, U+FFFD for what is
   * not UTF-8, such as a character of which a token is missing. Special tokens are left out, and so
   * are ids that the tokenizer has not.
   *
   * @throws TokenizationException when the tokenizer has no text for these ids
   */
  public String decode(int... ids) {
    lock.readLock().lock();
    try {
      requireOpen();
      return decodeOpen(Arrays.stream(ids).filter(id -> id >= 0).asLongStream().toArray());
    } finally {
      lock.readLock().unlock();
    }
  }

  DecoderContext decoderContext() {
    return decoderContext;
  }

  private String decodeOpen(long[] ids) {
    try {
      return library.decode(handle, ids, true);
    } catch (RuntimeException e) {
      throw new TokenizationException("the tokenizer rejects the ids: " + e.getMessage(), e);
    }
  }

  private TokenizedText tokenizeOpen(String text, int maxLength) {
    if (bag.isPresent()) {
      return tokenizeBag(bag.get(), text, maxLength);
    }
    long limit = (maxLength + 1L) * CHARACTERS_PER_TOKEN;
    while (limit < text.length() && truncationSide == Side.RIGHT) {
      int cut = cuts.near(text, (int) limit);
      if (cut == text.length()) {
        break;
      }
      TokenizedText start = truncate(prepare(text.substring(0, cut)), maxLength);
      if (start.truncated()) {
        return start;
      }
      limit = Math.max(limit, cut) * GROWTH;
    }
    return truncate(prepare(text), maxLength);
  }

  private TokenizedText tokenizeBag(TokenBag rule, String text, int maxLength) {
    String beginning = rule.beginning(text, maxLength);
    int[] all = truncate(prepare(beginning), Integer.MAX_VALUE).ids();
    int[] ids = rule.read(all);
    boolean truncated =
        beginning.length() < text.length() || rule.cuts(all.length) || ids.length > maxLength;
    return new TokenizedText(
        ids.length > maxLength ? Arrays.copyOf(ids, maxLength) : ids, truncated);
  }

  private String prepare(String text) {
    String paired = replaceUnpairedSurrogates(text);
    return casing == Casing.LOWER ? paired.toLowerCase(Locale.ROOT) : paired;
  }

  private TokenizedText truncate(String text, int maxLength) {
    long encoding = encoding(text);
    try {
      int[] ids = ids(encoding);
      if (ids.length <= maxLength) {
        return new TokenizedText(ids, false);
      }
      return new TokenizedText(cut(ids, encoding, maxLength), true);
    } finally {
      library.deleteEncoding(encoding);
    }
  }

  /** Leaves out tokens at one end of the text itself, not the special tokens around it. */
  private int[] cut(int[] ids, long encoding, int maxLength) {
    long[] special = library.getSpecialTokenMask(encoding);
    int before = 0;
    int behind = 0;
    if (truncationSide == Side.RIGHT) {
      while (special[ids.length - 1 - behind] == 1) {
        behind++;
      }
      before = maxLength - behind;
    } else {
      while (special[before] == 1) {
        before++;
      }
      behind = maxLength - before;
    }
    int[] kept = Arrays.copyOf(ids, maxLength);
    System.arraycopy(ids, ids.length - behind, kept, before, behind);
    return kept;
  }

  private long encoding(String text) {
    return encoding(text, addsSpecialTokens);
  }

  private long encoding(String text, boolean withSpecialTokens) {
    try {
      return library.encode(handle, text, withSpecialTokens);
    } catch (RuntimeException e) {
      throw new TokenizationException("the tokenizer rejects the text: " + e.getMessage(), e);
    }
  }

  private int[] ids(long encoding) {
    return narrow(library.getTokenIds(encoding));
  }

  private static int[] narrow(long[] wide) {
    int[] ids = new int[wide.length];
    for (int i = 0; i < ids.length; i++) {
      if (wide[i] > Integer.MAX_VALUE) {
        throw new TokenizationException(
            String.format(Locale.ROOT, "token id %d is above 2^31 - 1", wide[i]), null);
      }
      ids[i] = (int) wide[i];
    }
    return ids;
  }

  private static String replaceUnpairedSurrogates(String text) {
    StringBuilder replaced = null;
    for (int i = 0; i < text.length(); i++) {
      if (!Character.isSurrogate(text.charAt(i))) {
        continue;
      }
      if (i + 1 < text.length() && Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1))) {
        i++;
        continue;
      }
      replaced = replaced == null ? new StringBuilder(text) : replaced;
      replaced.setCharAt(i, REPLACEMENT);
    }
    return replaced == null ? text : replaced.toString();
  }

  /** Frees the native tokenizer once no thread uses it. */
  @Override
  public void close() {
    lock.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        library.deleteTokenizer(handle);
      }
    } finally {
      lock.writeLock().unlock();
    }
  }
}
