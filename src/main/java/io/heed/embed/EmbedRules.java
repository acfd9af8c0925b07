package io.heed.embed;

import io.heed.checkpoint.SentenceTransformers;
import io.heed.layer.Pooling;
import io.heed.model.ModelSpec;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What a model can be asked for when it embeds, wherever it is asked. */
final class EmbedRules {
  private EmbedRules() {}

  /**
   * Why a model cannot pool so, or empty.
   *
   * @param place where the pooling is said
   */
  static Optional<String> poolingFault(List<Pooling> pooling, ModelSpec spec, String place) {
    if (pooling.contains(Pooling.TOKENS) && pooling.size() > 1) {
      return Optional.of(
          String.format(
              Locale.ROOT, "%s tokens gives a vector per token, and goes with no other", place));
    }
    return pooling.contains(Pooling.CLS) && spec.causal()
        ? Optional.of(
            String.format(
                Locale.ROOT,
                "%s cls takes the first token, which in a decoder (%s) sees nothing but itself; take"
                    + " last or mean",
                place,
                spec.modelType()))
        : Optional.empty();
  }

  /**
   * Why the modules of a checkpoint cannot take vectors that are pooled so, or empty.
   *
   * @param width values of a pooled vector
   * @param place where the pooling is said
   */
  static Optional<String> widthFault(SentenceTransformers own, int width, String place) {
    return own.modules().stream()
        .findFirst()
        .filter(first -> first.inputs() != width)
        .map(
            first ->
                String.format(
                    Locale.ROOT,
                    "%s gives vectors of %d values, but the modules of the checkpoint take %d",
                    place,
                    width,
                    first.inputs()));
  }

  /**
   * Why a prompt that is not pooled leaves nothing to pool, or empty.
   *
   * @param place where the length is said
   */
  static Optional<String> promptLengthFault(int promptTokens, int maxLength, String place) {
    return promptTokens >= maxLength
        ? Optional.of(
            String.format(
                Locale.ROOT,
                "the prompt has %d tokens, which are not pooled; the maximum length %d (%s) leaves no"
                    + " others",
                promptTokens,
                maxLength,
                place))
        : Optional.empty();
  }

  /**
   * Why a checkpoint has no prompt of a name, or empty.
   *
   * @param place where the name is given
   */
  static Optional<String> promptFault(SentenceTransformers own, String name, String place) {
    Map<String, String> prompts = own.prompts();
    if (prompts.containsKey(name)) {
      return Optional.empty();
    }
    return Optional.of(
        prompts.isEmpty()
            ? String.format(
                Locale.ROOT,
                "%s %s: the checkpoint has no prompts (config_sentence_transformers.json)",
                place,
                name)
            : String.format(
                Locale.ROOT,
                "%s %s is not a prompt of the checkpoint; it has %s",
                place,
                name,
                String.join(", ", new TreeMap<>(prompts).keySet())));
  }
}
