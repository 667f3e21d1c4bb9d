"""Runs training steps when told to: the PyTorch side of `bench/training.ts`.

    python bench/pytorch/training_worker.py NAME PRESET BATCH THREADS

Prints `ready` once it could begin; for each line of standard input, a number of steps, one line of JSON.
"""

import json
import resource
import sys
import time
from collections.abc import Callable

import torch
import torch.nn.functional as F

from wordbrush_torch import attngan, attngan_training, stackgan, stackgan_pp, stackgan_pp_training, stackgan_training
from wordbrush_torch.adversarial import MovingAverage, adam
from wordbrush_torch.damsm import ImageHeads, TextEncoder, pretraining_step
from wordbrush_torch.sizes import SIZES, build_generator

GAMMAS = (4.0, 5.0, 10.0)
AVERAGE_DECAY = 0.999
REGION_SIDE = 17
Step = Callable[[], object]


def pictures(batch: int, size: int) -> torch.Tensor:
    return 2 * torch.rand(batch, 3, size, size) - 1


def stackgan_step(stage: int, sizes: dict, batch: int) -> Step:
    generator = build_generator("stackgan", sizes)
    if stage == 1:
        generator = generator.STAGE1_G.requires_grad_(True)
    networks = generator, stackgan.Discriminator(stage, sizes["discriminatorWidth"], sizes["conditionDim"])
    optimizers = adam(networks[0]), adam(networks[1])
    inputs = [torch.randn(batch, sizes["sentenceDim"]), torch.randn(batch, sizes["zDim"])]
    inputs += [torch.randn(batch, sizes["conditionDim"]) for _ in range(stage)]
    reals = pictures(batch, 64 if stage == 1 else 256)
    return lambda: stackgan_training.step(networks, optimizers, reals, tuple(inputs))


def stackgan_pp_step(sizes: dict, batch: int) -> Step:
    generator = build_generator("stackgan-pp", sizes)
    sides = [64 * 2**branch for branch in range(sizes["branches"])]
    discriminators = [
        stackgan_pp.Discriminator(side, sizes["discriminatorWidth"], sizes["conditionDim"]) for side in sides
    ]
    optimizers = [adam(generator), *map(adam, discriminators)]
    average = MovingAverage(generator, AVERAGE_DECAY)
    reals, wrongs = [pictures(batch, side) for side in sides], [pictures(batch, side) for side in sides]
    inputs = (
        torch.randn(batch, sizes["zDim"]),
        torch.randn(batch, sizes["sentenceDim"]),
        torch.randn(batch, sizes["conditionDim"]),
    )
    weights = stackgan_pp_training.Weights()

    def step() -> None:
        stackgan_pp_training.step(generator, discriminators, optimizers, reals, wrongs, inputs, weights)
        average.update()

    return step


def attngan_step(sizes: dict, batch: int) -> Step:
    """With DAMSM's loss; a mean over squares of the picture stands for the frozen trunk, which is not what is measured."""
    generator = build_generator("attngan", sizes)
    sides = [64 * 2**branch for branch in range(sizes["branches"])]
    dim = sizes["sentenceDim"]
    discriminators = [attngan.Discriminator(side, sizes["discriminatorWidth"], dim) for side in sides]
    optimizers = [adam(generator), *map(adam, discriminators)]
    average = MovingAverage(generator, AVERAGE_DECAY)
    heads = ImageHeads(3, 3, dim).requires_grad_(False)

    def encode_images(images: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        side = images.shape[2] // REGION_SIDE
        return heads(F.avg_pool2d(images, side), images.mean((2, 3)))

    similarity = attngan_training.Similarity(encode_images, weight=5.0, gammas=GAMMAS)
    text = attngan_training.Text(
        words=torch.randn(batch, dim, sizes["words"]),
        sentences=torch.randn(batch, dim),
        lengths=[sizes["words"]] * batch,
        class_ids=torch.arange(batch),
    )
    reals = [pictures(batch, side) for side in sides]
    noise = torch.randn(batch, sizes["zDim"]), torch.randn(batch, sizes["conditionDim"])

    def step() -> None:
        attngan_training.step(generator, discriminators, optimizers, reals, text, noise, similarity)
        average.update()

    return step


def damsm_step(sizes: dict, batch: int) -> Step:
    """On what the frozen trunk says of the pictures."""
    encoder = TextEncoder(sizes["vocabularySize"], sizes["embeddingDim"], sizes["sentenceDim"], sizes["dropout"])
    heads = ImageHeads(sizes["mapChannels"], sizes["pooledDim"], sizes["sentenceDim"])
    optimizer = torch.optim.Adam([*encoder.parameters(), *heads.parameters()], lr=2e-3, betas=(0.5, 0.999))
    given = {
        "map": torch.randn(batch, sizes["mapChannels"], REGION_SIDE, REGION_SIDE),
        "pooled": torch.randn(batch, sizes["pooledDim"]),
        "captions": torch.randint(1, sizes["vocabularySize"], (batch, sizes["words"])),
        "lengths": torch.full((batch,), sizes["words"]),
        "class_ids": torch.arange(batch),
    }
    return lambda: pretraining_step(encoder, heads, optimizer, given, GAMMAS, clip=0.25)


def new_step(name: str, preset: str, batch: int) -> Step:
    match name:
        case "stackgan-stage1" | "stackgan-stage2":
            return stackgan_step(int(name[-1]), SIZES["stackgan"][preset], batch)
        case "stackgan-pp":
            return stackgan_pp_step(SIZES[name][preset], batch)
        case "attngan":
            return attngan_step(SIZES[name][preset], batch)
        case "damsm":
            return damsm_step(SIZES[name][preset], batch)
    raise SystemExit(f"there is no {name}")


def main() -> None:
    name, preset, batch, threads = sys.argv[1:]
    torch.set_num_threads(int(threads))
    torch.manual_seed(1)
    step = new_step(name, preset, int(batch))
    print("ready", flush=True)
    for line in sys.stdin:
        wall, cpu = [], []
        for _ in range(int(line)):
            started, cpu_started = time.perf_counter(), time.process_time()
            step()
            wall.append(1000 * (time.perf_counter() - started))
            cpu.append(1000 * (time.process_time() - cpu_started))
        peak = 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(json.dumps({"wallMs": wall, "cpuMs": cpu, "peakResidentBytes": peak}), flush=True)


if __name__ == "__main__":
    main()
