"""StackGAN++ of one to five branches, with text or without."""

import torch
from torch import nn

from .branch_discriminator import BranchBackbone, logit_conv
from .layers import (
    ConditioningAugmentation,
    GatedResidual,
    ImageHead,
    InitialStage,
    doubling,
    gated_block,
    leaky_block,
    tiled,
)


class NextStage(nn.Module):
    """Doubles the side and halves the channels."""

    def __init__(self, width: int, condition_dim: int, residual_blocks: int):
        super().__init__()
        self.jointConv = nn.Sequential(*gated_block(width + condition_dim, width))
        self.residual = nn.Sequential(*(GatedResidual(width) for _ in range(residual_blocks)))
        self.upsample = doubling(gated_block(width, width // 2))

    def forward(self, features: torch.Tensor, condition: torch.Tensor) -> torch.Tensor:
        joint = self.jointConv(torch.cat([tiled(condition, features.shape[2]), features], 1))
        return self.upsample(self.residual(joint))


class Generator(nn.Module):
    """`sentence_dim` and `condition_dim` are None for a model without text."""

    def __init__(
        self,
        sentence_dim: int | None,
        condition_dim: int | None,
        z_dim: int,
        base_width: int,
        residual_blocks: int,
        branches: int,
    ):
        super().__init__()
        self.branches = branches
        self.conditional = sentence_dim is not None and condition_dim is not None
        if self.conditional:
            self.ca_net = ConditioningAugmentation(sentence_dim, condition_dim, gated=True)
        every_stage = condition_dim if self.conditional else z_dim
        self.h_net1 = InitialStage(z_dim + (condition_dim if self.conditional else 0), base_width)
        self.img_net1 = ImageHead(base_width)
        for stage in range(2, branches + 1):
            width = base_width // 2 ** (stage - 2)
            # The official code gives one residual block to the stages that were never tested there.
            blocks = residual_blocks if stage <= 3 else 1
            self.add_module(f"h_net{stage}", NextStage(width, every_stage, blocks))
            self.add_module(f"img_net{stage}", ImageHead(width // 2))

    def forward(self, z: torch.Tensor, sentence: torch.Tensor | None = None, eps: torch.Tensor | None = None):
        """A picture a branch, coarsest first; mean and log variance, None without text."""
        mean = log_variance = None
        condition = start = z
        if self.conditional:
            condition, mean, log_variance = self.ca_net(sentence, eps)
            start = torch.cat([condition, z], 1)
        features = self.h_net1(start)
        images = [self.img_net1(features)]
        for stage in range(2, self.branches + 1):
            features = self.get_submodule(f"h_net{stage}")(features, condition)
            images.append(self.get_submodule(f"img_net{stage}")(features))
        return images, mean, log_variance


class Discriminator(BranchBackbone):
    """Condition None: one head, on the picture alone."""

    def __init__(self, image_size: int, base_width: int, condition_dim: int | None):
        super().__init__(image_size, base_width)
        channels = 8 * base_width
        self.logits = logit_conv(channels)
        self.jointConv = self.uncond_logits = None
        if condition_dim is not None:
            self.jointConv = leaky_block(channels + condition_dim, channels)
            self.uncond_logits = logit_conv(channels)

    def forward(self, images: torch.Tensor, condition: torch.Tensor | None = None) -> list[torch.Tensor]:
        """Logits: conditional and unconditional, or the only one."""
        features = self.features(images)
        if self.jointConv is None:
            return [self.logits(features).flatten()]
        joint = self.jointConv(torch.cat([tiled(condition, 4), features], 1))
        return [self.logits(joint).flatten(), self.uncond_logits(features).flatten()]
