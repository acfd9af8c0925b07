package io.heed.checkpoint;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@link TensorPickle} makes of a pickle: plain data, tensors, and the names of the few
 * functions and types that tensors are made with, none of which is called.
 */
sealed interface PickleValue {

  /** What errors call it. */
  String told();

  /** A string. */
  record Text(String value) implements PickleValue {
    @Override
    public String told() {
      return "'" + value + "'";
    }
  }

  /** An integer. */
  record Whole(long value) implements PickleValue {
    @Override
    public String told() {
      return Long.toString(value);
    }
  }

  /** True, False, None or a float. */
  record Plain(String told) implements PickleValue {
    static final Plain TRUE = new Plain("True");
    static final Plain FALSE = new Plain("False");
    static final Plain NONE = new Plain("None");
    static final Plain FLOAT = new Plain("a float");
  }

  /**
   * A tuple.
   *
   * @param depth tuples that stand in each other, this one included
   */
  record Tuple(List<PickleValue> items, int depth) implements PickleValue {
    @Override
    public String told() {
      return "a tuple of " + items.size();
    }
  }

  /** A list, which may come to hold itself. */
  record Listing(List<PickleValue> items) implements PickleValue {
    @Override
    public String told() {
      return "a list of " + items.size();
    }
  }

  /**
   * A dict or an OrderedDict, which may come to hold itself.
   *
   * @param entries in their order
   */
  record Dict(Map<String, PickleValue> entries) implements PickleValue {
    @Override
    public String told() {
      return "a dict of " + entries.size();
    }
  }

  /**
   * The values that tensors are views of.
   *
   * @param key name of the file that holds them, in the folder of storages
   * @param length number of values
   */
  record Storage(StorageType type, String key, long length) implements PickleValue {
    @Override
    public String told() {
      return "storage " + key;
    }
  }

  /**
   * A view of a storage.
   *
   * @param offset values of the storage before the first one
   * @param strides values of the storage from one place of a dimension to the next
   */
  record Tensor(Storage storage, long offset, List<Long> sizes, List<Long> strides)
      implements PickleValue {
    @Override
    public String told() {
      return "a tensor of shape " + sizes;
    }
  }

  /** The names of functions and classes that a pickle may have beside storages. */
  enum Function implements PickleValue {
    /** Of an empty dict. */
    ORDERED_DICT("collections OrderedDict"),
    /** Of a tensor from its storage. */
    REBUILD_TENSOR("torch._utils _rebuild_tensor_v2"),
    /** Of a parameter, which is a tensor. */
    REBUILD_PARAMETER("torch._utils _rebuild_parameter");

    private final String told;

    Function(String told) {
      this.told = told;
    }

    @Override
    public String told() {
      return told;
    }
  }

  /** The types of storages, by their classes in {@code torch}. */
  enum StorageType implements PickleValue {
    /** float32. */
    FLOAT("FloatStorage", "F32", 4),
    /** float16. */
    HALF("HalfStorage", "F16", 2),
    /** bfloat16. */
    BFLOAT16("BFloat16Storage", "BF16", 2),
    /** float64. */
    DOUBLE("DoubleStorage", "F64", 8),
    /** int64. */
    LONG("LongStorage", "I64", 8),
    /** int32. */
    INT("IntStorage", "I32", 4),
    /** int16. */
    SHORT("ShortStorage", "I16", 2),
    /** int8. */
    CHAR("CharStorage", "I8", 1),
    /** uint8. */
    BYTE("ByteStorage", "U8", 1),
    /** bool. */
    BOOL("BoolStorage", "BOOL", 1);

    private final String told;
    private final String dtype;
    private final int bytes;

    StorageType(String name, String dtype, int bytes) {
      this.told = "torch " + name;
      this.dtype = dtype;
      this.bytes = bytes;
    }

    /** The format as safetensors names it. */
    String dtype() {
      return dtype;
    }

    /** Bytes of one value. */
    int bytes() {
      return bytes;
    }

    @Override
    public String told() {
      return told;
    }
  }

  /** The function or type of this name, module before it, if a pickle of tensors may have it. */
  static Optional<PickleValue> global(String name) {
    for (Function function : Function.values()) {
      if (function.told.equals(name)) {
        return Optional.of(function);
      }
    }
    for (StorageType type : StorageType.values()) {
      if (type.told.equals(name)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}
