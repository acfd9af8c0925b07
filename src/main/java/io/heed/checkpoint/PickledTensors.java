package io.heed.checkpoint;

import io.heed.checkpoint.PickleValue.Dict;
import io.heed.checkpoint.PickleValue.Plain;
import io.heed.checkpoint.PickleValue.Storage;
import io.heed.checkpoint.PickleValue.Tensor;
import io.heed.checkpoint.PickleValue.Tuple;
import io.heed.checkpoint.PickleValue.Whole;
import java.util.ArrayList;
import java.util.List;

/**
 * What the functions of {@code torch._utils} that make tensors are given in a pickle, checked one
 * by one.
 */
final class PickledTensors {
  /** Storage, offset, sizes, strides, whether it needs a gradient, hooks. */
  private static final int ARGUMENTS = 6;

  private PickledTensors() {}

  /**
   * Of {@code _rebuild_tensor_v2}.
   *
   * @param bytes that errors name
   */
  static Tensor tensor(List<PickleValue> arguments, PickleBytes bytes) {
    boolean described = arguments.size() == ARGUMENTS + 1;
    if (described && !isEmpty(arguments.get(ARGUMENTS))) {
      // Such as that every value is to be negated.
      throw bytes.error("a tensor with metadata, %s", arguments.get(ARGUMENTS).told());
    }
    if ((described || arguments.size() == ARGUMENTS)
        && arguments.get(0) instanceof Storage storage
        && arguments.get(1) instanceof Whole offset
        && arguments.get(2) instanceof Tuple sizes
        && arguments.get(3) instanceof Tuple strides
        && isEmpty(arguments.get(5))) {
      List<Long> counts = numbers(sizes, "sizes", bytes);
      List<Long> steps = numbers(strides, "strides", bytes);
      if (counts.size() != steps.size()) {
        throw bytes.error("%d sizes and %d strides of a tensor", counts.size(), steps.size());
      }
      return new Tensor(storage, notNegative(offset, "the offset", bytes), counts, steps);
    }
    throw bytes.error(
        "a tensor of arguments %s, expected storage, offset, sizes, strides, a truth value and no"
            + " hooks",
        arguments.stream().map(PickleValue::told).toList());
  }

  /**
   * Of {@code _rebuild_parameter}, whose value is its first argument.
   *
   * @param bytes that errors name
   */
  static Tensor parameter(List<PickleValue> arguments, PickleBytes bytes) {
    if (arguments.size() == 3
        && arguments.get(0) instanceof Tensor tensor
        && isEmpty(arguments.get(2))) {
      return tensor;
    }
    throw bytes.error(
        "a parameter of arguments %s, expected a tensor, a truth value and no hooks",
        arguments.stream().map(PickleValue::told).toList());
  }

  private static List<Long> numbers(Tuple tuple, String what, PickleBytes bytes) {
    int count = tuple.items().size();
    if (count > TensorEntry.MAX_DIMENSIONS) {
      throw bytes.error(
          "%d %s of a tensor, the most is %d", count, what, TensorEntry.MAX_DIMENSIONS);
    }
    List<Long> numbers = new ArrayList<>(count);
    for (PickleValue item : tuple.items()) {
      if (!(item instanceof Whole number)) {
        throw bytes.error("%s of a tensor hold %s, expected integers", what, item.told());
      }
      numbers.add(notNegative(number, what, bytes));
    }
    return List.copyOf(numbers);
  }

  private static long notNegative(Whole number, String what, PickleBytes bytes) {
    if (number.value() < 0) {
      throw bytes.error("%s of a tensor: %d, expected none below 0", what, number.value());
    }
    return number.value();
  }

  private static boolean isEmpty(PickleValue value) {
    return value.equals(Plain.NONE) || value instanceof Dict dict && dict.entries().isEmpty();
  }
}
