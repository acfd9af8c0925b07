package io.heed.training;

import io.heed.kernel.TrainingKernels;
import io.heed.tensor.Matrix;
import java.util.ArrayList;
import java.util.List;

/**
 * Some tokens of a micro-batch, so few that what is computed of each by itself stays near the core
 * from one step of the computation to the next: as many as are added to gradients of weights at
 * once.
 *
 * @param tokens of the micro-batch
 * @param from first token
 * @param to behind the last one
 */
record Strip(int tokens, int from, int to) {

  static List<Strip> of(int tokens) {
    List<Strip> strips = new ArrayList<>();
    for (int from = 0; from < tokens; from += TrainingKernels.TOKEN_BLOCK) {
      strips.add(new Strip(tokens, from, Math.min(tokens, from + TrainingKernels.TOKEN_BLOCK)));
    }
    return strips;
  }

  /** The rows of these tokens. */
  Matrix of(Matrix micro) {
    return micro.rows(from, to);
  }
}
