package io.heed.output;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProgressTest {

  private static final String HEARTBEAT = "spark.executor.heartbeatInterval";

  @ParameterizedTest
  @CsvSource({"local, 2s", "local[*], 2s", "local-cluster[2;1;1024], unset", "yarn, unset"})
  void onlyLocalRunsReportMoreOften(String master, String interval) {
    SparkConf conf = new SparkConf(false).setMaster(master);
    Progress.shortenLocalHeartbeat(conf);
    assertThat(conf.get(HEARTBEAT, "unset")).isEqualTo(interval);
  }

  @Test
  void theUsersIntervalStays() {
    SparkConf conf = new SparkConf(false).setMaster("local[2]").set(HEARTBEAT, "5s");
    Progress.shortenLocalHeartbeat(conf);
    assertThat(conf.get(HEARTBEAT)).isEqualTo("5s");
  }
}
