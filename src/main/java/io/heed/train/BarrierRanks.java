package io.heed.train;

import io.heed.training.Ranks;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.spark.BarrierTaskContext;

/**
 * Where the tasks of a barrier stage are.
 *
 * @param ranks the tasks by partition, with their JVMs numbered in the order of their first tasks
 * @param addresses {@code host:port} of each task
 */
record BarrierRanks(Ranks ranks, List<String> addresses) {
  /** Tells JVMs apart that have the same address, each in a network of its own. */
  private static final String PROCESS = UUID.randomUUID().toString();

  /** Asks all tasks of the stage, each of which has to call this once; takes about a second. */
  static BarrierRanks of(BarrierTaskContext context, String address) {
    return of(List.of(context.allGather(address + " " + PROCESS)));
  }

  /** The tasks that say {@code host:port process}. */
  static BarrierRanks of(List<String> told) {
    List<String[]> parts = told.stream().map(BarrierRanks::parts).toList();
    List<String> processes = new ArrayList<>(parts.stream().map(p -> p[1]).distinct().toList());
    return new BarrierRanks(
        new Ranks(parts.stream().mapToInt(p -> processes.indexOf(p[1])).toArray()),
        parts.stream().map(p -> p[0]).toList());
  }

  private static String[] parts(String told) {
    String[] parts = told.split(" ");
    if (parts.length != 2 || Stream.of(parts).anyMatch(String::isEmpty)) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "a task says \"host:port process\", not \"%s\"", told));
    }
    return parts;
  }
}
