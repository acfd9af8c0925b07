package io.heed.onnx;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * An operation of a graph.
 *
 * @param operator as ONNX calls it, such as {@code MatMul}
 * @param name of the node, may be empty
 * @param inputs names of what it takes
 * @param outputs names of what it gives
 * @param integers its attributes that are integers or lists of them
 * @param numbers its attributes that are numbers
 * @param value of a {@code Constant}
 */
record OnnxNode(
    String operator,
    String name,
    List<String> inputs,
    List<String> outputs,
    Map<String, List<Long>> integers,
    Map<String, Float> numbers,
    Optional<OnnxTensor> value) {

  /** For messages, such as {@code Softmax '/encoder/Softmax'}. */
  String told() {
    String called = name.isEmpty() ? String.join(", ", outputs) : name;
    return String.format(Locale.ROOT, "%s '%s'", operator, called);
  }

  boolean is(String wanted) {
    return operator.equals(wanted);
  }

  List<Long> integers(String attribute, List<Long> byDefault) {
    return integers.getOrDefault(attribute, byDefault);
  }
}
