/**
 * Rows of tokens enter; how likely a decoder finds them leaves: settings, planner, plan, job and
 * pipeline stage of one computation.
 */
package io.heed.score;
