"""Writes a folder of cases of other widths, batch sizes and lengths, computed by the PyTorch twin.

    python bench/pytorch/write_oracles.py OUT --seed N [--only PATTERN]

All sizes are drawn from the seed. The format is that of the folder that `check_oracles.py` and `npm run parity` read; the
noise beside each result is its deviation from float64 runs, one exact and two with weights and inputs a little off.
"""

import argparse
import json
import math
import random
import re
from pathlib import Path

import torch
from torch.nn.modules.batchnorm import _BatchNorm

from wordbrush_torch.oracles.case_run import CaseRun
from wordbrush_torch.oracles.find_case import find_case
from wordbrush_torch.oracles.stored_forms import stored_form
from wordbrush_torch.safetensors import write_safetensors

JITTER = 5e-7
# Maps with more pixels a side are stored in part.
LARGEST_WHOLE = 64
SHARED_FILE = "images-256.safetensors"
SHARED = ("in.real256", "in.fake256")
GAMMAS = {"GAMMA1": 4.0, "GAMMA2": 5.0, "GAMMA3": 10.0}


def drawn_configs(seed: int) -> dict[str, dict]:
    """A configuration for each kind of case."""
    draw = random.Random(seed)
    widths = {"TEXT_DIM": draw.randint(5, 23), "CONDITION_DIM": draw.randint(3, 17), "Z_DIM": draw.randint(2, 15)}
    pictures256 = draw.randint(2, 3)

    def batch(least: int = 3) -> int:
        return draw.randint(least, 7)

    def lens(least: int = 3) -> list[int]:
        count, longest = batch(least), draw.randint(2, 9)
        style = draw.choice(["mixed", "equal", "one word"])
        if style == "equal":
            return [longest] * count
        if style == "one word":
            return [1] * count
        return sorted([longest, 1, *(draw.randint(1, longest) for _ in range(count - 2))], reverse=True)

    def even(low: int, high: int) -> int:
        return 2 * draw.randint(low, high)

    def stackgan(**more: int) -> dict:
        return {**widths, "GF_DIM": even(1, 5), "DF_DIM": draw.randint(1, 6), "R_NUM": draw.randint(1, 4), **more}

    def plus(branches: int, **more) -> dict:
        text = {"TEXT_DIM": widths["TEXT_DIM"], "EMBEDDING_DIM": widths["CONDITION_DIM"], "Z_DIM": widths["Z_DIM"]}
        # Each stage after the second halves the channels once more.
        width = 2 ** (branches - 1) if branches > 3 else draw.randint(4, 9)
        size = {"BRANCH_NUM": branches, "GF_DIM": width, "R_NUM": draw.randint(1, 3)}
        return {**text, **size, "DF_DIM": draw.randint(2, 5), "batch": batch(), "UNCOND_LOSS": 1.0, "KL": 2.0, **more}

    def attn(**more) -> dict:
        dim = even(3, 9)
        return {"EMBEDDING_DIM": dim, "CONDITION_DIM": draw.randint(3, 13), "Z_DIM": draw.randint(2, 11), **more}

    def matching(**more) -> dict:
        lengths = lens()
        classes = [draw.randint(1, 4) for _ in lengths]
        return {"EMBEDDING_DIM": even(3, 9), "lens": lengths, "class_ids": classes, **GAMMAS, **more}

    def judged(size: int, **more) -> dict:
        count = pictures256 if size == 256 else batch(2 if size > 64 else 3)
        return {"size": size, "DF_DIM": draw.randint(1 if size > 64 else 2, 4), "batch": count, **more}

    condition = {"EMBEDDING_DIM": widths["CONDITION_DIM"], "UNCOND_LOSS": round(draw.uniform(0.3, 1.5), 2)}
    text_lengths = lens(2)
    gradient_lengths = lens()
    return {
        "v1-stage1-g": stackgan(batch=batch()),
        "v1-stage1-d": stackgan(batch=batch()),
        "v1-stage1-losses": stackgan(batch=batch()),
        "v1-stage1-step": stackgan(batch=batch()),
        "v1-stage2-g": stackgan(batch=3, GF_DIM=even(2, 5)),
        "v1-stage2-d-losses": stackgan(batch=pictures256, DF_DIM=draw.randint(1, 3)),
        "v2-g-cond": plus(draw.randint(1, 4), batch=2),
        "v2-g-uncond": plus(draw.randint(1, 5), batch=2, B_CONDITION=False),
        "v2-d64": judged(64, **condition),
        "v2-d128": judged(128, **condition),
        "v2-d256": judged(256, **condition),
        "v2-d512": judged(512, **condition, DF_DIM=1, batch=2),
        "v2-d64-uncond": judged(64, B_CONDITION=False),
        "v2-d128-uncond": judged(128, B_CONDITION=False),
        "v2-color": {"batch": batch(1), "COLOR_LOSS": round(draw.uniform(1, 80), 1)},
        "v2-g-loss": plus(draw.randint(1, 3), UNCOND_LOSS=0.5, KL=1.5),
        "v2-g-loss-color": plus(draw.randint(2, 3), B_CONDITION=False, COLOR_LOSS=50.0),
        "v2-step": plus(1),
        "v2-step-two": plus(2),
        "v2-step-uncond": plus(1, B_CONDITION=False),
        "attngan-g-3stage": attn(BRANCH_NUM=3, lens=lens(), GF_DIM=draw.randint(2, 6), R_NUM=draw.randint(1, 3)),
        "attngan-g-2stage": attn(
            BRANCH_NUM=2, lens=gradient_lengths, grad=True, GF_DIM=draw.randint(2, 6), R_NUM=draw.randint(1, 3)
        ),
        "attngan-g-1stage": attn(BRANCH_NUM=1, lens=lens(), GF_DIM=draw.randint(2, 6), R_NUM=2),
        "attngan-d64": judged(64, EMBEDDING_DIM=even(3, 9)),
        "attngan-d128": judged(128, EMBEDDING_DIM=even(3, 9)),
        "attngan-d256": judged(256, EMBEDDING_DIM=even(3, 9)),
        "attngan-damsm-losses": matching(),
        "attngan-text-encoder": {
            "ntoken": draw.randint(5, 40),
            "ninput": draw.randint(3, 17),
            "EMBEDDING_DIM": even(3, 9),
            "WORDS_NUM": max(text_lengths) + draw.randint(0, 5),
            "lens": text_lengths,
        },
        "attngan-generator-loss": matching(DF_DIM=draw.randint(2, 4), LAMBDA=round(draw.uniform(0.5, 50), 1)),
        "attngan-step": attn(
            BRANCH_NUM=1, batch=batch(), DF_DIM=draw.randint(2, 5), LAMBDA=0.0, GF_DIM=draw.randint(2, 5), R_NUM=1
        ),
        "attngan-damsm-step": matching(
            ntoken=draw.randint(5, 40),
            ninput=draw.randint(3, 17),
            trunk_map=draw.randint(5, 30),
            trunk_vec=draw.randint(5, 30),
            lr=2e-3,
            clip=round(draw.uniform(0.05, 5), 2),
        ),
        "attngan-cnn-heads": {"EMBEDDING_DIM": even(3, 9), "batch": batch(1), "map": 31, "vec": 17, "side": 7},
        "attngan-resize299": {"src": draw.choice([128, 200, 256]), "dst": draw.choice([299, 224])},
        "kl-loss": {"batch": batch(1), "dim": draw.randint(1, 20)},
        "adam": {"n": draw.randint(8, 40), "steps": draw.randint(1, 9)},
    }


