package io.heed.rapids;

import io.heed.settings.Setting;
import io.heed.settings.SettingSource;
import io.heed.settings.ValueType;
import java.util.List;

/** The settings of whatever can compute on a GPU. */
public final class DeviceSettings implements SettingSource {
  public static final Setting<Device> DEVICE =
      Setting.of(
              "device",
              ValueType.choice(Device.class),
              "What computes: auto takes the GPUs of the RAPIDS plugin where it is there and the"
                  + " model can be computed on them, and says why not; gpu fails instead")
          .withDefault(Device.AUTO)
          .ofExecution();
  public static final Setting<Precision> PRECISION =
      Setting.of(
              "precision",
              ValueType.choice(Precision.class),
              "In what numbers: a GPU computes in bfloat16 with sums in float32, the CPU in float32;"
                  + " float32 makes auto take the CPU")
          .withModelDefault("the device's");

  @Override
  public List<Setting<?>> settings() {
    return List.of(DEVICE, PRECISION);
  }
}
