package io.heed.train;

import io.heed.corpus.Packing;
import io.heed.settings.Setting;
import io.heed.settings.ValueType;
import io.heed.training.Schedule;

/** The settings of training; numbers are named as transformers names them. */
public final class TrainSettings {
  private static final int MANY = Integer.MAX_VALUE;

  public static final Setting<String> SIZE =
      Setting.ofRun(
          "size",
          ValueType.text("LxDxH"),
          "Layers, width and heads of a new model, such as 6x384x6 (default: 6x384x6)");
  public static final Setting<Integer> POSITIONS =
      Setting.ofRun(
              "positions",
              ValueType.integer(2, 1 << 20),
              "Tokens in the longest sequence of a new model")
          .withDefault(256);
  public static final Setting<String> TOKENIZER =
      Setting.ofRun(
          "tokenizer",
          ValueType.text("FILE"),
          "The tokenizer.json of a new model of texts, on the driver");
  public static final Setting<String> DISCRETIZER =
      Setting.ofRun(
          "discretizer",
          ValueType.text("FILE"),
          "The discretizer.json of a new model of price bars, on the driver, as jobs/discretize fits it");
  public static final Setting<Integer> VOCABULARY =
      Setting.ofRun(
          "vocabulary",
          ValueType.integer(1, 1 << 24),
          "Token ids of a new model (default: those of the tokenizer or the discretizer)");
  public static final Setting<String> END_OF_TEXT =
      Setting.ofRun(
          "end-of-text",
          ValueType.text("TOKEN"),
          "Token that ends each text of a new model (default: <|endoftext|> where the tokenizer has"
              + " it)");
  public static final Setting<String> EVAL_INPUT =
      Setting.ofRun(
          "eval-input",
          ValueType.text("PATH"),
          "Table of the rows that are held out, instead of a share of the input");
  public static final Setting<Double> EVAL_FRACTION =
      Setting.ofRun(
              "eval-fraction",
              ValueType.fraction(),
              "Share of the input's rows that are held out, chosen by their ids")
          .withDefault(0.05);
  public static final Setting<Integer> EVAL_ROWS =
      Setting.ofRun(
              "eval-rows",
              ValueType.integer(1, MANY),
              "Rows of those held out that are evaluated, the first ones")
          .withDefault(1000);
  public static final Setting<Integer> EVAL_STEPS =
      Setting.ofRun(
          "eval-steps",
          ValueType.integer(1, MANY),
          "Steps from one evaluation to the next (default: a twentieth of all)");
  public static final Setting<Integer> EARLY_STOPPING =
      Setting.ofRun(
              "early-stopping",
              ValueType.integer(0, MANY),
              "Evaluations without a better held-out loss after which training ends and the best"
                  + " weights are taken, 0 for never")
          .withDefault(0);
  public static final Setting<Integer> STEPS =
      Setting.ofRun(
          "steps", ValueType.integer(1, MANY), "Steps in all, instead of a number of epochs");
  public static final Setting<Double> EPOCHS =
      Setting.ofRun("epochs", ValueType.positive(), "How often each token is read")
          .withDefault(1.0);
  public static final Setting<Integer> BATCH_SIZE =
      Setting.ofRun("batch-size", ValueType.integer(1, 1 << 20), "Blocks of a step")
          .withDefault(32);
  public static final Setting<Integer> BLOCK_LENGTH =
      Setting.ofRun(
          "block-length",
          ValueType.integer(2, 1 << 20),
          "Tokens of a block, at most the model's positions (default: all of them)");
  public static final Setting<Integer> MICRO_BATCH =
      Setting.ofRun(
          "micro-batch",
          ValueType.integer(1, 1 << 20),
          "Blocks that pass through the model together, which bounds the memory of a task and has a"
              + " say in the bits (default: as many as have 1024 tokens)");
  public static final Setting<Integer> GRADIENT_SHARDS =
      Setting.ofRun(
          "gradient-shards",
          ValueType.integer(1, 1 << 20),
          "Parts into which the work of a step is cut, and so the most tasks that can share it; has a"
              + " say in the bits (default: 16, or the batch size where that is less)");
  public static final Setting<Packing> PACKING =
      Setting.ofRun(
              "packing",
              ValueType.choice(Packing.class),
              "Whether a token sees only its own document, or all that stands before it in the block")
          .withDefault(Packing.DOCUMENTS);
  public static final Setting<Double> LEARNING_RATE =
      Setting.ofRun("learning-rate", ValueType.positive(), "Highest learning rate")
          .withDefault(6e-4);
  public static final Setting<Double> MIN_LEARNING_RATE =
      Setting.ofRun(
          "min-learning-rate",
          ValueType.zeroOr("RATE", 1e-30, 1000),
          "Lowest learning rate, at the end (default: a tenth of the highest)");
  public static final Setting<Integer> WARMUP_STEPS =
      Setting.ofRun(
          "warmup-steps",
          ValueType.integer(0, MANY),
          "Steps in which the rate rises (default: a twentieth of all)");
  public static final Setting<Schedule.Form> SCHEDULE =
      Setting.ofRun(
              "schedule", ValueType.choice(Schedule.Form.class), "How the rate falls after that")
          .withDefault(Schedule.Form.COSINE);
  public static final Setting<Double> WEIGHT_DECAY =
      Setting.ofRun(
              "weight-decay",
              ValueType.zeroOr("NUMBER", 1e-30, 1000),
              "Decay of matrices, in parts of the rate")
          .withDefault(0.1);
  public static final Setting<Double> ADAM_BETA1 =
      Setting.ofRun("adam-beta1", ValueType.belowOne(), "Decay of AdamW's first moment")
          .withDefault(0.9);
  public static final Setting<Double> ADAM_BETA2 =
      Setting.ofRun("adam-beta2", ValueType.belowOne(), "Decay of AdamW's second moment")
          .withDefault(0.95);
  public static final Setting<Double> MAX_GRAD_NORM =
      Setting.ofRun(
              "max-grad-norm",
              ValueType.zeroOr("NORM", 1e-30, MANY),
              "Norm to which a larger gradient is clipped, 0 for never")
          .withDefault(1.0);
  public static final Setting<Double> DROPOUT =
      Setting.ofRun(
          "dropout",
          ValueType.belowOne(),
          "Share of embeddings, residual branches and attention weights that are dropped (default:"
              + " the checkpoint's embd_pdrop, resid_pdrop and attn_pdrop, 0 for a new model)");
  public static final Setting<Long> SEED =
      Setting.ofRun(
              "seed",
              ValueType.longInteger(Long.MIN_VALUE, Long.MAX_VALUE),
              "Of the first weights, the order of blocks and dropout")
          .withDefault(0L);
  public static final Setting<Integer> CHECKPOINT_STEPS =
      Setting.ofRun(
              "checkpoint-steps",
              ValueType.integer(0, MANY),
              "Steps from one checkpoint to the next, 0 for by time alone")
          .withDefault(0)
          .ofExecution();
  public static final Setting<Integer> CHECKPOINT_MINUTES =
      Setting.ofRun(
              "checkpoint-minutes",
              ValueType.integer(0, 1 << 20),
              "Minutes from one checkpoint to the next, 0 for by steps alone")
          .withDefault(10)
          .ofExecution();
  public static final Setting<String> TRAINING_STATE =
      Setting.ofRun(
              "training-state",
              ValueType.text("DIR"),
              "Where checkpoints are kept until the model is published, and found by the same command"
                  + " (default: OUTPUT.training)")
          .ofExecution();
  public static final Setting<Boolean> KEEP_TRAINING_STATE =
      Setting.ofRun("keep-training-state", ValueType.truth(), "Keep it when the model is published")
          .withDefault(false)
          .ofExecution();
  public static final Setting<Integer> MAX_RESTARTS =
      Setting.ofRun(
              "max-restarts",
              ValueType.integer(0, MANY),
              "How often training goes on from its last checkpoint after an executor was lost")
          .withDefault(10)
          .ofExecution();
  public static final Setting<Integer> TASKS =
      Setting.ofRun(
              "tasks",
              ValueType.integer(1, 1 << 20),
              "Tasks that share the work, one core each (default: as many as can run at once)")
          .ofExecution();
  public static final Setting<Integer> SKIP_NON_FINITE =
      Setting.ofRun(
              "skip-non-finite",
              ValueType.integer(0, MANY),
              "Steps whose gradient is not finite that are left out before training stops")
          .withDefault(0);

  private TrainSettings() {}
}
