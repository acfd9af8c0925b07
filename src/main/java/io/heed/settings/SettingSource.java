package io.heed.settings;

import java.util.List;

/**
 * The settings that one room declares and that Spark's configuration may give as well. A room that
 * has some names its source in {@code META-INF/services}; no list has to know all rooms.
 */
public interface SettingSource {

  /**
   * The settings, in the order of the documentation; each has {@link Setting.Scope#CONFIGURATION}.
   */
  List<Setting<?>> settings();
}
