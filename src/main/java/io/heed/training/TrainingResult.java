package io.heed.training;

import java.io.Serializable;

/**
 * How a run ended.
 *
 * @param history of all its steps
 * @param step whose checkpoint has the weights that are the result
 * @param parameters values that were trained
 * @param seconds that all tasks spent, by what they did, in the order of {@link #PHASES}
 */
public record TrainingResult(History history, long step, long parameters, double[] seconds)
    implements Serializable {
  /** What tasks spend their time on. */
  public static final String[] PHASES = {
    "read", "gradient", "exchange", "update", "pack", "evaluate", "checkpoint"
  };
}
