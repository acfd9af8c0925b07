package io.heed.kernel;

/** Every operation in plain Java, written to be read: what the other kernels are compared with. */
public final class ReferenceKernels extends KernelBundle {

  /** Kernels that need nothing of the machine. */
  public ReferenceKernels() {
    super(
        new ReferenceMatrices(),
        new ReferenceAttentions(),
        new ReferenceNorms(),
        new ReferenceElements(),
        new ReferenceReductions());
  }

  @Override
  public String name() {
    return "reference";
  }
}
