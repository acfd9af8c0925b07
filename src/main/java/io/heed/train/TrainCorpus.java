package io.heed.train;

import io.heed.checkpoint.CheckpointException;
import io.heed.checkpoint.CheckpointFiles;
import io.heed.corpus.CorpusManifest;
import io.heed.corpus.CorpusStream;
import io.heed.corpus.CorpusVocabulary;
import io.heed.corpus.PartSummary;
import io.heed.corpus.Stream;
import io.heed.corpus.Unigram;
import io.heed.input.Columns;
import io.heed.input.InputException;
import io.heed.input.InputOrder;
import io.heed.input.InputRow;
import io.heed.input.InputTable;
import io.heed.job.JobContext;
import io.heed.job.TableRun;
import io.heed.job.TaskOutputs;
import io.heed.model.ModelSpec;
import io.heed.output.Publication;
import io.heed.output.RejectedTable;
import io.heed.output.RunCounters;
import io.heed.series.BarFeature;
import io.heed.series.DiscretizerFile;
import io.heed.settings.Settings;
import io.heed.spark.executor.ModelLocation;
import io.heed.spark.tokens.TokenSettings;
import io.heed.spark.tokens.TokenSource;
import io.heed.train.TrainReport.Baseline;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.util.SerializableConfiguration;

/** The corpus of a run: what it is read from, how it is made, and what it costs without a model. */
final class TrainCorpus {
  private final JobContext context;
  private final Settings settings;
  private final ModelSpec spec;
  private final Columns columns = new Columns();
  private final TokenSource tokens;

  /**
   * A corpus for a model.
   *
   * @param config where the model's configuration is, on this machine
   * @throws CheckpointException when there is nothing to make token ids of bars by
   */
  TrainCorpus(JobContext context, ModelSpec spec, Path config) {
    this.context = context;
    this.settings = context.settings();
    this.spec = spec;
    this.tokens = source(config);
  }

  Columns columns() {
    return columns;
  }

  private Configuration hadoop() {
    return context.spark().sparkContext().hadoopConfiguration();
  }

  private TokenSource source(Path config) {
    if (settings.isGiven(TokenSettings.SERIES_COLUMN)) {
      return new TokenSource.Bars(
          columns.records(settings.required(TokenSettings.SERIES_COLUMN), TokenSource.Bars.TYPE),
          DiscretizerFile.find(CheckpointFiles.open(config), spec.vocabulary())
              .orElseThrow(
                  () ->
                      new CheckpointException(
                          String.format(
                              Locale.ROOT,
                              "there is no %s beside the model, which makes token ids of bars;"
                                  + " jobs/discretize fits one",
                              DiscretizerFile.NAME))));
    }
    return settings.isGiven(TokenSettings.TOKENS_COLUMN)
        ? new TokenSource.Ids(columns.tokenIds(settings.required(TokenSettings.TOKENS_COLUMN)))
        : new TokenSource.Texts(columns.texts(settings.value(TokenSettings.TEXT_COLUMN)));
  }

  /**
   * Reads all rows into it.
   *
   * @param model whose tokenizer reads texts
   * @param directory of the corpus
   */
  CorpusManifest write(
      TableRun run,
      InputTable input,
      Publication publication,
      TaskOutputs outputs,
      ModelLocation model,
      String directory)
      throws IOException {
    CorpusPlan plan = new CorpusPlan(model, tokens, spec.vocabulary());
    Optional<String> evalInput = settings.find(TrainSettings.EVAL_INPUT);
    double share = evalInput.isPresent() ? 0 : settings.value(TrainSettings.EVAL_FRACTION);
    CorpusVocabulary vocabulary = vocabulary();
    SerializableConfiguration configuration = new SerializableConfiguration(hadoop());
    List<PartSummary> parts = new ArrayList<>();
    CorpusStage stage = new CorpusStage(directory, configuration, vocabulary, share);
    parts.addAll(stage.write(run.transformed(InputOrder.of(input.rows()), plan, outputs), 0));
    // Where all rows are rejected, this is what there is to say, and not that nothing is left.
    run.requireFewRejected(publication, outputs.rejectedTable(), outputs.counters());
    if (evalInput.isPresent()) {
      InputTable held = run.open(TrainSettings.EVAL_INPUT, columns, List.of());
      RunCounters counted = RunCounters.register(context.spark().sparkContext());
      RejectedTable rejected = RejectedTable.forIds(held.idField().dataType(), run.provenance());
      TaskOutputs ofHeld = run.outputs(publication, rejected, counted);
      CorpusStage all = new CorpusStage(directory, configuration, vocabulary, 1);
      JavaRDD<InputRow> rows = InputOrder.of(held.rows());
      parts.addAll(all.write(run.transformed(rows, plan, ofHeld), parts.size()));
      held.requireAllRows(counted.counts().rowsIn());
      run.requireFewRejected(publication, rejected, counted);
      publication.keepRejected("rejected-eval", rejected, counted.rejectedFiles());
    }
    CorpusManifest manifest = CorpusManifest.of(vocabulary, parts);
    if (manifest.targets(Stream.TRAINING) == 0) {
      throw new InputException(
          "there is nothing to train on: no row that is not held out has two tokens");
    }
    return manifest;
  }

  /** Texts end with the end of text where the model has one; other sequences just end. */
  private CorpusVocabulary vocabulary() {
    boolean ends = tokens.tokenizes() && !spec.endOfText().isEmpty();
    return ends
        ? new CorpusVocabulary(spec.vocabulary(), spec.endOfText().first())
        : CorpusVocabulary.of(spec.vocabulary());
  }

  /** What the tokens that evaluations foretell cost by how often each is in the corpus. */
  Optional<Baseline> baseline(CorpusManifest corpus, String directory) throws IOException {
    HadoopCorpusFiles files = new HadoopCorpusFiles(directory, hadoop());
    long[] held =
        new CorpusStream(files, corpus, Stream.HELD_OUT)
            .counts(settings.value(TrainSettings.EVAL_ROWS));
    if (Arrays.stream(held).allMatch(count -> count == 0)) {
      return Optional.empty();
    }
    long[] training = new CorpusStream(files, corpus, Stream.TRAINING).counts();
    if (corpus.vocabulary().hasEndOfText()) {
      training[corpus.vocabulary().endOfText()] = 0; // Rows that are held out end without it.
    }
    if (tokens instanceof TokenSource.Bars bars) {
      int ofFeature = bars.discretizer().vocabulary() / BarFeature.COUNT;
      return Optional.of(
          new Baseline("by frequencies of the feature", Unigram.loss(training, held, ofFeature)));
    }
    return Optional.of(new Baseline("by frequencies alone", Unigram.loss(training, held)));
  }
}
