package io.heed;

import com.holdenkarau.spark.testing.JavaDatasetSuiteBase;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** Tests that compare tables, with the session of spark-testing-base in place of ours. */
public abstract class DatasetSuite extends JavaDatasetSuiteBase {
  private static final long serialVersionUID = 1;

  @BeforeAll
  static void makeRoom() {
    LocalSpark.stop();
  }

  @BeforeEach
  void startSpark() {
    runBefore();
  }

  @AfterAll
  static void stopSpark() {
    runAfterClass();
  }

  @Override
  public SparkConf conf() {
    return super.conf().set("spark.ui.enabled", "false");
  }

  @Override
  public boolean enableHiveSupport() {
    return false;
  }
}
