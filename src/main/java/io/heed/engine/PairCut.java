package io.heed.engine;

/** Which of two texts is cut where they have too many tokens together. */
public enum PairCut {
  /** The longer one, until both are of one length, then both. */
  LONGEST,
  /** The second alone. */
  SECOND;

  /**
   * How many tokens of each are kept, as Hugging Face's tokenizers do it.
   *
   * @param first tokens of the first text
   * @param second tokens of the second
   * @param room for both together, from 0 on
   * @return those of the first and of the second; all where they fit; none or fewer of the second
   *     where the first leaves it no room
   */
  int[] kept(int first, int second, int room) {
    if ((long) first + second <= room) {
      return new int[] {first, second};
    }
    if (this == SECOND) {
      return new int[] {first, room - first};
    }
    int shorter = Math.min(first, second);
    int longer = shorter > room ? shorter : Math.max(shorter, room - shorter);
    if ((long) shorter + longer > room) {
      shorter = room / 2;
      longer = shorter + room % 2;
    }
    return first > second ? new int[] {longer, shorter} : new int[] {shorter, longer};
  }
}
