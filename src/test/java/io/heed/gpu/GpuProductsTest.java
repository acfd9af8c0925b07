package io.heed.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.kernel.Activation;
import io.heed.kernel.KernelChoice;
import io.heed.kernel.KernelProvider;
import io.heed.tensor.Matrix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Products on the emulated GPU, beside sums of doubles. */
class GpuProductsTest {
  /** Values before and behind an output, which no kernel touches. */
  private static final int GUARDS = 1024;

  /** What memory of the emulated GPU holds that nothing was written to, a NaN. */
  private static final short UNTOUCHED = -1;

  /** Half a unit in the last place of bfloat16, and some for the sum. */
  private static final double TOLERANCE = 1.1 / (1 << 8);

  private static final double LEAST = 1e-4;

  private final List<DeviceMemory.Block> blocks = new ArrayList<>();
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
    blocks.forEach(DeviceMemory.Block::close);
  }

  private long allocate(long bytes) {
    DeviceMemory.Block block = DeviceMemory.ofDriver().allocate(bytes);
    blocks.add(block);
    return block.address();
  }

  private long send(float[] values) {
    HostMemory host = new HostMemory((long) values.length * Float.BYTES);
    host.buffer().asFloatBuffer().put(values);
    return send(host, (long) values.length * Float.BYTES);
  }

  private long sendBFloat16(float[] values) {
    HostMemory host = new HostMemory((long) values.length * Short.BYTES);
    for (int i = 0; i < values.length; i++) {
      host.buffer().asShortBuffer().put(i, BFloat16.of(values[i]));
    }
    return send(host, (long) values.length * Short.BYTES);
  }

  private long send(HostMemory host, long bytes) {
    long address = allocate(bytes);
    Cuda.check(Cuda.cuMemcpyHtoDAsync_v2(address, host.address(), bytes, Cuda.STREAM), "send");
    return address;
  }

  private static short[] fetch(long address, int count) {
    HostMemory host = new HostMemory((long) count * Short.BYTES);
    Cuda.check(
        Cuda.cuMemcpyDtoHAsync_v2(host.address(), address, (long) count * Short.BYTES, Cuda.STREAM),
        "fetch");
    short[] values = new short[count];
    host.buffer().asShortBuffer().get(values);
    return values;
  }

  private static float value(short bits) {
    return Float.intBitsToFloat(bits << Short.SIZE);
  }

  /** Values that are bfloat16, so that what is computed begins with the same. */
  private static float[] values(int count, long seed) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = value(BFloat16.of((float) random.nextGaussian()));
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

  /** The bits of a product, whose surroundings have been looked at. */
  private short[] multiply(Operands operands, Activation activation, boolean residual) {
    int count = operands.rows() * operands.outputs();
    long around = allocate((count + 2L * GUARDS) * Short.BYTES);
    long output = around + GUARDS * Short.BYTES;
    long input = sendBFloat16(Arrays.copyOf(operands.a(), operands.rows() * operands.inputs()));
    DeviceMap map =
        new DeviceMap(
            sendBFloat16(operands.w()),
            send(operands.bias()),
            operands.outputs(),
            operands.inputs(),
            activation,
            DeviceMap.Form.ALONE);
    GpuKernels kernels = new GpuKernels(device);
    if (residual) {
      long added = sendBFloat16(Arrays.copyOf(operands.residual(), count));
      kernels.addProduct(input, map, added, output, operands.rows(), arguments);
    } else {
      kernels.product(input, map, output, operands.rows(), arguments);
    }
    short[] all = fetch(around, count + 2 * GUARDS);
    for (int i = 0; i < GUARDS; i++) {
      assertThat(all[i]).as("value %d before the output", GUARDS - i).isEqualTo(UNTOUCHED);
      assertThat(all[GUARDS + count + i]).as("value %d behind it", i).isEqualTo(UNTOUCHED);
    }
    return Arrays.copyOfRange(all, GUARDS, GUARDS + count);
  }

  private static Matrix expected(Operands operands, Activation activation, boolean residual) {
    Matrix sums = Matrix.allocate(operands.rows(), operands.outputs());
    for (int row = 0; row < operands.rows(); row++) {
      for (int column = 0; column < operands.outputs(); column++) {
        sums.data()[sums.index(row) + column] = (float) operands.sum(row, column);
      }
    }
    KernelProvider.choose(KernelChoice.REFERENCE).kernels().activate(activation, sums);
    for (int i = 0; residual && i < sums.rows() * sums.columns(); i++) {
      sums.data()[i] += operands.residual()[i];
    }
    return sums;
  }

  private static void assertNear(short[] bits, Matrix expected) {
    for (int row = 0; row < expected.rows(); row++) {
      for (int column = 0; column < expected.columns(); column++) {
        float found = value(bits[row * expected.columns() + column]);
        float right = expected.at(row, column);
        if (!(Math.abs(found - right) <= TOLERANCE * Math.abs(right) + LEAST)) {
          assertThat(found).as("row %d, column %d", row, column).isEqualTo(right);
        }
      }
    }
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
    assertNear(
        multiply(operands, Activation.NONE, false), expected(operands, Activation.NONE, false));
    assertNear(
        multiply(operands, Activation.NONE, true), expected(operands, Activation.NONE, true));
  }

  @ParameterizedTest
  @EnumSource(value = Activation.class, mode = EnumSource.Mode.EXCLUDE, names = "TANH")
  void areActivated(Activation activation) {
    for (int outputs : new int[] {40, 192}) {
      Operands operands = Operands.of(70, outputs, 8);
      assertNear(multiply(operands, activation, false), expected(operands, activation, false));
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
