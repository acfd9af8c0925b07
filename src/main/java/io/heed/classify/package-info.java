/** {@code jobs/classify}: texts, or pairs of them, to the classes that a checkpoint tells. */
package io.heed.classify;
