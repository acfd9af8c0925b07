package io.heed.checkpoint;

/**
 * A module of sentence-transformers as a checkpoint lists it.
 *
 * @param path its folder, empty for the checkpoint's own directory
 */
record ListedModule(ModuleKind kind, String path) {}
