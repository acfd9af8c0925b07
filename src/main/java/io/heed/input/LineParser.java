package io.heed.input;

/** Turns the lines of one format into rows. Each task has its own. */
interface LineParser {
  InputRow parse(Line line);
}
