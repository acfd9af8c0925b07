/**
 * Rows of price bars enter; token ids, and the bins that make them, leave: settings, plan and job
 * of one computation.
 */
package io.heed.discretize;
