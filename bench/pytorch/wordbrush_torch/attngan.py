"""AttnGAN of one to three stages."""

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


class WordAttention(nn.Module):
    """Every place of a map attends to the words."""

    def __init__(self, width: int, word_dim: int):
        super().__init__()
        self.conv_context = nn.Conv2d(word_dim, width, kernel_size=1, bias=False)

    def forward(self, features: torch.Tensor, words: torch.Tensor, mask: torch.Tensor, official_mask: bool):
        """Context `(batch, width, h, w)` and attention `(batch, time, h, w)`; `mask` is true at padded words."""
        batch, width, height, side = features.shape
        projected = self.conv_context(words[:, :, :, None])[:, :, :, 0]
        places = features.flatten(2).transpose(1, 2)
        logits = places @ projected
        if official_mask:
            # The released code's mistake: row r of all images' places gets the mask of caption r mod batch.
            rows = torch.arange(batch * height * side, device=mask.device) % batch
            padded = mask[rows].view(batch, height * side, -1)
        else:
            padded = mask[:, None, :]
        attention = torch.softmax(logits.masked_fill(padded, float("-inf")), dim=2).transpose(1, 2)
        context = (projected @ attention).view(batch, width, height, side)
        return context, attention.reshape(batch, -1, height, side)


class AttentionStage(nn.Module):
    """Doubles the side and keeps the channels."""

    def __init__(self, width: int, word_dim: int, residual_blocks: int):
        super().__init__()
        self.att = WordAttention(width, word_dim)
        self.residual = nn.Sequential(*(GatedResidual(2 * width) for _ in range(residual_blocks)))
        self.upsample = doubling(gated_block(2 * width, width))

    def forward(self, features: torch.Tensor, words: torch.Tensor, mask: torch.Tensor, official_mask: bool):
        context, attention = self.att(features, words, mask, official_mask)
        return self.upsample(self.residual(torch.cat([features, context], 1))), attention


class Generator(nn.Module):
    """`official_mask` gives the attention the released code's mask, for whoever compares with it."""

    def __init__(
        self,
        sentence_dim: int,
        condition_dim: int,
        z_dim: int,
        base_width: int,
        residual_blocks: int,
        branches: int,
        official_mask: bool = False,
    ):
        super().__init__()
        self.branches = branches
        self.official_mask = official_mask
        self.ca_net = ConditioningAugmentation(sentence_dim, condition_dim, gated=True)
        self.h_net1 = InitialStage(condition_dim + z_dim, base_width)
        self.img_net1 = ImageHead(base_width)
        for stage in range(2, branches + 1):
            self.add_module(f"h_net{stage}", AttentionStage(base_width, sentence_dim, residual_blocks))
            self.add_module(f"img_net{stage}", ImageHead(base_width))

    def forward(
        self, sentence: torch.Tensor, words: torch.Tensor, mask: torch.Tensor, z: torch.Tensor, eps: torch.Tensor
    ):
        """Words `(batch, dim, time)`. Pictures, coarsest first, attention maps, mean and log variance."""
        condition, mean, log_variance = self.ca_net(sentence, eps)
        features = self.h_net1(torch.cat([condition, z], 1))
        images, attention_maps = [self.img_net1(features)], []
        for stage in range(2, self.branches + 1):
            features, attention = self.get_submodule(f"h_net{stage}")(features, words, mask, self.official_mask)
            images.append(self.get_submodule(f"img_net{stage}")(features))
            attention_maps.append(attention)
        return images, attention_maps, mean, log_variance


class ConditionalHead(nn.Module):
    def __init__(self, channels: int, sentence_dim: int):
        super().__init__()
        self.jointConv = leaky_block(channels + sentence_dim, channels)
        self.outlogits = logit_conv(channels)

    def forward(self, features: torch.Tensor, sentence: torch.Tensor) -> torch.Tensor:
        return self.outlogits(self.jointConv(torch.cat([features, tiled(sentence, 4)], 1))).flatten()


class UnconditionalHead(nn.Module):
    def __init__(self, channels: int):
        super().__init__()
        self.outlogits = logit_conv(channels)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        return self.outlogits(features).flatten()


class Discriminator(BranchBackbone):
    """A picture to its features; the heads make logits of them."""

    def __init__(self, image_size: int, base_width: int, sentence_dim: int):
        super().__init__(image_size, base_width)
        self.COND_DNET = ConditionalHead(8 * base_width, sentence_dim)
        self.UNCOND_DNET = UnconditionalHead(8 * base_width)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.features(images)
