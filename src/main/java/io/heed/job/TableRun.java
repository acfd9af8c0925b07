package io.heed.job;

import io.heed.input.Columns;
import io.heed.input.InputException;
import io.heed.input.InputRequest;
import io.heed.input.InputRow;
import io.heed.input.InputTable;
import io.heed.input.Partitioning;
import io.heed.input.PayloadColumn;
import io.heed.output.DisplayText;
import io.heed.output.OutputException;
import io.heed.output.OverwritePolicy;
import io.heed.output.Progress;
import io.heed.output.ProgressMode;
import io.heed.output.Provenance;
import io.heed.output.Publication;
import io.heed.output.ReadPlace;
import io.heed.output.RejectedTable;
import io.heed.output.RunCounters;
import io.heed.output.RunCounts;
import io.heed.output.RunReport;
import io.heed.output.RunReport.Outcome;
import io.heed.output.Workload;
import io.heed.settings.PartitionChoice;
import io.heed.settings.Setting;
import io.heed.settings.Settings;
import io.heed.spark.executor.KernelUses;
import io.heed.spark.executor.ModelLocation;
import io.heed.spark.table.ComputedColumns;
import io.heed.spark.table.RowTransform;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/** The way of every table job: input, one pass over its rows, and a published output directory. */
public final class TableRun {
  private final JobContext context;
  private final Telling telling;
  private final SparkSession spark;
  private final Settings settings;
  private final RunCounters counters;
  private final KernelUses kernels = new KernelUses();
  private final ShownRows shown;
  private final Set<String> told = new HashSet<>();
  private final Map<String, String> ownDetails = new LinkedHashMap<>();
  private RowComputation<?> computation;

  /**
   * A run.
   *
   * @param model what the report says of the model, or null where none is read
   */
  public TableRun(JobContext context, RunReport.Model model) {
    this.context = context;
    this.spark = context.spark();
    this.settings = context.settings();
    SparkContext sparkContext = spark.sparkContext();
    this.counters = RunCounters.register(sparkContext);
    sparkContext.register(kernels);
    this.telling = new Telling(context, model, kernels);
    this.shown = ShownRows.register(sparkContext, FirstRows.ROWS);
  }

  /**
   * Computes every row of the input and publishes the output.
   *
   * @param columns those that rows are computed from
   */
  public void run(Columns columns, RowComputation<?> computation) {
    run(TableSettings.INPUT, columns, List.of(), computation);
  }

  /**
   * Computes every row of a table and publishes the output.
   *
   * @param table the setting that says where the table is
   * @param columns what to compute from
   * @param read what the run reads besides, but for the checkpoint and the weights
   */
  public void run(
      Setting<String> table, Columns columns, List<ReadPlace> read, RowComputation<?> general) {
    InputTable input =
        open(table, columns, settings.find(TableSettings.KEEP_COLUMNS).orElse(List.of()));
    List<StructField> carried = new ArrayList<>(List.of(input.idField()));
    carried.addAll(input.keptFields());
    this.computation = general.forTable(carried);
    List<ReadPlace> places = new ArrayList<>(ReadPlace.all(words(table), input.roots()));
    places.addAll(read);
    places.addAll(weights());
    // Asked for already, so that it is told with the others.
    settings.value(TableSettings.MAX_REJECTED_FRACTION);
    ProgressMode progress = settings.value(TableSettings.PROGRESS);
    OutputColumns.requireDistinct(OutputColumns.of(carried, computation.added()));
    try (Publication publication = begin(places)) {
      RejectedTable rejectedTable = RejectedTable.forIds(input.idField().dataType(), provenance());
      TaskOutputs outputs = outputs(publication, rejectedTable, counters, shown);
      telling.settings();
      computation.prepare(this, publication);
      StructType schema = OutputColumns.of(carried, computation.transform().added());
      write(input, schema, publication, outputs, progress);
      input.requireAllRows(counters.counts().rowsIn());
      long rowsOut = publish(publication, rejectedTable);
      // Of those that were shown, some may have been rejected since.
      if (!counters.hasSuspects()) {
        show(columns, new FirstRows.Output(schema, input.keptFields().size()), rowsOut);
      }
    }
  }

  private void write(
      InputTable input,
      StructType schema,
      Publication publication,
      TaskOutputs outputs,
      ProgressMode mode) {
    Optional<WholeTable> whole = whole(input);
    OutputWriter writer = new OutputWriter(spark, publication, computation.columns(), provenance());
    Dataset<Row> table =
        whole
            .map(of -> writer.table(of, outputs))
            .orElseGet(() -> writer.table(rowByRow(computation, input, schema, outputs), outputs));
    try (Progress progress =
        Progress.start(spark.sparkContext(), counters, workload(input), mode)) {
      writer.save(table);
    }
    whole.ifPresent(of -> requireWritten(of, writer.count(table.schema())));
    whole.ifPresent(of -> counters.setWhole(of.count(), of.tokens(), of.truncated()));
    if (counters.hasSuspects()) {
      rejectSuspects(writer, table.schema(), 1 + input.keptFields().size(), outputs);
    }
  }

