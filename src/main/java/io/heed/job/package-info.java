/**
 * A command line enters; a finished, committed output directory and an exit code leave. What all
 * jobs share; what each computes stands in a folder of its own.
 */
package io.heed.job;
