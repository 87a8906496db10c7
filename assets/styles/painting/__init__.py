# SPDX-License-Identifier: MIT
"""Procedural paintings; STYLES maps a style's name to the function that makes it."""
from .built import cubist_facets, geometric, mosaic, stained_glass
from .drawn import halftone, ink_hatching, pencil_sketch, woodcut
from .ornament import art_nouveau, batik, marbling, ukiyoe_waves
from .painted import night_strokes, oil_impasto, pastel, pointillism, watercolour

STYLES = {f.__name__: f for f in (
    night_strokes, oil_impasto, pointillism, pastel, watercolour,
    ink_hatching, pencil_sketch, woodcut, halftone,
    stained_glass, mosaic, cubist_facets, geometric,
    marbling, ukiyoe_waves, art_nouveau, batik)}
