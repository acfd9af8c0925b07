package io.heed.training;

import io.heed.kernel.AdamSlice;
import io.heed.kernel.AdamStep;
import io.heed.kernel.Scratch;
import io.heed.kernel.TrainingKernels;
import io.heed.training.Parameter.Decay;

/** The moments of a range of pages, and the steps of their weights. One task owns it. */
final class PageOptimizer {
  private final ParameterLayout layout;
  private final int firstPage;
  private final int endPage;
  private final AdamSlice slice;

  /** Of the pages from {@code firstPage} to {@code endPage} (exclusive). */
  PageOptimizer(ParameterLayout layout, int firstPage, int endPage) {
    this.layout = layout;
    this.firstPage = firstPage;
    this.endPage = endPage;
    int length = layout.page(endPage) - layout.page(firstPage);
    this.slice = new AdamSlice(new float[length], new float[length], new float[length]);
  }

  int firstPage() {
    return firstPage;
  }

  int endPage() {
    return endPage;
  }

  /** Index of the first weight. */
  int at() {
    return layout.page(firstPage);
  }

  int length() {
    return slice.gradients().length;
  }

  /** The gradient of the range, which the caller fills, and the moments. */
  AdamSlice slice() {
    return slice;
  }

  /** The sum of the squares of the gradient, page by page. */
  double[] squares(TrainingKernels training, Scratch scratch) {
    double[] squares = new double[endPage - firstPage];
    for (int page = firstPage; page < endPage; page++) {
      int from = layout.page(page);
      int n = layout.page(page + 1) - from;
      squares[page - firstPage] = training.sumOfSquares(slice.gradients(), from - at(), n, scratch);
    }
    return squares;
  }

  /** Changes the weights of the range. */
  void step(AdamStep step, float[] weights, TrainingKernels training) {
    AdamStep plain = step.withoutDecay();
    int end = at() + length();
    for (Parameter parameter : layout.parameters()) {
      int from = Math.max(parameter.at(), at());
      int to = Math.min(parameter.at() + parameter.size(), end);
      if (from < to) {
        AdamStep own = parameter.decay() == Decay.MATRIX ? step : plain;
        training.adamW(own, weights, from, slice, from - at(), to - from);
      }
    }
  }
}
