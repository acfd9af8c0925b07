/**
 * Spark's columns on a GPU, through the RAPIDS Accelerator for Apache Spark where a cluster has it.
 * Nothing here is loaded by a run on the CPU but what decides where it computes.
 */
package io.heed.rapids;