def invented(name: str, config: dict, given: dict[str, torch.Tensor], seed: int) -> dict[str, torch.Tensor]:
    """Inputs and weights. Running statistics lie near those that the case's own training passes see."""
    stored = dict(given)
    run = CaseRun(config, stored, torch.Generator().manual_seed(seed))
    run.momentum = 1.0
    find_case(name)(run)
    for start, model in run.networks.items():
        for layer_name, layer in model.named_modules():
            if not isinstance(layer, _BatchNorm):
                continue
            mean, variance = layer.running_mean, layer.running_var
            wobble = torch.randn(mean.shape, generator=run.generator) * 0.1
            stored[f"{start}{layer_name}.running_mean"] = mean + wobble * variance.sqrt()
            factor = torch.rand(mean.shape, generator=run.generator) * 0.4 + 0.8
            stored[f"{start}{layer_name}.running_var"] = variance * factor + 1e-3
    return stored


def jittered(stored: dict[str, torch.Tensor], seed: int) -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return {
        name: tensor.double() * (1 + JITTER * torch.randn(tensor.shape, generator=generator, dtype=torch.float64))
        if tensor.is_floating_point()
        else tensor
        for name, tensor in stored.items()
    }


def computed(name: str, config: dict, stored: dict[str, torch.Tensor], dtype: torch.dtype) -> dict[str, torch.Tensor]:
    run = CaseRun(config, dict(stored), dtype=dtype)
    case = find_case(name)
    # Nothing is invented here, but everything that can be computed is wanted.
    run.wants = lambda _: True
    case(run)
    return run.results


