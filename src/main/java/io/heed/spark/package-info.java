/**
 * Nothing of its own: the names under which pipelines were saved before their stages stood in the
 * folders of their computations.
 */
package io.heed.spark;
