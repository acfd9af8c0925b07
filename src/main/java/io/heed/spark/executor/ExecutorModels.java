package io.heed.spark.executor;

import io.heed.architecture.ModelCheckpoint;
import io.heed.checkpoint.CheckpointException;
import io.heed.engine.Encoder;
import io.heed.engine.ModelEncoder;
import io.heed.engine.ModelPredictor;
import io.heed.engine.ModelTokenizer;
import io.heed.engine.Predictor;
import io.heed.engine.VectorEnding;
import io.heed.kernel.KernelChoice;
import io.heed.kernel.KernelProvider;
import io.heed.kernel.Kernels;
import io.heed.kernel.ReferenceKernels;
import io.heed.layer.Poolings;
import io.heed.layer.VectorHead;
import io.heed.model.ModelHead;
import io.heed.model.ModelSpec;
import io.heed.model.Transformer;
import io.heed.settings.SettingException;
import io.heed.text.TextTokenizer;
import io.heed.text.TokenStrings;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.SparkEnv;

/**
 * The models of this JVM: each is loaded once, by the first task that needs it, and shared
 * read-only by all others. It stays for later tasks, and gives way when no task uses it and the
 * heap runs short, so that a long session can use one model after the other.
 */
public final class ExecutorModels {
  private static final ExecutorCache<Key, Transformer> MODELS = new ExecutorCache<>();

  /** What belongs to a model, which stays as long as that does. */
  private static final Map<Transformer, VectorHead> HEADS =
      Collections.synchronizedMap(new WeakHashMap<>());

  private static final ConcurrentMap<Key, Tokenizers> TOKENIZERS = new ConcurrentHashMap<>();
  private static final ExecutorCache<Key, DescribedModel> DESCRIBED = new ExecutorCache<>();

  /** In place of kernels, where others compute. */
  private static final String ELSEWHERE = "elsewhere";

  private static final AtomicInteger LOADS = new AtomicInteger();

  /**
   * What makes two loaded models the same, wherever their files lie.
   *
   * @param task whose weights or modules these are, else null
   * @param head what stands behind the hidden states
   */
  private record Key(String hash, String task, ModelHead head, String kernels) {
    static Key of(ModelReference reference, String kernels) {
      return new Key(reference.hash(), reference.task(), reference.head(), kernels);
    }
  }

  /**
   * A model that is ready to compute.
   *
   * @param model the weights, packed for {@code kernels}
   * @param head what turns pooled vectors into others
   */
  public record LoadedModel(
      ModelReference reference,
      Transformer model,
      VectorHead head,
      Kernels kernels,
      Tokenizers tokenizers) {

    /** What makes vectors of tokens. */
    public Encoder encoder(Poolings pooling, VectorEnding ending) {
      return new ModelEncoder(model, kernels, pooling, head, ending);
    }

    /**
     * What tells how tokens go on.
     *
     * @throws IllegalStateException when the model is no decoder, which a plan has checked
     */
    public Predictor predictor() {
      return model
          .decoder()
          .map(decoder -> new ModelPredictor(decoder, kernels))
          .orElseThrow(
              () -> new IllegalStateException(model.spec().modelType() + " is no decoder"));
    }

    /** The model's tokenizer, opened at the first call: rows of token ids need none. */
    public TextTokenizer tokenizer() {
      return tokenizers.tokenizer(reference);
    }

    /** The strings of the model's tokens, read at the first call; numbers without a tokenizer. */
    public TokenStrings tokenStrings() {
      return tokenizers.strings(reference, model.spec().vocabulary());
    }
  }

  /** The tokenizer of one model, which holds memory that no heap accounts for: it stays. */
  static final class Tokenizers {
    private final String hash;
    private TextTokenizer tokenizer;
    private TokenStrings strings;

    /** For the files of this hash, the weights aside. */
    private Tokenizers(String hash) {
      this.hash = hash;
    }

    private ModelCheckpoint open(ModelReference reference) {
      ModelCheckpoint checkpoint = reference.open();
      if (!checkpoint.hashBesideWeights().equals(hash)) {
        checkpoint.close();
        throw new CheckpointException(
            String.format(
                Locale.ROOT,
                "the checkpoint %s on %s has changed since its weights were loaded there",
                checkpoint.files().path(),
                executor()));
      }
      return checkpoint;
    }