def noise_of(value: torch.Tensor, exact: list[torch.Tensor]) -> list[float]:
    largest, relative = 0.0, 0.0
    for other in exact:
        difference = torch.where(value.double() == other, 0.0, value.double() - other)
        size = torch.where(other.isfinite(), other, 0.0).square().sum().sqrt()
        largest = max(largest, float(difference.abs().max()) if difference.numel() else 0.0)
        relative = max(relative, float(difference.square().sum().sqrt() / (size if size > 0 else 1.0)))
    return [largest, relative]


def forms_of(name: str, value: torch.Tensor) -> list[str]:
    is_large_map = value.dim() == 4 and min(value.shape[2:]) > LARGEST_WHOLE
    return [f"{name}.s3", f"{name}.row0"] if is_large_map and name.startswith("out.") else (
        [f"{name}.s3"] if is_large_map else [name]
    )


def write_case(folder: Path, name: str, config: dict, seed: int, shared: dict[str, torch.Tensor]) -> dict:
    sides = 256 if config.get("size") == 256 or name == "v1-stage2-d-losses" else 0
    stored = invented(name, config, shared if sides == 256 else {}, seed)
    results = computed(name, config, stored, torch.float32)
    exact = [
        computed(name, config, inputs, torch.float64)
        for inputs in (stored, jittered(stored, seed + 1), jittered(stored, seed + 2))
    ]
    kept = {form: stored_form(results, form).contiguous() for key, value in results.items() for form in forms_of(key, value)}
    tensors = {
        form: {
            "shape": list(value.shape),
            "dtype": "F32",
            "noise": noise_of(value, [stored_form(each, form) for each in exact]),
        }
        for form, value in kept.items()
    }
    uses = []
    if sides == 256:
        shared |= {key: stored.pop(key) for key in SHARED}
        uses = [SHARED_FILE]
    for key, value in stored.items():
        tensors[key] = {"shape": list(value.shape), "dtype": "F32" if value.is_floating_point() else "I64"}
    write_safetensors(folder / f"{name}.safetensors", stored | {key: value.float() for key, value in kept.items()})
    worst = max((tensor["noise"][1] for tensor in tensors.values() if "noise" in tensor), default=0)
    print(f"{name:24} {json.dumps(config)}  noise {worst:.1e}")
    return {"case": name, "file": f"{name}.safetensors", "config": config, "uses": uses, "tensors": tensors}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--only", default=".*", help="expression that a case's name has to match")
    options = parser.parse_args()
    # Threads that wait for each other lose more on a busy machine than they gain.
    torch.set_num_threads(1)
    options.out.mkdir(parents=True, exist_ok=True)
    shared: dict[str, torch.Tensor] = {}
    cases = [
        write_case(options.out, name, config, 1000 * options.seed + 10 * number, shared)
        for number, (name, config) in enumerate(drawn_configs(options.seed).items())
        if re.fullmatch(options.only, name)
    ]
    if shared:
        write_safetensors(options.out / SHARED_FILE, shared)
        inputs = {key: {"shape": list(value.shape), "dtype": "F32"} for key, value in shared.items()}
        cases.insert(0, {"case": "images-256", "file": SHARED_FILE, "config": {}, "uses": [], "tensors": inputs})
    index = {"format": "safetensors", "layout": "NCHW", "torch": torch.__version__, "cases": cases}
    (options.out / "index.json").write_text(json.dumps(index, indent=1))
    if any(math.isnan(n) for case in cases for t in case["tensors"].values() for n in t.get("noise", [])):
        raise SystemExit("a result is not a number")


if __name__ == "__main__":
    main()
