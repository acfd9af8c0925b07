package io.heed.spark.table;

import io.heed.settings.Setting;
import io.heed.settings.SettingSource;
import io.heed.settings.ValueType;
import java.util.List;

/** The settings of whatever writes vectors. */
public final class VectorSettings implements SettingSource {
  public static final Setting<VectorType> VECTOR_TYPE =
      Setting.of(
              "vector-type",
              ValueType.choice(VectorType.class),
              "Type of the vectors that are written: array<float>, or the vector of Spark ML, which"
                  + " KMeans and other stages take")
          .withDefault(VectorType.ARRAY);

  @Override
  public List<Setting<?>> settings() {
    return List.of(VECTOR_TYPE);
  }
}
