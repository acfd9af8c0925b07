/**
 * A checkpoint directory enters; what its model is, and the model, leave. A family of checkpoints
 * is one class that reads {@code config.json} and builds a model from named tensors.
 */
package io.heed.architecture;
