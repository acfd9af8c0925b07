/**
 * Rows of tokens enter; what a decoder continues them with leaves: settings, planner, plan, job and
 * pipeline stage of one computation.
 */
package io.heed.generate;
