package io.heed.gpu;

import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Layer normalisation on the emulated GPU, of rows whose mean is far from zero, beside doubles. */
class GpuNormsTest {
  private static final float EPSILON = 1e-5f;
  private static final float MEAN = 3;

  private final DeviceArrays arrays = new DeviceArrays();
  private final Random random = new Random(11);

  @BeforeEach
  void require() {
    EmulatedDriver.require();
  }

  @AfterEach
  void giveBack() {
    arrays.close();
  }

  private float[] values(int count, float mean) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = DeviceArrays.value(BFloat16.of((float) random.nextGaussian() + mean));
    }
    return values;
  }

  private static float[] expected(float[] sums, float[] gain, float[] bias) {
    int width = gain.length;
    float[] expected = new float[sums.length];
    for (int row = 0; row < sums.length; row += width) {
      double mean = 0;
      double squares = 0;
      for (int i = 0; i < width; i++) {
        mean += sums[row + i] / (double) width;
      }
      for (int i = 0; i < width; i++) {
        squares += (sums[row + i] - mean) * (sums[row + i] - mean);
      }
      double scale = 1 / Math.sqrt(squares / width + EPSILON);
      for (int i = 0; i < width; i++) {
        expected[row + i] = (float) ((sums[row + i] - mean) * scale * gain[i] + bias[i]);
      }
    }
    return expected;
  }

  /** Of widths and rows round what a warp reads and a block has. */
  @ParameterizedTest
  @CsvSource({"1, 8", "7, 40", "8, 128", "9, 136", "17, 384", "3, 1024"})
  void rowsAreNormalized(int rows, int width) {
    float[] sums = values(rows * width, MEAN);
    float[] gain = values(width, 1);
    float[] bias = values(width, 0);
    long output = arrays.output(rows * width);
    DeviceNorm norm =
        new DeviceNorm(arrays.floats(gain), arrays.floats(bias), DeviceNorm.Form.LAYER, EPSILON);
    new GpuKernels(GpuDevice.open())
        .normalize(arrays.bfloat16(sums), norm, output, rows, width, new LaunchArguments());
    DeviceArrays.assertNear(DeviceArrays.fetch(output, rows * width), expected(sums, gain, bias));
  }
}
