package io.heed.model;

/** The name of a tensor of a checkpoint and the shape it has to have, outermost dimension first. */
record Tensor(String name, int... shape) {}
