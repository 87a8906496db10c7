#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Writes a network of bare tensors, or a weights file, in the project's form.

The `conditional` rows are filled with each style image's own statistics where none are trained.
"""
import argparse

from train import images, tables, weights_file


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("input", help="a .safetensors file with the network's tensors")
    parser.add_argument("--output", required=True)
    parser.add_argument("--name", default="micro")
    parser.add_argument("--styles", help="folder of style images for the conditional rows")
    parser.add_argument("--note", help="training note; default: the input file's")
    parser.add_argument("--fp32", action="store_true", help="keep fp32 instead of fp16")
    arguments = parser.parse_args()

    network, stored, metadata = weights_file.load(arguments.input)
    if arguments.styles:
        paths = images.list_images(arguments.styles)
        stored.conditional_styles = [path.stem for path in paths]
        stored.conditional = tables.style_rows(network, paths)
    note = arguments.note or metadata.get("training_note") or metadata.get("note", "")
    weights_file.save(arguments.output, network, stored, arguments.name, note,
                      "<f4" if arguments.fp32 else "<f2")


if __name__ == "__main__":
    main()
