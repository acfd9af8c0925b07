package io.heed.training;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The steps of a run so far. */
public final class History implements Serializable {
  private static final long serialVersionUID = 1;

  private final ArrayList<StepRecord> records;

  /** Of these steps, in order. */
  public History(List<StepRecord> records) {
    this.records = new ArrayList<>(records);
  }

  public List<StepRecord> records() {
    return List.copyOf(records);
  }

  void add(StepRecord step) {
    records.add(step);
  }

  /** The held-out loss after the last step. */
  void evaluated(double loss) {
    records.set(records.size() - 1, last().orElseThrow().with(loss));
  }

  /** Steps that were left out, since their loss or gradient was not finite. */
  public long skipped() {
    return records.stream().filter(StepRecord::isSkipped).count();
  }

  /** The last step. */
  public Optional<StepRecord> last() {
    return records.isEmpty() ? Optional.empty() : Optional.of(records.get(records.size() - 1));
  }

  /** The step with the least held-out loss, the first of equal ones. */
  public Optional<StepRecord> best() {
    return evaluations().reduce((one, next) -> next.heldOut() < one.heldOut() ? next : one);
  }

  /** Evaluations since the best. */
  long sinceBest() {
    return best().map(best -> evaluations().filter(e -> e.step() > best.step()).count()).orElse(0L);
  }

  private java.util.stream.Stream<StepRecord> evaluations() {
    return records.stream().filter(StepRecord::isEvaluated);
  }
}
