package io.heed.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A tensor that the file holds.
 *
 * @param type {@code TensorProto.DataType}
 * @param values little endian, row-major; as many as the dimensions need, for the types named here
 */
record OnnxTensor(String name, int type, int[] dimensions, ByteBuffer values) {
  static final int FLOAT = 1;
  static final int INT64 = 7;

  /** Names of types that weights may be of elsewhere, by number. */
  private static final List<String> TYPES =
      List.of(
          "undefined",
          "float32",
          "uint8",
          "int8",
          "uint16",
          "int16",
          "int32",
          "int64",
          "string",
          "bool",
          "float16",
          "float64",
          "uint32",
          "uint64",
          "complex64",
          "complex128",
          "bfloat16");

  /** Bytes of a value, 0 where the type is of no interest. */
  static int width(int type) {
    return type == FLOAT ? Float.BYTES : type == INT64 ? Long.BYTES : 0;
  }

  String typeName() {
    return type >= 0 && type < TYPES.size() ? TYPES.get(type) : "type " + type;
  }

  boolean isFloat() {
    return type == FLOAT;
  }

  /** Number of values. */
  int count() {
    return Arrays.stream(dimensions).reduce(1, Math::multiplyExact);
  }

  boolean hasShape(int... shape) {
    return Arrays.equals(dimensions, shape);
  }

  /** The values in an array of their own. */
  float[] floats() {
    float[] floats = new float[count()];
    little().asFloatBuffer().get(floats);
    return floats;
  }

  /** The values of a matrix with its rows as columns. */
  float[] transposed() {
    int rows = dimensions[0];
    int columns = dimensions[1];
    float[] given = floats();
    float[] turned = new float[given.length];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        turned[j * rows + i] = given[i * columns + j];
      }
    }
    return turned;
  }

  long[] longs() {
    long[] longs = new long[count()];
    little().asLongBuffer().get(longs);
    return longs;
  }

  private ByteBuffer little() {
    return values.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** For messages, such as {@code onnx::MatMul_12, float32 [384, 1536]}. */
  String told() {
    return String.format(Locale.ROOT, "%s, %s %s", name, typeName(), Arrays.toString(dimensions));
  }
}
