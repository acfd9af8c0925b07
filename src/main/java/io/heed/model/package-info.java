/**
 * A packed batch enters; hidden states and logits leave. Models are read-only after loading and
 * shared by all threads, each of which brings a {@link io.heed.layer.Workspace}.
 */
package io.heed.model;