  private <R> Dataset<Row> rowByRow(
      RowComputation<R> rows, InputTable input, StructType schema, TaskOutputs outputs) {
    JavaRDD<Row> transformed =
        rows.complete(input.rows())
            .mapPartitions(new TransformRows<>(rows.transform(), rows.listeners(), outputs));
    int firstComputed = 1 + input.keptFields().size();
    return spark.createDataset(transformed.rdd(), ComputedColumns.encoder(schema, firstComputed));
  }

  /** The rows of an input of which none passes a core; empty where they have to. */
  private Optional<WholeTable> whole(InputTable input) {
    Optional<WholeTable> whole =
        computation.columns().flatMap(of -> input.columns().flatMap(columns -> of.whole(columns)));
    if (computation.columns().isPresent()) {
      ownDetails.put("rowsReadBy", whole.isPresent() ? "the GPU" : "cores");
    }
    return whole;
  }

  /** Rows that no task counts are counted before they are written, and in what was written. */
  private static void requireWritten(WholeTable whole, long written) {
    if (written != whole.count()) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "%d rows were written, but the input had %d when they were counted: it has changed",
              written,
              whole.count()));
    }
  }

  /**
   * Takes rows that have no result after all out of what was written.
   *
   * @param carried how many columns are the id and the kept ones
   */
  private void rejectSuspects(
      OutputWriter writer, StructType schema, int carried, TaskOutputs outputs) {
    SuspectRows suspects = writer.setAside(schema);
    String why = suspects.suspects().why().message();
    note(String.format(Locale.ROOT, "looking for the rows that are written though %s", why));
    long before = counters.counts().rowsRejected();
    suspects.reject(carried, outputs);
    RunCounts counts = requireFewRejected(writer.publication(), outputs.rejectedTable(), counters);
    note(
        String.format(
            Locale.ROOT,
            "%,d rows are rejected, and the other %,d are written once more",
            counts.rowsRejected() - before,
            counts.rowsOut()));
    writer.save(suspects.others());
    long written = writer.count(schema);
    if (written != counts.rowsOut()) {
      throw new OutputException(
          String.format(
              Locale.ROOT,
              "%d rows were written once more, and there are %d with a result",
              written,
              counts.rowsOut()));
    }
  }

  private void note(String text) {
    context.err().println("heed: note: " + text);
  }

  /**
   * Passes over a table and publishes files that are no table.
   *
   * @param columns what to compute from
   * @param read what the run reads besides, but for the checkpoint and the weights
   */
  public void run(Columns columns, List<ReadPlace> read, FileComputation files) {
    InputTable input = open(TableSettings.INPUT, columns, List.of());
    List<ReadPlace> places = new ArrayList<>(ReadPlace.all("input", input.roots()));
    places.addAll(read);
    places.addAll(weights());
    settings.value(TableSettings.MAX_REJECTED_FRACTION);
    ProgressMode progress = settings.value(TableSettings.PROGRESS);
    try (Publication publication = begin(places)) {
      RejectedTable rejectedTable = RejectedTable.forIds(input.idField().dataType(), provenance());
      TaskOutputs outputs = outputs(publication, rejectedTable, counters, shown);
      telling.settings();
      try (Progress shownProgress =
          Progress.start(spark.sparkContext(), counters, workload(input), progress)) {
        files.read(this, input, publication, outputs);
      }
      input.requireAllRows(counters.counts().rowsIn());
      requireFewRejected(publication, rejectedTable, counters);
      files.compute(this, publication, progress);
      RunReport report = telling.report(Outcome.COMPLETE, counters.counts(), files.details());
      publication.publish(rejectedTable, counters.rejectedFiles(), report.toJson());
      files.published();
      context.out().println(DisplayText.inLines(report.toText()));
    }
  }

  private Publication begin(List<ReadPlace> places) {
    return Publication.begin(
        spark.sparkContext().hadoopConfiguration(),
        settings.required(TableSettings.OUTPUT),
        settings.value(TableSettings.OVERWRITE) ? OverwritePolicy.REPLACE : OverwritePolicy.REFUSE,
        places);
  }

  /** Rows through a transform; every other row is rejected through {@code outputs}. */
  public <R> JavaRDD<Row> transformed(
      JavaRDD<InputRow> rows, RowTransform<R> transform, TaskOutputs outputs) {
    return rows.mapPartitions(new TransformRows<>(transform, RowListener::none, outputs));
  }

  /** What the files of this run tell of themselves; the settings that were asked for so far. */
  public Provenance provenance() {
    return telling.provenance();
  }

  /** What messages call a setting's value. */
  public static String words(Setting<?> setting) {
    return setting.name().replace('-', ' ');
  }

  /** Where the weights come from that the job computes with. */
  private List<ReadPlace> weights() {
    List<ReadPlace> places = new ArrayList<>();
    for (Setting<String> setting : context.job().weights()) {
      settings
          .find(setting)
          .flatMap(ModelLocation::place)
          .ifPresent(path -> places.add(new ReadPlace(words(setting), path)));
    }
    return places;
  }

  private void show(Columns columns, FirstRows.Output output, long rowsOut) {
    List<String> payload = columns.read().stream().map(PayloadColumn::name).toList();
    FirstRows.show(shown.value(), payload, output, rowsOut, context.out());
  }

  /** Opens a table with the options of all tables. */
  public InputTable open(Setting<String> table, Columns columns, List<String> kept) {
    InputTable opened =
        InputTable.open(
            spark,
            new InputRequest(
                settings.required(table),
                settings.find(TableSettings.INPUT_FORMAT),
                settings.find(TableSettings.INPUT_SCHEMA),
                settings.find(TableSettings.ID_COLUMN),
                columns.read(),
                kept,
                partitioning(),
                settings.value(TableSettings.QUOTED_ROWS)));
    opened.notes().stream().filter(told::add).forEach(this::note);
    return opened;
  }

  /** Where the tasks of an action put what they yield besides rows, which are not shown. */
  public TaskOutputs outputs(Publication publication, RejectedTable table, RunCounters counted) {
    return outputs(publication, table, counted, ShownRows.register(spark.sparkContext(), 0));
  }

  private TaskOutputs outputs(
      Publication publication, RejectedTable table, RunCounters counted, ShownRows shownOfAction) {
    return new TaskOutputs(
        counted,
        table,
        publication.rejectedSide().toString(),
        new SerializableConfiguration(spark.sparkContext().hadoopConfiguration()),
        kernels,
        shownOfAction);
  }

  private Partitioning partitioning() {
    PartitionChoice choice = settings.value(TableSettings.PARTITIONS);
    long splitBytes = settings.value(TableSettings.SPLIT_BYTES).bytes();
    int cores = spark.sparkContext().defaultParallelism();
    return switch (choice.mode()) {
      case AUTO -> Partitioning.automatic(splitBytes, cores);
      case INPUT -> Partitioning.ofInput(splitBytes, cores);
      case COUNT -> Partitioning.exactly(choice.count(), splitBytes, cores);
    };
  }

  private static Workload workload(InputTable input) {
    Workload.Unit unit =
        switch (input.progressUnit()) {
          case BYTES -> Workload.Unit.BYTES;
          case ROWS -> Workload.Unit.ROWS;
        };
    return new Workload(input.totalUnits(), unit);
  }

  private long publish(Publication publication, RejectedTable table) {
    RunCounts counts = requireFewRejected(publication, table, counters);
    if (counts.rowsIn() == 0) {
      context.err().println("heed: warning: the input has no rows, and so has the output");
    }
    computation.finish(publication);
    RunReport report = telling.report(Outcome.COMPLETE, counts, details());
    publication.publish(table, counters.rejectedFiles(), report.toJson());
    context.out().println(DisplayText.inLines(report.toText()));
    return counts.rowsOut();
  }

  /** What the report says of the computation, and of the way of its rows. */
  private Map<String, Object> details() {
    Map<String, Object> details = new LinkedHashMap<>(ownDetails);
    if (computation != null) {
      details.putAll(computation.details());
    }
    return details;
  }

  /** Publishes nothing but rejected rows, and throws, where these are too many. */
  public RunCounts requireFewRejected(
      Publication publication, RejectedTable table, RunCounters counted) {
    double maxRejected = settings.value(TableSettings.MAX_REJECTED_FRACTION);
    RunCounts counts = counted.counts();
    if (counts.rejectedFraction() > maxRejected) {
      RunReport report = telling.report(Outcome.TOO_MANY_REJECTED, counts, details());
      Path rejected =
          publication.publishRejectedOnly(table, counted.rejectedFiles(), report.toJson());
      context.out().print(DisplayText.inLines(report.toText()));
      throw new TooManyRejectedException(
          String.format(
              Locale.ROOT,
              "%d of %d rows were rejected, more than %s %s allows; they are in %s/_heed/rejected",
              counts.rowsRejected(),
              counts.rowsIn(),
              TableSettings.MAX_REJECTED_FRACTION.option(),
              maxRejected,
              rejected));
    }
    return counts;
  }
}
