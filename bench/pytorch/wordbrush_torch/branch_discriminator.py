"""The backbone of a discriminator, 64 to 1024 pixels, that StackGAN++ and AttnGAN share."""

import math

import torch
from torch import nn

from .layers import half_conv, halving_block, leaky_block, leaky_relu


class BranchBackbone(nn.Module):
    """A picture to features of 8 times the base width, 4 x 4."""

    def __init__(self, image_size: int, base_width: int):
        super().__init__()
        layers: list[nn.Module] = [half_conv(3, base_width), leaky_relu()]
        for level in (1, 2, 3):
            width = base_width * 2**level
            layers += [half_conv(width // 2, width), nn.BatchNorm2d(width), leaky_relu()]
        self.img_code_s16 = nn.Sequential(*layers)
        halvings = int(math.log2(image_size)) - 2
        self.further: list[str] = []
        for level in range(4, halvings):
            width = base_width * 2**level
            self.add_further(f"img_code_s{2 ** (level + 1)}", halving_block(width // 2, width))
        for number, level in enumerate(range(halvings - 2, 2, -1), start=1):
            width = base_width * 2**level
            self.add_further(f"img_code_s{2**halvings}_{number}", leaky_block(2 * width, width))

    def add_further(self, name: str, block: nn.Module) -> None:
        self.add_module(name, block)
        self.further.append(name)

    def features(self, images: torch.Tensor) -> torch.Tensor:
        features = self.img_code_s16(images)
        for name in self.further:
            features = self.get_submodule(name)(features)
        return features


def logit_conv(channels: int) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(channels, 1, kernel_size=4, stride=4))
