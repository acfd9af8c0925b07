package io.heed.onnx;

import java.util.List;
import java.util.Map;

/**
 * What a file computes.
 *
 * @param nodes in the order of the file
 * @param tensors those that the file holds beside the nodes, by name
 * @param outputs names of what the graph gives
 */
record OnnxGraph(List<OnnxNode> nodes, Map<String, OnnxTensor> tensors, List<String> outputs) {}
