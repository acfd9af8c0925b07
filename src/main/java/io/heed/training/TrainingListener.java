package io.heed.training;

/** Is told how a run goes on, by its first task. */
public interface TrainingListener {
  TrainingListener NONE = new TrainingListener() {};

  /** A step was done. */
  default void step(StepRecord record) {}

  /** Held-out rows were evaluated after a step. */
  default void evaluated(StepRecord record) {}
}
