package io.heed.embed;

import io.heed.architecture.ModelCheckpoint;
import io.heed.gpu.GpuEmbedder;
import io.heed.job.OutputColumns;
import io.heed.rapids.Device;
import io.heed.rapids.DeviceSettings;
import io.heed.rapids.Precision;
import io.heed.rapids.RapidsColumns;
import io.heed.settings.Effective;
import io.heed.settings.Setting;
import io.heed.settings.SettingException;
import io.heed.settings.Settings;
import io.heed.settings.ValueType;
import io.heed.spark.table.VectorSettings;
import io.heed.spark.table.VectorType;
import io.heed.spark.tokens.TokenSettings;
import io.heed.spark.tokens.TokenSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Decides what rows are embedded on, and says why.
 *
 * @param carried the id and the kept columns of the rows
 */
record EmbedDevice(
    SparkSession spark, Settings settings, EmbedPlan plan, List<StructField> carried) {

  /**
   * The embedding on GPUs; empty where the CPU computes. The settings tell which, and why.
   *
   * @throws SettingException when a GPU is asked for and there is none for these rows, or a
   *     precision that the device has not
   */
  Optional<GpuRows> onGpu() {
    Device asked = settings.value(DeviceSettings.DEVICE);
    if (asked == Device.CPU) {
      requirePrecision(Precision.FLOAT32, Device.CPU);
      return Optional.empty();
    }
    if (asked == Device.GPU) {
      requirePrecision(Precision.BFLOAT16, Device.GPU);
    }
    GpuRows rows = GpuRows.of(plan, carried);
    Optional<Precision> precision = settings.find(DeviceSettings.PRECISION);
    Optional<String> fault =
        precision.equals(Optional.of(Precision.FLOAT32))
            ? Optional.of(told(DeviceSettings.PRECISION, Precision.FLOAT32))
            : fault(rows);
    if (fault.isPresent()) {
      refuseWithoutGpu(asked, precision, fault.get());
      decided(Device.CPU, "auto: " + fault.get(), Precision.FLOAT32);
      return Optional.empty();
    }
    if (asked == Device.AUTO) {
      decided(
          Device.GPU, "auto: the RAPIDS plugin is there and the model fits", Precision.BFLOAT16);
    }
    return Optional.of(rows);
  }

  private void refuseWithoutGpu(Device asked, Optional<Precision> precision, String fault) {
    if (asked == Device.GPU) {
      refuse(DeviceSettings.DEVICE, asked, fault);
    }
    if (precision.equals(Optional.of(Precision.BFLOAT16))) {
      refuse(DeviceSettings.PRECISION, Precision.BFLOAT16, "needs a GPU: " + fault);
    }
  }

  private void decided(Device device, String why, Precision precision) {
    settings.decided(DeviceSettings.DEVICE, device, why);
    requirePrecision(precision, device);
  }

  /** Tells a device's precision, where none is given. */
  private void requirePrecision(Precision own, Device device) {
    String name = ValueType.write(device);
    Effective<Precision> ofDevice = new Effective<>(own, "device " + name);
    Precision precision =
        settings.find(DeviceSettings.PRECISION, Optional.of(ofDevice)).orElseThrow();
    if (precision != own) {
      refuse(
          DeviceSettings.PRECISION,
          precision,
          String.format(
              Locale.ROOT,
              "device %s computes in %s (%s)",
              name,
              ValueType.write(own),
              settings.place(DeviceSettings.DEVICE)));
    }
  }

  private <T> void refuse(Setting<T> setting, T value, String why) {
    throw new SettingException(told(setting, value) + ": " + why);
  }

  private <T> String told(Setting<T> setting, T value) {
    return settings.place(setting) + " " + ValueType.write(value);
  }

  /** Why these rows are not embedded on a GPU, or empty. */
  private Optional<String> fault(GpuRows rows) {
    return RapidsColumns.fault(spark)
        .or(this::planFault)
        .or(() -> rows.embedding().fault(spark, columns(rows), carried.size()))
        .or(() -> RapidsColumns.faultOfExecutors(spark));
  }

  private StructType columns(GpuRows rows) {
    return OutputColumns.of(carried, rows.transform().added());
  }

  private Optional<String> planFault() {
    if (!plan.attentionLayers().isEmpty()) {
      return Optional.of(
          settings.place(EmbedSettings.WITH_ATTENTION)
              + " asks for weights, which a GPU does not keep");
    }
    if (plan.tokens() instanceof TokenSource.TypedIds) {
      return Optional.of(
          settings.place(TokenSettings.TOKEN_TYPES_COLUMN) + ": all tokens are of type 0 on a GPU");
    }
    if (plan.vectorType() == VectorType.VECTOR) {
      return Optional.of(
          told(VectorSettings.VECTOR_TYPE, VectorType.VECTOR) + " is no type of a GPU's columns");
    }
    return modelFault();
  }

  private Optional<String> modelFault() {
    try (ModelCheckpoint model = plan.model().open()) {
      return GpuEmbedder.fault(model.structure(), plan.pooling(), model.headStructure());
    }
  }
}
