/** References to weights enter; what each JVM loads of them once leaves, for all its tasks. */
package io.heed.spark.executor;
