package io.heed.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.kernel.Activation;
import io.heed.kernel.KernelChoice;
import io.heed.kernel.KernelProvider;
import io.heed.tensor.Matrix;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Products on the emulated GPU, beside sums of doubles. */
class GpuProductsTest {
  private final DeviceArrays arrays = new DeviceArrays();
  private final LaunchArguments arguments = new LaunchArguments();
  private GpuDevice device;

  /** That of the emulated GPU. */
  int capability() {
    return 80;
  }

  @BeforeEach
  void open() {
    EmulatedDriver.require();
    EmulatedDriver.emulate("capability", capability());
    device = GpuDevice.open();
  }

  @AfterEach
  void giveBack() {
    arrays.close();
  }

  /** Values that are bfloat16, so that what is computed begins with the same. */
  private static float[] values(int count, long seed) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = DeviceArrays.value(BFloat16.of((float) random.nextGaussian()));
    }
    return values;
  }

  /** A product's operands: {@code [rows, inputs]}, {@code [outputs, inputs]}, and so on. */
  private record Operands(
      int rows, int outputs, int inputs, float[] a, float[] w, float[] bias, float[] residual) {
    static Operands of(int rows, int outputs, int inputs) {
      return new Operands(
          rows,
          outputs,
          inputs,
          values(rows * inputs, 1),
          values(outputs * inputs, 2),
          values(outputs, 3),
          values(rows * outputs, 4));
    }

    /** Their first rows alone. */
    Operands first(int count) {
      return new Operands(count, outputs, inputs, a, w, bias, residual);
    }

    double sum(int row, int column) {
      double sum = bias[column];
      for (int k = 0; k < inputs; k++) {
        sum += (double) a[row * inputs + k] * w[column * inputs + k];
      }
      return sum;
    }
  }

  private short[] multiply(Operands operands, Activation activation, boolean residual) {
    int count = operands.rows() * operands.outputs();
    long output = arrays.output(count);
    long input = arrays.bfloat16(Arrays.copyOf(operands.a(), operands.rows() * operands.inputs()));
    DeviceMap map =
        new DeviceMap(
            arrays.bfloat16(operands.w()),
            arrays.floats(operands.bias()),
            operands.outputs(),
            operands.inputs(),
            activation,
            DeviceMap.Form.ALONE);
    GpuKernels kernels = new GpuKernels(device);
    if (residual) {
      long added = arrays.bfloat16(Arrays.copyOf(operands.residual(), count));
      kernels.addProduct(input, map, added, output, operands.rows(), arguments);
    } else {
      kernels.product(input, map, output, operands.rows(), arguments);
    }
    return DeviceArrays.fetch(output, count);
  }

  private static float[] expected(Operands operands, Activation activation, boolean residual) {
    int outputs = operands.outputs();
    float[] expected = new float[operands.rows() * outputs];
    for (int i = 0; i < expected.length; i++) {
      expected[i] = (float) operands.sum(i / outputs, i % outputs);
    }
    KernelProvider.choose(KernelChoice.REFERENCE)
        .kernels()
        .activate(activation, Matrix.of(expected, operands.rows(), outputs));
    for (int i = 0; residual && i < expected.length; i++) {
      expected[i] += operands.residual()[i];
    }
    return expected;
  }

  /** Of sizes round tiles, slices, and the stages of slices that are on their way. */
  @ParameterizedTest
  @CsvSource({
    "1, 8, 8",
    "127, 136, 64",
    "128, 128, 72",
    "129, 192, 120",
    "300, 400, 200",
    "385, 192, 520",
    "260, 384, 136",
    "40, 192, 1032",
  })
  void areTheSums(int rows, int outputs, int inputs) {
    Operands operands = Operands.of(rows, outputs, inputs);
    DeviceArrays.assertNear(
        multiply(operands, Activation.NONE, false), expected(operands, Activation.NONE, false));
    DeviceArrays.assertNear(
        multiply(operands, Activation.NONE, true), expected(operands, Activation.NONE, true));
  }

  @ParameterizedTest
  @EnumSource(value = Activation.class, mode = EnumSource.Mode.EXCLUDE, names = "TANH")
  void areActivated(Activation activation) {
    for (int outputs : new int[] {40, 192}) {
      Operands operands = Operands.of(70, outputs, 8);
      DeviceArrays.assertNear(
          multiply(operands, activation, false), expected(operands, activation, false));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 64, 129, 256, 299})
  void bitsOfARowAreThoseBesideOthers(int rows) {
    Operands operands = Operands.of(300, 192, 136);
    short[] all = multiply(operands, Activation.NONE, true);
    assertThat(multiply(operands.first(rows), Activation.NONE, true))
        .isEqualTo(Arrays.copyOf(all, rows * operands.outputs()));
  }

  /** What threads and copies leave for others is there when it is read, whoever comes first. */
  @ParameterizedTest
  @CsvSource({"128, 1", "128, 2", "192, 1", "192, 2"})
  void bitsDoNotDependOnTheOrderOfThreads(int width, int order) {
    EmulatedDriver.emulate("multiprocessors", 2);
    Operands operands = Operands.of(300, 2 * width, 200);
    short[] forward = multiply(operands, Activation.NONE, true);
    short[] without = multiply(operands, Activation.RELU, false);
    EmulatedDriver.emulate("order", order);
    assertThat(multiply(operands, Activation.NONE, true)).isEqualTo(forward);
    assertThat(multiply(operands, Activation.RELU, false)).isEqualTo(without);
  }
}
