/**
 * What models are made of. A scope of named tensors enters, and leaves as layers; packed batches
 * and hidden states enter these, and hidden states and pooled vectors leave. Layers are read-only
 * and shared by all threads, each of which brings a {@link io.heed.layer.Workspace}.
 */
package io.heed.layer;
