/**
 * {@code jobs/import-onnx}: an encoder of BERT's kind from its ONNX export into a checkpoint
 * directory in Hugging Face's layout.
 *
 * <p>{@link io.heed.onnx.OnnxFile} reads the parts of a graph, {@link io.heed.onnx.BertGraph}
 * recognises what it computes, node by node, and {@link io.heed.onnx.BertImport} writes it down.
 */
package io.heed.onnx;
