"""StackGAN, the variant of the official PyTorch code."""

import torch
from torch import nn

from .layers import (
    ConditioningAugmentation,
    conv3x3,
    doubling,
    half_conv,
    image_conv,
    leaky_relu,
    relu_block,
    tiled,
)


class Stage1Generator(nn.Module):
    """Sentence and noise to a picture of 64 x 64."""

    def __init__(self, sentence_dim: int, condition_dim: int, z_dim: int, base_width: int):
        super().__init__()
        self.channels = 8 * base_width
        self.ca_net = ConditioningAugmentation(sentence_dim, condition_dim, gated=False)
        features = self.channels * 16
        self.fc = nn.Sequential(
            nn.Linear(z_dim + condition_dim, features, bias=False), nn.BatchNorm1d(features), nn.ReLU(inplace=True)
        )
        for level in range(1, 5):
            width = self.channels // 2**level
            self.add_module(f"upsample{level}", doubling(relu_block(2 * width, width)))
        self.img = image_conv(self.channels // 16)

    def forward(self, sentence: torch.Tensor, z: torch.Tensor, eps: torch.Tensor):
        """Picture, mean and log variance."""
        condition, mean, log_variance = self.ca_net(sentence, eps)
        *_, features = self.maps(z, condition)
        return self.img(features), mean, log_variance

    def maps(self, z: torch.Tensor, condition: torch.Tensor) -> list[torch.Tensor]:
        """The first map, and that of each doubling."""
        maps = [self.fc(torch.cat([z, condition], 1)).view(-1, self.channels, 4, 4)]
        for level in range(1, 5):
            maps.append(self.get_submodule(f"upsample{level}")(maps[-1]))
        return maps


class Residual(nn.Module):
    def __init__(self, channels: int):
        super().__init__()
        self.block = nn.Sequential(
            *relu_block(channels, channels), conv3x3(channels, channels), nn.BatchNorm2d(channels)
        )

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        return torch.relu(features + self.block(features))


class Stage2Generator(nn.Module):
    """Draws Stage-I's picture once more, at 256 x 256. Stage-I is inside, and is not trained."""

    def __init__(
        self, stage1: Stage1Generator, sentence_dim: int, condition_dim: int, base_width: int, residual_blocks: int
    ):
        super().__init__()
        self.STAGE1_G = stage1.requires_grad_(False)
        width = 4 * base_width
        self.ca_net = ConditioningAugmentation(sentence_dim, condition_dim, gated=False)
        self.encoder = nn.Sequential(conv3x3(3, base_width), nn.ReLU(inplace=True))
        for channels in (base_width, 2 * base_width):
            for layer in (half_conv(channels, 2 * channels), nn.BatchNorm2d(2 * channels), nn.ReLU(inplace=True)):
                self.encoder.append(layer)
        self.hr_joint = nn.Sequential(*relu_block(width + condition_dim, width))
        self.residual = nn.Sequential(*(Residual(width) for _ in range(residual_blocks)))
        for level in range(1, 5):
            channels = width // 2 ** (level - 1)
            self.add_module(f"upsample{level}", doubling(relu_block(channels, channels // 2)))
        self.img = image_conv(width // 16)

    def forward(self, sentence: torch.Tensor, z: torch.Tensor, eps1: torch.Tensor, eps2: torch.Tensor):
        """Stage-I's picture, the picture, and Stage-II's own mean and log variance."""
        small = self.STAGE1_G(sentence, z, eps1)[0].detach()
        condition, mean, log_variance = self.ca_net(sentence, eps2)
        features = self.encoder(small)
        features = self.hr_joint(torch.cat([features, tiled(condition, 16)], 1))
        features = self.residual(features)
        for level in range(1, 5):
            features = self.get_submodule(f"upsample{level}")(features)
        return small, self.img(features), mean, log_variance


class ConditionalLogit(nn.Module):
    """Does the picture fit its text?"""

    def __init__(self, channels: int, condition_dim: int):
        super().__init__()
        self.outlogits = nn.Sequential(
            conv3x3(channels + condition_dim, channels),
            nn.BatchNorm2d(channels),
            leaky_relu(),
            nn.Conv2d(channels, 1, kernel_size=4, stride=4),
        )

    def forward(self, features: torch.Tensor, condition: torch.Tensor) -> torch.Tensor:
        return self.outlogits(torch.cat([features, tiled(condition, 4)], 1)).flatten()


class UnconditionalLogit(nn.Module):
    """Is the picture real?"""

    def __init__(self, channels: int):
        super().__init__()
        self.outlogits = nn.Sequential(nn.Conv2d(channels, 1, kernel_size=4, stride=4))

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        return self.outlogits(features).flatten()


class Discriminator(nn.Module):
    """A picture to its features, 4 x 4; the heads make logits of them. Stage-I has no unconditional head."""

    def __init__(self, stage: int, base_width: int, condition_dim: int):
        super().__init__()
        layers: list[nn.Module] = [half_conv(3, base_width), leaky_relu()]
        halvings = 4 if stage == 1 else 6
        for level in range(1, halvings):
            width = base_width * 2**level
            layers += [half_conv(width // 2, width), nn.BatchNorm2d(width), leaky_relu()]
        for level in range(halvings - 2, 2, -1):
            width = base_width * 2**level
            layers += [conv3x3(2 * width, width), nn.BatchNorm2d(width), leaky_relu()]
        self.encode_img = nn.Sequential(*layers)
        self.get_cond_logits = ConditionalLogit(8 * base_width, condition_dim)
        self.get_uncond_logits = None if stage == 1 else UnconditionalLogit(8 * base_width)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.encode_img(images)
