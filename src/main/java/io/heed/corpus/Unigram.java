package io.heed.corpus;

import java.util.Locale;
import java.util.stream.LongStream;

/** How well token ids are foretold by how often they occur, which a trained model has to beat. */
public final class Unigram {
  private Unigram() {}

  /**
   * The mean negative log-probability of held-out tokens, in nats: the sum over ids i of {@code h_i
   * ln((N + V) / (t_i + 1))}, over the sum of all h_i. Here t_i and h_i count id i in training and
   * held out, wherever a model has to foretell it, N is the sum of all t_i, and V the vocabulary;
   * the 1 that is added to each t_i gives ids that training lacks a probability. Sums run by id,
   * and logarithms are those of {@link StrictMath}, so that the bits are the same everywhere.
   *
   * @param trainCounts {@code [V]}
   * @param heldOutCounts {@code [V]}, not all of them 0
   * @throws IllegalArgumentException when the lengths differ, a count is negative, a sum is above
   *     2^63 - 1, or nothing is held out
   */
  public static double loss(long[] trainCounts, long[] heldOutCounts) {
    return loss(trainCounts, heldOutCounts, Math.max(1, trainCounts.length));
  }

  /**
   * The same where it is known which of some groups of ids each token is of, as that of a bar's
   * feature is by its place: N and V are then those of the id's group.
   *
   * @param group ids of a group, those from 0 on being the first
   * @throws IllegalArgumentException as above, or when a group has no ids
   */
  public static double loss(long[] trainCounts, long[] heldOutCounts, int group) {
    if (group < 1) {
      throw new IllegalArgumentException("groups of " + group + " ids hold none");
    }
    if (trainCounts.length != heldOutCounts.length) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%d counts of training do not fit %d held out",
              trainCounts.length,
              heldOutCounts.length));
    }
    long heldOut = sum("held-out", heldOutCounts, 0);
    if (heldOut == 0) {
      throw new IllegalArgumentException("no token is held out");
    }
    sum("training", trainCounts, trainCounts.length);
    double loss = 0;
    for (int first = 0; first < trainCounts.length; first += group) {
      int end = (int) Math.min(trainCounts.length, (long) first + group);
      long ofGroup = LongStream.of(trainCounts).skip(first).limit(end - first).sum();
      double logSum = StrictMath.log(ofGroup + (end - first));
      for (int id = first; id < end; id++) {
        if (heldOutCounts[id] > 0) {
          loss += heldOutCounts[id] * (logSum - StrictMath.log(trainCounts[id] + 1.0));
        }
      }
    }
    return loss / heldOut;
  }

  private static long sum(String what, long[] counts, long start) {
    long sum = start;
    for (int id = 0; id < counts.length; id++) {
      if (counts[id] < 0 || counts[id] > Long.MAX_VALUE - sum) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "the %s count of id %d is %d, after a sum of %d",
                what,
                id,
                counts[id],
                sum));
      }
      sum += counts[id];
    }
    return sum;
  }
}
