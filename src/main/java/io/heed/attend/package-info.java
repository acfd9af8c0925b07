/**
 * Rows of sequences enter; contexts and attention weights leave: settings, planner, plan, job and
 * pipeline stage of one computation.
 */
package io.heed.attend;
