/**
 * Rows of texts or token ids enter; embeddings and attention weights leave: settings, planner,
 * plan, job and pipeline stage of one computation.
 */
package io.heed.embed;
