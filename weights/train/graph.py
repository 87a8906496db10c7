# SPDX-License-Identifier: MIT
"""The network's graph as data: the JSON stored in a weights file (docs/model-format.md)."""
LEAKY_SLOPE = 0.1
EPSILON = 1e-5
RESIDUAL_BLOCKS = 3
PREFERRED_SIZES = {"nano": [256, 384, 512], "micro": [256, 384, 512], "full": [384, 512, 256]}


def _conv(source, output, weights, activation="none", stride=1, upsample=1):
    node = {
        "op": "conv2d", "inputs": [source], "output": output,
        "weight": f"{weights}.weight", "bias": f"{weights}.bias",
        "kernel": [3, 3], "stride": [stride, stride], "dilation": [1, 1], "groups": 1,
        "pad": [1, 1, 1, 1], "pad_mode": "reflect", "activation": activation, "upsample": upsample,
    }
    if activation == "leaky_relu":
        node["slope"] = LEAKY_SLOPE
    return node


def _encoder_nodes():
    nodes = [
        {"op": "scale_shift", "inputs": ["rgb"], "output": "x", "scale": 2.0, "shift": -1.0},
        {"op": "pixel_unshuffle", "inputs": ["x"], "output": "x0", "factor": 2},
    ]
    previous = "x0"
    for level in (1, 2, 3):
        features = f"f{level}"
        nodes.append(_conv(previous, features, f"e{level}", "leaky_relu", 1 if level == 1 else 2))
        previous = features
    for level in (1, 2, 3):
        nodes.append({"op": "normalize", "inputs": [f"f{level}"], "output": f"n{level}",
                      "site": f"s{level}"})
    return nodes


def _decoder_nodes():
    nodes, y = [], "n3"
    for block in range(RESIDUAL_BLOCKS):
        inner, outer, total = f"r{block}a", f"r{block}b", f"r{block}"
        nodes += [
            _conv(y, inner, f"r.{block}.0", "relu"),
            _conv(inner, outer, f"r.{block}.1"),
            {"op": "add", "inputs": [y, outer], "output": total},
        ]
        y = total
    for level, skip in ((2, "n2"), (1, "n1")):
        up, total, rectified = f"u{level}", f"u{level}s", f"y{level}"
        nodes += [
            _conv(y, up, f"d{level}", upsample=2),
            {"op": "add", "inputs": [up, skip], "output": total},
            {"op": "activation", "kind": "relu", "inputs": [total], "output": rectified},
        ]
        y = rectified
        if level == 2:
            nodes += [
                _conv(y, "m", "m2", "relu"),
                {"op": "add", "inputs": [y, "m"], "output": "y2m"},
            ]
            y = "y2m"
    nodes += [
        _conv(y, "head", "h", "sigmoid"),
        {"op": "pixel_shuffle", "inputs": ["head"], "output": "rgb_out", "factor": 2},
    ]
    return nodes


def build(name, conditional_styles, learned_style, trained_cells):
    """The graph of the three-level AdaIN network; widths follow from the weights' shapes."""
    return {
        "version": 1,
        "name": name,
        "input": {"tensor": "rgb", "channels": 3, "range": [0, 1], "multiple": 8,
                  "sizes": PREFERRED_SIZES.get(name, [256, 384, 512])},
        "output": "rgb_out",
        "epsilon": EPSILON,
        "conditional_styles": list(conditional_styles),
        "learned_style": learned_style,
        "trained_cells": list(trained_cells),
        "nodes": _encoder_nodes() + _decoder_nodes(),
    }
