/**
 * A packed batch enters; hidden states and logits leave. Models are read-only after loading and
 * shared by all threads, each of which brings a {@link io.heed.layer.Workspace}.
 *
 * <p>Types that know each other: a {@code Decoder} is a {@code Transformer} that says of itself
 * that it is one, so that whoever has loaded a model asks it and tests no type.
 */
package io.heed.model;
