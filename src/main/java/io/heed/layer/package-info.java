/**
 * What models are made of. A scope of named tensors enters, and leaves as layers; packed batches
 * and hidden states enter these, and hidden states and pooled vectors leave. Layers are read-only
 * and shared by all threads, each of which brings a {@link io.heed.layer.Workspace}.
 *
 * <p>Types that know each other: {@code Attention} hands each group of its heads to {@code
 * Sequences}, which says what they attend to and asks the layer how.
 */
package io.heed.layer;
