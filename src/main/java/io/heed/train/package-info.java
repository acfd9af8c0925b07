/**
 * Rows enter and a trained model leaves: the settings, the planner, the stage and the exchange of
 * training on Spark. What is computed, and in which order, stands in {@code io.heed.training}; here
 * are the tasks that compute it, and how bytes get from one to the other.
 */
package io.heed.train;
