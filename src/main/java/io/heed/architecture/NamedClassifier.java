package io.heed.architecture;

import io.heed.kernel.Activation;
import io.heed.layer.Linear;
import io.heed.layer.LinearSpec;
import io.heed.layer.Pooling;
import io.heed.layer.VectorHead;
import io.heed.layer.Weights;
import java.util.List;

/**
 * The classifier of BERT and what is built like it: two maps of the first token, of which the first
 * is as wide as a hidden state.
 *
 * @param prefixes what the names may stand behind, the first of which there is one
 * @param width values of a hidden state
 */
record NamedClassifier(List<String> prefixes, Names names, int width) implements Classifier {

  /**
   * What a family calls the maps.
   *
   * @param hidden the first
   * @param activation behind it
   * @param output the second
   */
  record Names(String hidden, Activation activation, String output) {
    private static final String CLASSIFIER = "classifier";
    private static final String DENSE = "classifier.dense";
    private static final String PROJECTION = "classifier.out_proj";

    /** Of a model with a pooler. */
    static final Names BERT = new Names("pooler.dense", Activation.TANH, CLASSIFIER);

    static final Names ALBERT = new Names("pooler", Activation.TANH, CLASSIFIER);
    static final Names ROBERTA = new Names(DENSE, Activation.TANH, PROJECTION);
    static final Names ELECTRA = new Names(DENSE, Activation.GELU, PROJECTION);
    static final Names DISTILBERT = new Names("pre_classifier", Activation.RELU, CLASSIFIER);

    Names with(Activation other) {
      return new Names(hidden, other, output);
    }
  }

  @Override
  public Pooling pooling() {
    return Pooling.CLS;
  }

  @Override
  public VectorHead build(Weights root, int classes) {
    Weights weights = root.rooted(prefixes.toArray(String[]::new));
    Linear hidden =
        weights.linear(names.hidden(), LinearSpec.of(width, width).then(names.activation()));
    Linear output = weights.linear(names.output(), LinearSpec.of(classes, width));
    return new VectorHead(
        weights.kernels(), List.of(new VectorHead.Mapped(hidden), new VectorHead.Mapped(output)));
  }
}
