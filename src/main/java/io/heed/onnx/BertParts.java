package io.heed.onnx;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Recognises what encoders are made of: linear maps, layer norms and GELU, and the sizes that
 * exports compute beside them.
 */
final class BertParts {
  private final OnnxPatterns graph;
  private float epsilon = Float.NaN;

  BertParts(OnnxPatterns graph) {
    this.graph = graph;
  }

  /** The epsilon that all layer norms so far have. */
  float epsilon() {
    return epsilon;
  }

  /** A linear map and what it takes. */
  record Linear(String input, OnnxTensor weight, OnnxTensor bias) {
    int out() {
      return weight.dimensions()[1];
    }
  }

  /** A normalisation and what it takes. */
  record Norm(String input, OnnxTensor weight, OnnxTensor bias) {}

  /** Whether a value is what a linear map gives. */
  boolean isLinear(String value) {
    return graph
        .maker(value)
        .filter(
            node ->
                node.is("Add")
                    && node.inputs().stream().anyMatch(input -> graph.isMadeBy(input, "MatMul"))
                    && node.inputs().stream().anyMatch(graph::isHeld))
        .isPresent();
  }

  /** {@code x · W + b}, with {@code W [in, out]}. */
  Linear linear(String value, String what) {
    OnnxNode sum = graph.node(value, "Add", 2, what);
    List<String> parts = graph.madeByFirst(sum, "MatMul", what);
    OnnxNode product = graph.node(parts.get(0), "MatMul", 2, what);
    OnnxTensor weight = graph.weights(product.inputs().get(1), 2, "the matrix " + what);
    OnnxTensor bias = graph.weights(parts.get(1), 1, "the bias " + what);
    requireShape(bias, weight.dimensions()[1]);
    return new Linear(product.inputs().get(0), weight, bias);
  }

  /** {@code x · (1 + erf(x / √2)) · ½}; gives x. */
  String gelu(String value) {
    String what = "of GELU";
    OnnxNode halved = graph.node(value, "Mul", 2, what);
    List<String> half = graph.madeByFirst(halved, "Mul", what);
    graph.requireNumber(half.get(1), 0.5, "the factor " + what);
    OnnxNode product = graph.node(half.get(0), "Mul", 2, what);
    String left = product.inputs().get(0);
    String right = product.inputs().get(1);
    String x = isLinear(left) ? left : right;
    OnnxNode sum = graph.node(isLinear(left) ? right : left, "Add", 2, what);
    List<String> parts = graph.madeByFirst(sum, "Erf", what);
    graph.requireNumber(parts.get(1), 1, "the summand " + what);
    String argument = graph.node(parts.get(0), "Erf", 1, what).inputs().get(0);
    OnnxNode quotient = graph.node(argument, "Div", 2, what);
    graph.requireNumber(quotient.inputs().get(1), Math.sqrt(2), "the divisor " + what);
    requireSame(quotient.inputs().get(0), x, "the argument " + what);
    return x;
  }

  /** {@code (x - mean) / √(variance + ε) · weight + bias}, in one operation or in its parts. */
  Norm norm(String value) {
    String what = "of a layer norm";
    if (graph.isMadeBy(value, "LayerNormalization")) {
      OnnxNode node = graph.node(value, "LayerNormalization", 3, what);
      graph.requireAttribute(node, "axis", List.of(-1L), List.of(-1L));
      requireEpsilon(node.numbers().getOrDefault("epsilon", 1e-5f));
      return norm(node.inputs().get(0), node.inputs().get(1), node.inputs().get(2));
    }
    OnnxNode shifted = graph.node(value, "Add", 2, what);
    List<String> sum = graph.madeByFirst(shifted, "Mul", what);
    OnnxNode scaled = graph.node(sum.get(0), "Mul", 2, what);
    List<String> product = graph.madeByFirst(scaled, "Div", what);
    OnnxNode quotient = graph.node(product.get(0), "Div", 2, what);
    String centred = quotient.inputs().get(0);
    String root = graph.node(quotient.inputs().get(1), "Sqrt", 1, what).inputs().get(0);
    OnnxNode raised = graph.node(root, "Add", 2, what);
    List<String> variance = graph.madeByFirst(raised, "ReduceMean", what);
    requireEpsilon(graph.number(variance.get(1), "the epsilon " + what));
    OnnxNode square = graph.node(mean(variance.get(0), what), "Pow", 2, what);
    requireSame(square.inputs().get(0), centred, what);
    graph.requireNumber(square.inputs().get(1), 2, "the exponent " + what);
    OnnxNode difference = graph.node(centred, "Sub", 2, what);
    String x = difference.inputs().get(0);
    requireSame(mean(difference.inputs().get(1), what), x, what);
    return norm(x, product.get(1), sum.get(1));
  }

