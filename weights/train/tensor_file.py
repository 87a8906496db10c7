# SPDX-License-Identifier: MIT
"""Reads and writes .safetensors files: named numpy arrays plus a table of strings."""
import json
import struct

import numpy as np

_DTYPES = {"F16": np.dtype("<f2"), "F32": np.dtype("<f4")}
_NAMES = {dtype: name for name, dtype in _DTYPES.items()}
_MAX_HEADER_BYTES = 16 << 20


def _unique(pairs):
    table = dict(pairs)
    if len(table) != len(pairs):
        raise ValueError("duplicate key in the header")
    return table


def read(path):
    """Returns (tensors, metadata); refuses duplicate keys, gaps, overlaps and trailing bytes."""
    with open(path, "rb") as file:
        blob = file.read()
    try:
        (header_bytes,) = struct.unpack_from("<Q", blob)
        if header_bytes > min(_MAX_HEADER_BYTES, len(blob) - 8):
            raise ValueError("header length exceeds the file")
        header = json.loads(blob[8 : 8 + header_bytes], object_pairs_hook=_unique)
        metadata = header.pop("__metadata__", {})
        data = memoryview(blob)[8 + header_bytes :]
        tensors, end = {}, 0
        for name, entry in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
            begin, stop = entry["data_offsets"]
            dtype, shape = _DTYPES[entry["dtype"]], entry["shape"]
            if begin != end or stop - begin != dtype.itemsize * int(np.prod(shape, dtype=np.int64)):
                raise ValueError(f"tensor {name} has wrong offsets")
            tensors[name] = np.frombuffer(data[begin:stop], dtype).reshape(shape).copy()
            end = stop
        if end != len(data):
            raise ValueError("bytes after the last tensor")
    except (struct.error, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path} is not a usable .safetensors file: {error}") from error
    return tensors, metadata


def write(path, tensors, metadata):
    """Writes `tensors` (name -> array, F16 or F32) in the order given, without gaps."""
    header, chunks, end = {"__metadata__": dict(metadata)}, [], 0
    for name, array in tensors.items():
        array = np.ascontiguousarray(array)
        chunk = array.tobytes()
        header[name] = {
            "dtype": _NAMES[array.dtype],
            "shape": list(array.shape),
            "data_offsets": [end, end + len(chunk)],
        }
        chunks.append(chunk)
        end += len(chunk)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)))
        file.write(text)
        file.writelines(chunks)
