/**
 * A command line enters; a finished, committed output directory and an exit code leave. What all
 * jobs share; what each computes stands in a folder of its own.
 *
 * <p>Types that know each other: a {@code Job} is called back with its {@code JobContext}, which
 * holds the job, whose name and options the report tells. A {@code RowComputation} or a {@code
 * FileComputation} is called back by the {@code TableRun} that runs it, with the run, in which it
 * may begin a pass of its own.
 */
package io.heed.job;
