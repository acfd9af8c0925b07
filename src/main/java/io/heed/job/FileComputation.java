package io.heed.job;

import io.heed.input.InputTable;
import io.heed.output.ProgressMode;
import io.heed.output.Publication;
import io.heed.output.RunReport;
import java.util.Map;

/** What a job makes of a table whose result is files and no table. */
public interface FileComputation {

  /**
   * Reads the rows, which are counted, and rejected where they cannot be used.
   *
   * @param outputs where tasks put what they yield besides
   */
  void read(TableRun run, InputTable input, Publication publication, TaskOutputs outputs);

  /** Does the rest, once few enough rows are rejected: fills {@link Publication#data}. */
  void compute(TableRun run, Publication publication, ProgressMode progress);

  /** What the report says besides: see {@link RunReport#details}. */
  Map<String, ?> details();

  /** Is called when all is published. */
  default void published() {}
}
