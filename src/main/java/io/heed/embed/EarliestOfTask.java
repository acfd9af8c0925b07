package io.heed.embed;

import io.heed.engine.EmbeddedRow;
import io.heed.engine.RowTokens;
import io.heed.input.InputRow;
import io.heed.job.RowListener;
import io.heed.text.TokenStrings;
import io.heed.value.ValueText;
import java.util.NavigableSet;
import java.util.TreeSet;

/** Keeps the first rows of one task attempt. Not thread-safe. */
final class EarliestOfTask implements RowListener<EmbeddedRow> {
  private final EarliestRows ofAll;
  private final TokenStrings strings;
  private final NavigableSet<EarliestRow> earliest = new TreeSet<>();

  private EarliestOfTask(EarliestRows ofAll, TokenStrings strings) {
    this.ofAll = ofAll;
    this.strings = strings;
  }

  /** One for each task of a plan; one that takes no notice where no rows are kept. */
  static RowListener.Maker<EmbeddedRow> of(EmbedPlan plan, EarliestRows ofAll) {
    return () ->
        ofAll.capacity() == 0 ? RowListener.none() : new EarliestOfTask(ofAll, plan.tokenStrings());
  }

  @Override
  public void computed(InputRow row, EmbeddedRow embedded) {
    RowTokens tokens = embedded.tokens();
    earliest.add(
        new EarliestRow(
            row.source(),
            row.position(),
            ValueText.of(row.id()),
            tokens.ids(),
            tokens.types().orElse(new int[0]),
            strings.strings(tokens.ids())));
    if (earliest.size() > ofAll.capacity()) {
      earliest.pollLast();
    }
  }

  @Override
  public void finished() {
    earliest.forEach(ofAll::add);
  }
}
