package io.heed.onnx;

import io.heed.checkpoint.CheckpointException;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A graph as it is recognised from its outputs backwards. What has been recognised is remembered,
 * so that in the end nothing is left over.
 */
final class OnnxPatterns {
  private static final double TOLERANCE = 1e-6;

  private final String file;
  private final OnnxGraph graph;
  private final Map<String, OnnxNode> makers = new HashMap<>();
  private final Set<OnnxNode> knownNodes = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Set<String> knownTensors = new HashSet<>();

  /**
   * A graph of which nothing is recognised yet.
   *
   * @param file for messages
   */
  OnnxPatterns(String file, OnnxGraph graph) {
    this.file = file;
    this.graph = graph;
    for (OnnxNode node : graph.nodes()) {
      for (String output : node.outputs()) {
        if (makers.put(output, node) != null || graph.tensors().containsKey(output)) {
          throw refused(String.format(Locale.ROOT, "%s is made twice", output));
        }
      }
    }
  }

  /** The node that makes a value, which stays unrecognised. */
  Optional<OnnxNode> maker(String value) {
    return Optional.ofNullable(makers.get(value));
  }

  /** Whether a value is made by an operation of this name. */
  boolean isMadeBy(String value, String operator) {
    return maker(value).filter(node -> node.is(operator)).isPresent();
  }

  /**
   * The node that makes a value, now recognised.
   *
   * @param what is asked for, for a person
   * @throws CheckpointException where another operation makes it, or none, or one with more inputs
   */
  OnnxNode node(String value, String operator, int inputs, String what) {
    return node(value, operator, inputs, inputs, what);
  }

  /** The same, of an operation that takes its axes as an attribute or as a second input. */
  OnnxNode nodeWithAxes(String value, String operator, String what) {
    return node(value, operator, 1, 2, what);
  }

  private OnnxNode node(String value, String operator, int fewest, int most, String what) {
    OnnxNode node = makers.get(value);
    // An operation may give more than one value; only the first is known here.
    boolean single = node != null && node.outputs().equals(List.of(value));
    int inputs = single ? node.inputs().size() : 0;
    if (!single || !node.is(operator) || inputs < fewest || inputs > most) {
      throw expected(value, operator, what);
    }
    knownNodes.add(node);
    return node;
  }

  /** Both inputs of a node: the one that is made by an operation of this name first. */
  List<String> madeByFirst(OnnxNode node, String operator, String what) {
    String left = node.inputs().get(0);
    String right = node.inputs().get(1);
    if (isMadeBy(left, operator)) {
      return List.of(left, right);
    }
    if (isMadeBy(right, operator)) {
      return List.of(right, left);
    }
    throw expected(left, operator, what);
  }

  /** Whether the file holds a value, as a tensor or as a constant. */
  boolean isHeld(String value) {
    return graph.tensors().containsKey(value) || isMadeBy(value, "Constant");
  }

  /** A tensor of the file or of a constant, now recognised. */
  OnnxTensor tensor(String value, String what) {
    OnnxTensor tensor = graph.tensors().get(value);
    if (tensor != null) {
      knownTensors.add(value);
      return tensor;
    }
    if (!isMadeBy(value, "Constant")) {
      throw expected(value, "a tensor of the file", what);
    }
    OnnxNode constant = node(value, "Constant", 0, what);
    return constant.value().orElseThrow(() -> expected(value, "a tensor of the file", what));
  }

  /** A float32 tensor of the file with so many dimensions. */
  OnnxTensor weights(String value, int dimensions, String what) {
    OnnxTensor tensor = tensor(value, what);
    if (!tensor.isFloat() || tensor.dimensions().length != dimensions) {
      throw refused(
          String.format(
              Locale.ROOT,
              "%s is %s; float32 of %d dimensions is read",
              what,
              tensor.told(),
              dimensions));
    }
    return tensor;
  }

  /** A single number. */
  float number(String value, String what) {
    OnnxTensor tensor = tensor(value, what);
    if (!tensor.isFloat() || tensor.count() != 1) {
      throw expected(value, "a number", what);
    }
    return tensor.floats()[0];
  }

  /** Requires a number, to the accuracy of the few digits that exporters write. */
  void requireNumber(String value, double wanted, String what) {
    float found = number(value, what);
    if (!(Math.abs(found - wanted) <= TOLERANCE * Math.abs(wanted))) {
      throw refused(String.format(Locale.ROOT, "%s is %s, not %s", what, found, wanted));
    }
  }

  /** Integers that the file holds, in an array. */
  long[] integers(String value, String what) {
    OnnxTensor tensor = tensor(value, what);
    if (tensor.type() != OnnxTensor.INT64) {
      throw expected(value, "integers", what);
    }
    return tensor.longs();
  }

  /** A single integer. */
  long integer(String value, String what) {
    long[] found = integers(value, what);
    if (found.length != 1) {
      throw expected(value, "an integer", what);
    }
    return found[0];
  }

  /** Requires an attribute of a node. */
  void requireAttribute(OnnxNode node, String attribute, List<Long> byDefault, List<Long> wanted) {
    List<Long> found = node.integers(attribute, byDefault);
    if (!found.equals(wanted)) {
      throw refused(
          String.format(
              Locale.ROOT, "%s of %s is %s, not %s", attribute, node.told(), found, wanted));
    }
  }

  /**
   * Requires that everything has been recognised.
   *
   * @throws CheckpointException naming the first node or tensor that was not
   */
  void requireNothingLeft() {
    for (OnnxNode node : graph.nodes()) {
      if (!knownNodes.contains(node)) {
        throw refused(
            String.format(Locale.ROOT, "%s is no part of an encoder of BERT's kind", node.told()));
      }
    }
    for (OnnxTensor tensor : graph.tensors().values()) {
      if (!knownTensors.contains(tensor.name())) {
        throw refused(
            String.format(
                Locale.ROOT, "tensor %s is no part of an encoder of BERT's kind", tensor.told()));
      }
    }
  }

  /** What is said where the graph computes something else. */
  CheckpointException expected(String value, String wanted, String what) {
    String found =
        maker(value)
            .map(OnnxNode::told)
            .orElse(isHeld(value) ? "tensor " + value : "'" + value + "'");
    return refused(
        String.format(Locale.ROOT, "%s stands where %s, %s, is expected", found, wanted, what));
  }

  CheckpointException refused(String rule) {
    return new CheckpointException(
        String.format(Locale.ROOT, "%s cannot be imported: %s", file, rule));
  }
}
