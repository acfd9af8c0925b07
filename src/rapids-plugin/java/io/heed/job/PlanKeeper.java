package io.heed.job;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.sql.util.QueryExecutionListener;

/**
 * Keeps the plans of what was run, or could not be, in all sessions: Spark makes one of each that
 * names it.
 */
public final class PlanKeeper implements QueryExecutionListener {
  private static final Queue<String> PLANS = new ConcurrentLinkedQueue<>();

  /** The plans since the last call. */
  static List<String> take() {
    List<String> taken = new ArrayList<>();
    for (String plan = PLANS.poll(); plan != null; plan = PLANS.poll()) {
      taken.add(plan);
    }
    return taken;
  }

  @Override
  public void onSuccess(String function, QueryExecution query, long nanos) {
    PLANS.add(query.executedPlan().toString());
  }

  @Override
  public void onFailure(String function, QueryExecution query, Exception error) {
    PLANS.add(query.executedPlan().toString());
  }
}
