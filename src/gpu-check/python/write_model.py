"""A checkpoint of e5-small's shape: write_model.py FOLDER"""
import pathlib, sys

from bert import Shape, random_weights, write_checkpoint

shape = Shape("e5-small", 384, 12, 1536, 12)
write_checkpoint(shape, random_weights(shape), pathlib.Path(sys.argv[1]))
