/**
 * Result rows, rejected rows and counts enter, written and added up by tasks that may fail and run
 * again; one published directory leaves, with a run report that accounts for every row.
 *
 * <p>Types that know each other: {@code Placement} chooses between {@code AtomicPlacement} and
 * {@code FileByFilePlacement} by the store, which nothing else asks about. {@code RunCounters}
 * opens the {@code TaskCounters} of a task, which add up in it. A {@code RunReport} is told as
 * {@code ReportText} lays it out, in a type of its own because JSON and lines for a person have
 * nothing in common.
 */
package io.heed.output;
