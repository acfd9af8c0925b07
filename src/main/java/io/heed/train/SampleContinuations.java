package io.heed.train;

import io.heed.architecture.ModelCheckpoint;
import io.heed.engine.Continuation;
import io.heed.engine.GenerationEngine;
import io.heed.engine.GenerationStream;
import io.heed.engine.ModelPredictor;
import io.heed.engine.ModelTokenizer;
import io.heed.engine.OutcomeStream.Outcome;
import io.heed.engine.Prompt;
import io.heed.engine.Sampling;
import io.heed.engine.StopRule;
import io.heed.kernel.KernelChoice;
import io.heed.kernel.KernelProvider;
import io.heed.kernel.Kernels;
import io.heed.row.Rejectable;
import io.heed.text.TextTokenizer;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Shows how the sample's model goes on with beginnings of stories. */
final class SampleContinuations {
  private static final List<String> BEGINNINGS =
      List.of(
          "On Friday Mia went to the",
          "On Sunday Otto went to the harbour. There",
          "On Monday Ruth went to the museum. There she found a silver key. It was cold, so");
  private static final int TOKENS = 60;

  private SampleContinuations() {}

  /** Prints them. */
  static void show(Path directory, PrintStream out) {
    Kernels kernels = KernelProvider.choose(KernelChoice.AUTO).kernels();
    try (ModelCheckpoint checkpoint = ModelCheckpoint.open(directory);
        TextTokenizer tokenizer = ModelTokenizer.open(checkpoint.files())) {
      GenerationEngine engine =
          new GenerationEngine(
              new ModelPredictor(checkpoint.load(kernels).decoder().orElseThrow(), kernels),
              kernels,
              Sampling.GREEDY,
              new StopRule(
                  checkpoint.spec().endOfText(), Set.of(), List.of(), Optional.of(tokenizer)),
              TOKENS,
              1024,
              1024);
      GenerationStream<String> stream =
          new GenerationStream<>(
              BEGINNINGS.iterator(),
              text -> Rejectable.of(new Prompt(tokenizer.tokenize(text, TOKENS).ids(), 0)),
              String::length,
              engine);
      out.println("\nhow the model goes on with a story:");
      while (stream.hasNext()) {
        Outcome<String, Continuation> outcome = stream.next();
        out.printf(Locale.ROOT, "  %s […]%s%n", outcome.item(), outcome.result().value().text());
      }
    }
  }
}
