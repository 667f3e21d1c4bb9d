"""Sizes of the presets, and the generators that they make."""

import json
from pathlib import Path

from torch import nn

from . import attngan, stackgan, stackgan_pp

SIZES = json.loads((Path(__file__).parent.parent / "sizes.json").read_text())
ARCHITECTURES = ("stackgan", "stackgan-pp", "attngan")


def build_generator(architecture: str, sizes: dict[str, int]) -> nn.Module:
    text = {"sentence_dim": sizes["sentenceDim"], "condition_dim": sizes["conditionDim"]}
    if architecture == "stackgan":
        width = sizes["baseWidth"]
        stage1 = stackgan.Stage1Generator(**text, z_dim=sizes["zDim"], base_width=width)
        return stackgan.Stage2Generator(stage1, **text, base_width=width, residual_blocks=sizes["residualBlocks"])
    module = {"stackgan-pp": stackgan_pp, "attngan": attngan}[architecture]
    return module.Generator(
        **text,
        z_dim=sizes["zDim"],
        base_width=sizes["baseWidth"],
        residual_blocks=sizes["residualBlocks"],
        branches=sizes["branches"],
    )
