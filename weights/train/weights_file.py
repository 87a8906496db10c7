# SPDX-License-Identifier: MIT
"""Saves and loads a network together with its normalization tables in the project's form."""
import json
from dataclasses import dataclass, field

import numpy as np
import torch

from train import graph, tensor_file
from train.network import SITES, RestylingNetwork

FORMAT = "impasto-graph-1"
LICENCE = "MIT"


@dataclass
class NormalizationTables:
    """Per site: `batch` (mean, var) and `learned` (gamma, beta), [C]; `conditional`, [S,C]."""
    batch: list
    learned: list
    conditional: list = field(default_factory=list)
    conditional_styles: list = field(default_factory=list)
    learned_style: str = ""
    trained_cells: list = field(default_factory=lambda: ["instance+adaptive"])


def _array(tensor, dtype):
    array = tensor.detach().cpu().float().numpy()
    if not np.isfinite(array).all() or np.abs(array).max(initial=0) > 65504:
        raise ValueError("a weight is not finite or does not fit fp16")
    return array.astype(dtype)


def save(path, network, tables, name, training_note, dtype="<f2"):
    tensors = {key: _array(value, dtype) for key, value in network.state_dict().items()}
    for index, site in enumerate(SITES):
        pairs = {"batch": (("mean", "var"), tables.batch),
                 "learned": (("gamma", "beta"), tables.learned)}
        if tables.conditional_styles:
            pairs["conditional"] = (("gamma", "beta"), tables.conditional)
        for kind, (names, values) in pairs.items():
            for part, value in zip(names, values[index]):
                tensors[f"s{site}.{kind}.{part}"] = _array(value, dtype)
    description = graph.build(name, tables.conditional_styles, tables.learned_style,
                              tables.trained_cells)
    tensor_file.write(path, tensors, {
        "name": name, "format": FORMAT, "licence": LICENCE, "training_note": training_note,
        "graph": json.dumps(description, separators=(",", ":")),
    })


def load(path):
    """Returns (network, tables, metadata). Also reads files without a graph (bare tensors)."""
    arrays, metadata = tensor_file.read(path)
    tensors = {key: torch.from_numpy(array.astype("<f4")) for key, array in arrays.items()}
    tables = NormalizationTables(
        batch=[(tensors.pop(f"s{k}.batch.mean"), tensors.pop(f"s{k}.batch.var")) for k in SITES],
        learned=[(tensors.pop(f"s{k}.learned.gamma"), tensors.pop(f"s{k}.learned.beta"))
                 for k in SITES])
    if "s1.conditional.gamma" in tensors:
        tables.conditional = [(tensors.pop(f"s{k}.conditional.gamma"),
                               tensors.pop(f"s{k}.conditional.beta")) for k in SITES]
    if "graph" in metadata:
        description = json.loads(metadata["graph"])
        tables.conditional_styles = description["conditional_styles"]
        tables.learned_style = description["learned_style"]
        tables.trained_cells = description["trained_cells"]
    network = RestylingNetwork([tensors[f"e{k}.weight"].shape[0] for k in SITES])
    network.load_state_dict(tensors)
    return network.eval(), tables, metadata
