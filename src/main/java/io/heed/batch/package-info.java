/** Sequences of token ids or of vectors enter; packed batches without padding leave. */
package io.heed.batch;
