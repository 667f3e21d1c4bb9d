"""Weights that are not trained, but in which every kind of error shows."""

import torch
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm


def randomize(model: nn.Module, generator: torch.Generator) -> nn.Module:
    """Convolutions and linear layers keep the size of PyTorch's own start; normalisations get statistics to show."""

    def uniform(tensor: torch.Tensor, low: float, high: float) -> None:
        tensor.copy_(torch.rand(tensor.shape, generator=generator) * (high - low) + low)

    def normal(tensor: torch.Tensor, deviation: float) -> None:
        tensor.copy_(torch.randn(tensor.shape, generator=generator) * deviation)

    with torch.no_grad():
        for layer in model.modules():
            if isinstance(layer, _BatchNorm):
                uniform(layer.weight, 0.5, 1.5)
                normal(layer.bias, 0.25)
                normal(layer.running_mean, 0.1)
                uniform(layer.running_var, 0.3, 0.9)
            elif isinstance(layer, (nn.Conv2d, nn.Linear)):
                limit = layer.weight[0].numel() ** -0.5
                uniform(layer.weight, -limit, limit)
                if layer.bias is not None:
                    uniform(layer.bias, -limit, limit)
            elif isinstance(layer, nn.Embedding):
                uniform(layer.weight, -0.1, 0.1)
            elif isinstance(layer, nn.LSTM):
                for weight in layer.parameters():
                    uniform(weight, -(layer.hidden_size**-0.5), layer.hidden_size**-0.5)
    return model
