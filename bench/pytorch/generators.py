"""Times the full-size generators in eager PyTorch, and exports them to ONNX with PyTorch's own exporter.

    python bench/pytorch/generators.py ARCHITECTURE [--preset paper] [--batch 1] [--threads 2] [--seed 1]
        [--runs 10] [--warm-up 3] [--words N] [--onnx FILE] [--weights FILE]

Prints one line of JSON. README.md says what is in it.
"""

import argparse
import json
import resource
import time
import warnings
from pathlib import Path

import torch
from torch import nn

from wordbrush_torch.random_weights import randomize
from wordbrush_torch.safetensors import write_safetensors
from wordbrush_torch.sizes import ARCHITECTURES, SIZES, build_generator


class Drawing(nn.Module):
    """A generator with its inputs in a fixed order, and the pictures and attention maps as its only outputs."""

    INPUTS = {
        "stackgan": ("sentence", "z", "eps1", "eps2"),
        "stackgan-pp": ("sentence", "z", "eps"),
        "attngan": ("sentence", "words", "mask", "z", "eps"),
    }

    def __init__(self, architecture: str, generator: nn.Module):
        super().__init__()
        self.architecture = architecture
        self.generator = generator

    def forward(self, *inputs: torch.Tensor) -> tuple[torch.Tensor, ...]:
        if self.architecture == "stackgan":
            small, image, _, _ = self.generator(*inputs)
            return small, image
        if self.architecture == "stackgan-pp":
            sentence, z, eps = inputs
            return tuple(self.generator(z, sentence, eps)[0])
        images, attention_maps, _, _ = self.generator(*inputs)
        return (*images, *attention_maps)

    def output_names(self) -> list[str]:
        if self.architecture == "stackgan":
            return ["image64", "image256"]
        branches = self.generator.branches
        names = [f"image{64 * 2**branch}" for branch in range(branches)]
        if self.architecture == "attngan":
            names += [f"attention{64 * 2**branch}" for branch in range(branches - 1)]
        return names


def build(architecture: str, preset: str = "paper", seed: int = 1) -> Drawing:
    """A generator in evaluation mode, its weights drawn from the seed."""
    generator = build_generator(architecture, SIZES[architecture][preset])
    randomize(generator, torch.Generator().manual_seed(seed))
    return Drawing(architecture, generator.eval().requires_grad_(False)).eval()


def inputs_of(drawing: Drawing, preset: str, batch: int, words: int | None, seed: int) -> tuple[torch.Tensor, ...]:
    """Seeded inputs in the order of `Drawing.INPUTS`; captions use all their words."""
    sizes = SIZES[drawing.architecture][preset]
    time_steps = words or sizes.get("words", 0)
    shapes = {
        "sentence": (batch, sizes["sentenceDim"]),
        "words": (batch, sizes["sentenceDim"], time_steps),
        "z": (batch, sizes["zDim"]),
        **{name: (batch, sizes["conditionDim"]) for name in ("eps", "eps1", "eps2")},
    }
    generator = torch.Generator().manual_seed(seed)
    return tuple(
        torch.zeros(batch, time_steps, dtype=torch.bool)
        if name == "mask"
        else torch.randn(shapes[name], generator=generator)
        for name in Drawing.INPUTS[drawing.architecture]
    )


def export_onnx(drawing: Drawing, inputs: tuple[torch.Tensor, ...], path: Path) -> None:
    """One file; the batch, and the number of words, may differ from that of the inputs."""
    names, outputs = list(Drawing.INPUTS[drawing.architecture]), drawing.output_names()
    axes = {name: {0: "batch"} for name in names + outputs}
    for name, axis in (("words", 2), ("mask", 1), *((output, 1) for output in outputs if "attention" in output)):
        if name in axes:
            axes[name][axis] = "time"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            drawing,
            inputs,
            str(path),
            input_names=names,
            output_names=outputs,
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )


def time_runs(drawing: Drawing, inputs: tuple[torch.Tensor, ...], runs: int, warm_up: int) -> dict[str, list[float]]:
    wall, cpu = [], []
    with torch.inference_mode():
        for run in range(warm_up + runs):
            started, cpu_started = time.perf_counter(), time.process_time()
            drawing(*inputs)
            if run >= warm_up:
                wall.append(1000 * (time.perf_counter() - started))
                cpu.append(1000 * (time.process_time() - cpu_started))
    return {"wallMs": wall, "cpuMs": cpu}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("architecture", choices=ARCHITECTURES)
    parser.add_argument("--preset", default="paper")
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--runs", type=int, default=10, help="0 times nothing")
    parser.add_argument("--warm-up", type=int, default=3)
    parser.add_argument("--words", type=int, default=None)
    parser.add_argument("--onnx", type=Path, default=None)
    parser.add_argument("--weights", type=Path, default=None, help="writes them, by official names, as safetensors")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    drawing = build(options.architecture, options.preset, options.seed)
    inputs = inputs_of(drawing, options.preset, options.batch, options.words, options.seed)
    if options.weights is not None:
        state = drawing.generator.state_dict()
        write_safetensors(options.weights, {k: v for k, v in state.items() if not k.endswith("num_batches_tracked")})
    if options.onnx is not None:
        export_onnx(drawing, inputs, options.onnx)
    result = {
        "architecture": options.architecture,
        "preset": options.preset,
        "batch": options.batch,
        "threads": options.threads,
        "torch": torch.__version__,
        "parameters": sum(weight.numel() for weight in drawing.parameters()),
    }
    if options.runs > 0:
        result |= time_runs(drawing, inputs, options.runs, options.warm_up)
    result["peakResidentBytes"] = 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps(result))


if __name__ == "__main__":
    main()
