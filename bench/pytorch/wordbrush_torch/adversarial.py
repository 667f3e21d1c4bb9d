"""What the training of all three architectures shares."""

import torch
import torch.nn.functional as F
from torch import nn


def real_loss(logits: torch.Tensor) -> torch.Tensor:
    """How far logits are from saying `real`; cross-entropy, mean over the batch."""
    return F.binary_cross_entropy_with_logits(logits, torch.ones_like(logits))


def fake_loss(logits: torch.Tensor) -> torch.Tensor:
    return F.binary_cross_entropy_with_logits(logits, torch.zeros_like(logits))


def kullback_leibler(mean: torch.Tensor, log_variance: torch.Tensor) -> torch.Tensor:
    """Mean over batch and dimensions."""
    return 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).mean()


def adam(model: nn.Module, learning_rate: float = 2e-4) -> torch.optim.Adam:
    weights = [weight for weight in model.parameters() if weight.requires_grad]
    return torch.optim.Adam(weights, lr=learning_rate, betas=(0.5, 0.999))


def descend(optimizer: torch.optim.Optimizer, loss: torch.Tensor) -> None:
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


class frozen:
    """No gradients for these networks' weights inside: they judge, but do not learn."""

    def __init__(self, *networks: nn.Module):
        self.networks = networks

    def __enter__(self) -> None:
        for network in self.networks:
            network.requires_grad_(False)

    def __exit__(self, *_: object) -> None:
        for network in self.networks:
            network.requires_grad_(True)


class MovingAverage:
    """Of a generator's weights, for drawing."""

    def __init__(self, model: nn.Module, decay: float):
        self.live = [weight for weight in model.parameters() if weight.requires_grad]
        self.averages = [weight.detach().clone() for weight in self.live]
        self.decay = decay

    @torch.no_grad()
    def update(self) -> None:
        for average, weight in zip(self.averages, self.live):
            average.mul_(self.decay).add_(weight, alpha=1 - self.decay)