    private synchronized TextTokenizer tokenizer(ModelReference reference) {
      if (tokenizer == null) {
        try (ModelCheckpoint checkpoint = open(reference)) {
          tokenizer = ModelTokenizer.open(checkpoint.files());
        }
      }
      return tokenizer;
    }

    private synchronized TokenStrings strings(ModelReference reference, int vocabulary) {
      if (strings == null) {
        try (ModelCheckpoint checkpoint = open(reference)) {
          strings = ModelTokenizer.strings(checkpoint.files(), vocabulary);
        }
      }
      return strings;
    }
  }

  /**
   * A model whose weights this JVM does not hold on the heap: they are computed with elsewhere.
   *
   * @param spec what it is
   */
  public record DescribedModel(ModelReference reference, ModelSpec spec, Tokenizers tokenizers) {

    /** The model's tokenizer, opened at the first call: rows of token ids need none. */
    public TextTokenizer tokenizer() {
      return tokenizers.tokenizer(reference);
    }
  }

  private ExecutorModels() {}

  /**
   * The model, loaded if it is not yet.
   *
   * @throws CheckpointException when the files differ from those that the driver saw
   * @throws SettingException when the kernels asked for cannot run here
   */
  public static LoadedModel get(ModelReference reference) {
    Kernels kernels = kernels(reference.kernel()).kernels();
    Key key = Key.of(reference, kernels.name());
    Transformer model = MODELS.get(key, () -> load(key, reference, kernels));
    return new LoadedModel(reference, model, HEADS.get(model), kernels, TOKENIZERS.get(key));
  }

  /**
   * The model without its weights.
   *
   * @throws CheckpointException when the files differ from those that the driver saw
   */
  public static DescribedModel describe(ModelReference reference) {
    return DESCRIBED.get(
        Key.of(reference, ELSEWHERE),
        () -> {
          try (ModelCheckpoint checkpoint = openSame(reference)) {
            Tokenizers tokenizers = new Tokenizers(checkpoint.hashBesideWeights());
            return new DescribedModel(reference, checkpoint.spec(), tokenizers);
          }
        });
  }

  /**
   * Loads the weights for whoever takes them elsewhere, and keeps none.
   *
   * @throws CheckpointException when the files differ from those that the driver saw
   */
  public static Transformer load(ModelReference reference) {
    try (ModelCheckpoint checkpoint = openSame(reference)) {
      return checkpoint.load(new ReferenceKernels());
    }
  }

  private static ModelCheckpoint openSame(ModelReference reference) {
    ModelCheckpoint checkpoint = reference.open();
    if (checkpoint.hash().equals(reference.hash())) {
      return checkpoint;
    }
    checkpoint.close();
    throw new CheckpointException(
        String.format(
            Locale.ROOT,
            "the checkpoint %s on %s differs from the driver's: its content hash is %s, the driver's %s",
            checkpoint.files().path(),
            executor(),
            checkpoint.hash(),
            reference.hash()));
  }

  private static Transformer load(Key key, ModelReference reference, Kernels kernels) {
    try (ModelCheckpoint checkpoint = openSame(reference)) {
      TOKENIZERS.putIfAbsent(key, new Tokenizers(checkpoint.hashBesideWeights()));
      Transformer loaded = checkpoint.load(kernels);
      HEADS.put(loaded, checkpoint.head(reference.head(), kernels));
      LOADS.incrementAndGet();
      return loaded;
    }
  }

  /**
   * The kernels of this JVM for a choice.
   *
   * @throws SettingException when they cannot run here
   */
  public static KernelProvider.Choice kernels(KernelChoice choice) {
    try {
      return KernelProvider.choose(choice);
    } catch (IllegalStateException e) {
      throw new SettingException(
          String.format(
              Locale.ROOT,
              "%s on %s: %s",
              ModelSettings.KERNEL.option(),
              executor(),
              e.getMessage()));
    }
  }

  /** The kernels that compute a model in this JVM, for the report. */
  public static KernelUse use(ModelReference reference) {
    return KernelUse.of(kernels(reference.kernel()));
  }

  /** How many times this JVM has loaded a model so far. */
  static int loads() {
    return LOADS.get();
  }

  /** What messages call this JVM. */
  public static String executor() {
    SparkEnv env = SparkEnv.get();
    return env == null
        ? "this machine"
        : String.format(
            Locale.ROOT,
            "executor %s (%s)",
            env.executorId(),
            env.blockManager().blockManagerId().host());
  }
}
