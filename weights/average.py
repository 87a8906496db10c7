#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Averages two networks of one lineage: weights (1 - SHARE) · first + SHARE · second.

A run that goes on from a file stays near enough to it that what lies between works too; it trades calm against style
without another run. The tables are the first network's: finish.py makes them anew.
"""
import argparse

import torch

from train import weights_file


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("first", help="a weights file")
    parser.add_argument("second", help="a weights file trained on from the first")
    parser.add_argument("--share", type=float, required=True, help="of the second, 0 to 1")
    parser.add_argument("--name", required=True)
    parser.add_argument("--output", required=True)
    arguments = parser.parse_args()
    network, stored, _ = weights_file.load(arguments.first)
    second = weights_file.load(arguments.second)[0]
    with torch.no_grad():
        for ours, theirs in zip(network.parameters(), second.parameters(), strict=True):
            ours.lerp_(theirs, arguments.share)
    weights_file.save(arguments.output, network, stored, arguments.name,
                      f"average of two networks, {arguments.share:g} of the second", "<f4")


if __name__ == "__main__":
    main()
