package io.heed.layer;

import io.heed.kernel.Kernels;
import io.heed.kernel.Matrices;
import io.heed.layer.Workspace.Buffer;
import io.heed.tensor.Matrix;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The fully connected layers of a block, the hidden one wider and with an activation. */
public sealed interface FeedForward {

  /** {@code [T, D]} to {@code [T, D]}. */
  void forward(Matrix hidden, Matrix transformed, Workspace workspace);

  /**
   * Two layers, one after the other.
   *
   * @param intermediate D to the wider width
   * @param output the wider width to D
   */
  record Plain(Matrices kernels, Linear intermediate, Linear output) implements FeedForward {

    @Override
    public void forward(Matrix hidden, Matrix transformed, Workspace workspace) {
      kernels.linearTwice(
          hidden, intermediate.projection(), output.projection(), transformed, workspace.scratch());
    }
  }

  /**
   * The hidden layer is the product of two (Shazeer, 2020), one of them with the activation: {@code
   * output(gate(x) · intermediate(x))}.
   *
   * @param gate D to the wider width, with the activation
   * @param intermediate D to the wider width
   * @param output the wider width to D
   */
  record Gated(Matrices kernels, Linear gate, Linear intermediate, Linear output)
      implements FeedForward {

    @Override
    public void forward(Matrix hidden, Matrix transformed, Workspace workspace) {
      kernels.linearGated(
          hidden,
          gate.projection(),
          intermediate.projection(),
          output.projection(),
          transformed,
          workspace.scratch());
    }
  }

  /**
   * Experts, of which a router chooses a few for each token (Shazeer et al., 2017): {@code bias + Σ
   * p_e · expert_e(x)} over the experts e whose p is largest, of equal ones the first. p is the
   * softmax of what the router gives for all experts, and stays as it is.
   *
   * <p>The tokens of an expert pass through it together, and a token's terms are added in the order
   * of the experts, so that what becomes of it depends on no other token.
   *
   * @param router D to the number of experts
   * @param chosen experts for each token
   * @param bias {@code [D]}
   */
  record Experts(Kernels kernels, Linear router, List<Plain> experts, int chosen, float[] bias)
      implements FeedForward {

    /**
     * Checks that so many can be chosen.
     *
     * @throws IllegalArgumentException when there are fewer
     */
    public Experts {
      if (chosen < 1 || chosen > experts.size()) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT, "%d of %d experts cannot be chosen", chosen, experts.size()));
      }
    }

    @Override
    public void forward(Matrix hidden, Matrix transformed, Workspace workspace) {
      Matrix shares = workspace.matrix(Buffer.SHARES, hidden.rows(), experts.size());
      router.forward(hidden, shares, workspace);
      kernels.softmax(shares, 1, workspace.scratch());
      Matrix routed = workspace.matrix(Buffer.ROUTED, hidden.rows(), hidden.columns());
      Matrix made = workspace.matrix(Buffer.EXPERT, hidden.rows(), hidden.columns());
      for (int t = 0; t < hidden.rows(); t++) {
        int at = transformed.index(t);
        Arrays.fill(transformed.data(), at, at + transformed.columns(), 0);
      }
      for (int e = 0; e < experts.size(); e++) {
        int tokens = gather(hidden, shares, e, routed);
        if (tokens > 0) {
          Matrix some = made.rows(0, tokens);
          experts.get(e).forward(routed.rows(0, tokens), some, workspace);
          addShares(some, shares, e, transformed);
        }
      }
      addBias(transformed);
    }

    /** Copies the tokens that get an expert, and tells how many there are. */
    private int gather(Matrix hidden, Matrix shares, int expert, Matrix routed) {
      int tokens = 0;
      for (int t = 0; t < hidden.rows(); t++) {
        if (isChosen(shares, t, expert)) {
          System.arraycopy(
              hidden.data(),
              hidden.index(t),
              routed.data(),
              routed.index(tokens),
              hidden.columns());
          tokens++;
        }
      }
      return tokens;
    }

    private void addShares(Matrix made, Matrix shares, int expert, Matrix transformed) {
      int row = 0;
      for (int t = 0; t < transformed.rows(); t++) {
        if (isChosen(shares, t, expert)) {
          add(shares.at(t, expert), made.data(), made.index(row), transformed, t);
          row++;
        }
      }
    }

    private void addBias(Matrix transformed) {
      for (int t = 0; t < transformed.rows(); t++) {
        add(1, bias, 0, transformed, t);
      }
    }

    private static void add(float share, float[] values, int from, Matrix transformed, int token) {
      float[] sums = transformed.data();
      int at = transformed.index(token);
      for (int i = 0; i < transformed.columns(); i++) {
        sums[at + i] = Math.fma(share, values[from + i], sums[at + i]);
      }
    }

    /** Whether fewer experts than are chosen come before this one. */
    private boolean isChosen(Matrix shares, int token, int expert) {
      float[] all = shares.data();
      int at = shares.index(token);
      float share = all[at + expert];
      int before = 0;
      for (int e = 0; e < shares.columns(); e++) {
        if (all[at + e] > share || all[at + e] == share && e < expert) {
          before++;
        }
      }
      return before < chosen;
    }
  }
}