  private Norm norm(String input, String weight, String bias) {
    OnnxTensor scale = graph.weights(weight, 1, "the weight of a layer norm");
    OnnxTensor shift = graph.weights(bias, 1, "the bias of a layer norm");
    requireShape(shift, scale.count());
    return new Norm(input, scale, shift);
  }

  /** What a mean over the last axis is taken of. */
  private String mean(String value, String what) {
    OnnxNode mean = graph.nodeWithAxes(value, "ReduceMean", what);
    requireAxes(mean, -1, what);
    graph.requireAttribute(mean, "keepdims", List.of(1L), List.of(1L));
    return mean.inputs().get(0);
  }

  private void requireEpsilon(float found) {
    if (!Float.isNaN(epsilon) && found != epsilon) {
      throw graph.refused(
          String.format(
              Locale.ROOT, "its layer norms have the epsilons %s and %s", epsilon, found));
    }
    if (!(found > 0 && found < 1)) {
      throw graph.refused(String.format(Locale.ROOT, "the epsilon of a layer norm is %s", found));
    }
    epsilon = found;
  }

  // ---- Shapes ----

  /** Requires {@code [size of a dimension of a value]}. */
  void requireDimension(String value, String source, long dimension, String what) {
    OnnxNode gather = graph.node(unsqueezed(value, 0, what), "Gather", 2, what);
    graph.requireAttribute(gather, "axis", List.of(0L), List.of(0L));
    if (graph.integer(gather.inputs().get(1), what) != dimension) {
      throw graph.refused(
          String.format(Locale.ROOT, "%s is not dimension %d %s", gather.told(), dimension, what));
    }
    OnnxNode shape = graph.node(gather.inputs().get(0), "Shape", 1, what);
    requireSame(shape.inputs().get(0), source, what);
  }

  String unsqueezed(String value, long axis, String what) {
    OnnxNode node = graph.nodeWithAxes(value, "Unsqueeze", what);
    requireAxes(node, axis, what);
    return node.inputs().get(0);
  }

  /** One axis, which older operator sets have as an attribute and newer ones as an input. */
  private void requireAxes(OnnxNode node, long axis, String what) {
    if (node.inputs().size() == 2) {
      long found = graph.integer(node.inputs().get(1), what);
      if (found != axis) {
        throw graph.refused(
            String.format(Locale.ROOT, "axes of %s are [%d], not [%d]", node.told(), found, axis));
      }
    } else {
      graph.requireAttribute(node, "axes", List.of(), List.of(axis));
    }
  }

  /** Requires that a value is the one of a name. */
  void requireSame(String found, String wanted, String what) {
    if (!found.equals(wanted)) {
      throw graph.expected(found, "'" + wanted + "'", what);
    }
  }

  /** Requires a shape of a tensor. */
  void requireShape(OnnxTensor tensor, int... shape) {
    if (!tensor.hasShape(shape)) {
      throw graph.refused(
          String.format(
              Locale.ROOT, "%s has not the shape %s", tensor.told(), Arrays.toString(shape)));
    }
  }
}
