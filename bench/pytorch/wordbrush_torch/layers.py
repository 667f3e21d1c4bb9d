"""Blocks that several architectures share. Maps are NCHW; places in a sequence are those of the official names."""

import torch
from torch import nn


def conv3x3(channels_in: int, channels_out: int) -> nn.Conv2d:
    return nn.Conv2d(channels_in, channels_out, kernel_size=3, padding=1, bias=False)


def half_conv(channels_in: int, channels_out: int) -> nn.Conv2d:
    """Halves the side."""
    return nn.Conv2d(channels_in, channels_out, kernel_size=4, stride=2, padding=1, bias=False)


def leaky_relu() -> nn.LeakyReLU:
    return nn.LeakyReLU(0.2, inplace=True)


def relu_block(channels_in: int, channels_out: int) -> list[nn.Module]:
    return [conv3x3(channels_in, channels_out), nn.BatchNorm2d(channels_out), nn.ReLU(inplace=True)]


def gated_block(channels_in: int, channels_out: int) -> list[nn.Module]:
    """The first half of twice the channels, each times the sigmoid of its partner in the second."""
    return [conv3x3(channels_in, 2 * channels_out), nn.BatchNorm2d(2 * channels_out), nn.GLU(dim=1)]


def doubling(block: list[nn.Module]) -> nn.Sequential:
    """Doubles the side before the block."""
    return nn.Sequential(nn.Upsample(scale_factor=2, mode="nearest"), *block)


def leaky_block(channels_in: int, channels_out: int) -> nn.Sequential:
    return nn.Sequential(conv3x3(channels_in, channels_out), nn.BatchNorm2d(channels_out), leaky_relu())


def halving_block(channels_in: int, channels_out: int) -> nn.Sequential:
    return nn.Sequential(half_conv(channels_in, channels_out), nn.BatchNorm2d(channels_out), leaky_relu())


def image_conv(channels_in: int) -> nn.Sequential:
    """A map to a picture in [-1, 1]."""
    return nn.Sequential(conv3x3(channels_in, 3), nn.Tanh())


def tiled(vector: torch.Tensor, side: int) -> torch.Tensor:
    """`(batch, dim)` at every place of a map."""
    return vector[:, :, None, None].expand(-1, -1, side, side)


class ImageHead(nn.Module):
    def __init__(self, channels: int):
        super().__init__()
        self.img = image_conv(channels)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        return self.img(features)


class ConditioningAugmentation(nn.Module):
    """A sentence to the mean and log variance of its condition, and a draw from them."""

    def __init__(self, sentence_dim: int, condition_dim: int, gated: bool):
        super().__init__()
        self.condition_dim = condition_dim
        self.fc = nn.Linear(sentence_dim, (4 if gated else 2) * condition_dim)
        self.activation = nn.GLU(dim=1) if gated else nn.ReLU()

    def forward(self, sentence: torch.Tensor, eps: torch.Tensor):
        both = self.activation(self.fc(sentence))
        mean, log_variance = both[:, : self.condition_dim], both[:, self.condition_dim :]
        return mean + torch.exp(0.5 * log_variance) * eps, mean, log_variance


class GatedResidual(nn.Module):
    def __init__(self, channels: int):
        super().__init__()
        self.block = nn.Sequential(
            *gated_block(channels, channels), conv3x3(channels, channels), nn.BatchNorm2d(channels)
        )

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        return features + self.block(features)


class InitialStage(nn.Module):
    """A vector to a map of 64 x 64, in StackGAN++ and AttnGAN. Normalised and gated before it becomes a map."""

    def __init__(self, input_dim: int, base_width: int):
        super().__init__()
        self.channels = 16 * base_width
        features = self.channels * 16
        self.fc = nn.Sequential(
            nn.Linear(input_dim, 2 * features, bias=False), nn.BatchNorm1d(2 * features), nn.GLU(dim=1)
        )
        for level in range(1, 5):
            width = self.channels // 2**level
            self.add_module(f"upsample{level}", doubling(gated_block(2 * width, width)))

    def forward(self, vector: torch.Tensor) -> torch.Tensor:
        features = self.fc(vector).view(-1, self.channels, 4, 4)
        for level in range(1, 5):
            features = self.get_submodule(f"upsample{level}")(features)
        return features
