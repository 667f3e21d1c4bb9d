"""One computation of a case: its inputs and weights, stored or invented, and its results."""

from collections.abc import Callable
from typing import Any

import torch
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

from ..random_weights import randomize

COUNTER = "num_batches_tracked"


class CaseRun:
    """Reads what is stored. Where a case is being written, `generator` invents what is not stored yet, and stores it."""

    def __init__(
        self,
        config: dict[str, Any],
        stored: dict[str, torch.Tensor],
        generator: torch.Generator | None = None,
        dtype: torch.dtype = torch.float32,
    ):
        self.config = config
        self.stored = stored
        self.generator = generator
        self.dtype = dtype
        self.results: dict[str, torch.Tensor] = {}
        self.networks: dict[str, nn.Module] = {}
        # While 1, a training pass leaves the batch's own statistics behind: how invented weights get theirs.
        self.momentum = 0.1

    def wants(self, name: str) -> bool:
        """Whether a result, or any that begin so, is asked for."""
        return self.generator is not None or any(key.startswith(name) for key in self.stored)

    def has(self, name: str) -> bool:
        return name in self.stored

    def input(self, name: str, invent: Callable[[torch.Generator], torch.Tensor]) -> torch.Tensor:
        if name not in self.stored:
            if self.generator is None:
                raise KeyError(f"there is no {name}")
            self.stored[name] = invent(self.generator)
        tensor = self.stored[name]
        return tensor.to(self.dtype) if tensor.is_floating_point() else tensor

    def normal(self, name: str, *shape: int, scale: float = 1.0) -> torch.Tensor:
        return self.input(name, lambda generator: scale * torch.randn(shape, generator=generator))

    def images(self, name: str, batch: int, size: int) -> torch.Tensor:
        """Pictures in (-1, 1)."""

        def invent(generator: torch.Generator) -> torch.Tensor:
            coarse = torch.rand(batch, 3, max(size // 8, 1), max(size // 8, 1), generator=generator)
            smooth = nn.functional.interpolate(coarse, size=(size, size), mode="bilinear")
            return 1.6 * smooth - 0.8 + 0.3 * (torch.rand(batch, 3, size, size, generator=generator) - 0.5)

        return self.input(name, invent)

    def lengths(self, name: str = "in.cap_lens") -> list[int]:
        return self.input(name, lambda _: torch.tensor(self.config["lens"])).tolist()

    def network(self, model: nn.Module, prefix: str = "") -> nn.Module:
        """The model with the case's weights as they are stored, however often it was moved since."""
        start = f"state.{prefix}." if prefix else "state."
        names = [name for name in model.state_dict() if not name.endswith(COUNTER)]
        if self.generator is not None and f"{start}{names[0]}" not in self.stored:
            randomize(model, self.generator)
            state = model.state_dict()
            self.stored |= {f"{start}{name}": state[name].clone() for name in names}
        missing = [name for name in names if f"{start}{name}" not in self.stored]
        unknown = [
            name
            for name in self.stored
            if name.startswith(start) and name.removeprefix(start) not in names and not name.endswith(COUNTER)
        ]
        if missing or unknown:
            raise KeyError(f"weights of {prefix or 'the network'}: missing {missing}, unknown {unknown}")
        model.load_state_dict({name: self.stored[f"{start}{name}"] for name in names}, strict=False)
        for layer in model.modules():
            if isinstance(layer, _BatchNorm):
                layer.momentum = self.momentum
        self.networks[start] = model
        return model.to(self.dtype)

    def result(self, name: str, value: torch.Tensor) -> None:
        self.results[name] = value.detach().clone()

    def gradients(self, prefix: str, model: nn.Module) -> None:
        for name, weight in model.named_parameters():
            if weight.grad is not None:
                self.result(f"{prefix}.{name}", weight.grad)

    def statistics(self, prefix: str, model: nn.Module) -> None:
        for name, buffer in model.named_buffers():
            if not name.endswith(COUNTER):
                self.result(f"{prefix}.{name}", buffer)

    def weights(self, prefix: str, model: nn.Module) -> None:
        """Weights and running statistics."""
        self.statistics(prefix, model)
        for name, weight in model.named_parameters():
            self.result(f"{prefix}.{name}", weight)
