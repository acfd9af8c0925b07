package io.heed.kernel;

class ReferenceTrainingTest extends TrainingKernelsContract {

  @Override
  TrainingKernels kernels() {
    return new ReferenceTraining();
  }
}
