"""Checks the PyTorch twin against a folder of stored numbers.

    python bench/pytorch/check_oracles.py FOLDER [--case NAME]

Prints a line a case: the largest relative L2 difference of outputs, losses, gradients and values after the step, and how
many of the stored results were compared. Exit code 1 if a case failed. Bounds are those of `npm run parity`.
"""

import argparse
import json
import sys
from pathlib import Path

import torch

from wordbrush_torch.oracles.case_run import CaseRun
from wordbrush_torch.oracles.find_case import find_case
from wordbrush_torch.oracles.stored_forms import stored_form
from wordbrush_torch.safetensors import read_safetensors

KINDS = {"out": "outputs", "loss": "losses", "grad": "gradients", "after": "after"}


def bound_of(kind: str, noise: float) -> float:
    return max(1e-4 if kind == "grad" else 1e-5, 10 * noise)


def sure_signs(name: str, tensors: dict, noises: dict) -> torch.Tensor | None:
    """Where a weight's gradient is well beyond its noise: elsewhere Adam's first step may go either way."""
    gradient = tensors.get(f"grad.{name.removeprefix('after.')}")
    if gradient is None:
        return None
    noise = max(1e-4, 10 * noises.get(f"grad.{name.removeprefix('after.')}", 0))
    return gradient.abs() > 10 * noise * gradient.square().mean().sqrt()


def relative_difference(actual: torch.Tensor, stored: torch.Tensor, counts: torch.Tensor | None) -> float:
    if actual.numel() != stored.numel():
        return float("inf")
    actual, stored = actual.reshape(stored.shape).double(), stored.double()
    same = actual == stored
    if counts is not None:
        same |= ~counts
    difference = torch.where(same, 0.0, actual - stored).square().sum().sqrt()
    size = torch.where(stored.isfinite(), stored, 0.0).square().sum().sqrt()
    return float(difference / (size if size > 0 else 1.0))


def check_case(folder: Path, entry: dict) -> bool:
    tensors: dict[str, torch.Tensor] = {}
    for file in (entry["file"], *entry.get("uses", [])):
        tensors = read_safetensors(folder / file) | tensors
    wanted = [name for name in entry["tensors"] if name.split(".")[0] in KINDS]
    case = find_case(entry["case"])
    if case is None:
        print(f"{entry['case']:24} {'unknown' if wanted else 'inputs only'}")
        return True
    run = CaseRun(entry["config"], tensors)
    try:
        case(run)
    except Exception as error:  # one line a case, whatever its fault
        print(f"{entry['case']:24} FAIL {type(error).__name__}: {error}")
        return False
    noises = {name: tensor.get("noise", [0, 0])[1] for name, tensor in entry["tensors"].items()}
    largest = dict.fromkeys(KINDS, 0.0)
    beyond, left_out = [], []
    for name in wanted:
        actual = stored_form(run.results, name)
        if actual is None:
            left_out.append(name)
            continue
        kind = name.split(".")[0]
        counts = sure_signs(name, tensors, noises) if kind == "after" else None
        difference = relative_difference(actual, tensors[name], counts)
        largest[kind] = max(largest[kind], difference)
        if not difference <= bound_of(kind, noises[name]):
            beyond.append(f"{name} {difference:.1e} > {bound_of(kind, noises[name]):.1e}")
    figures = "  ".join(f"{title} {largest[kind]:.1e}" for kind, title in KINDS.items())
    passed = not beyond and len(left_out) < len(wanted)
    print(f"{entry['case']:24} {figures}  {len(wanted) - len(left_out)}/{len(wanted)}  {'pass' if passed else 'FAIL'}")
    for line in beyond + [f"{name} not computed" for name in left_out]:
        print(f"    {line}")
    return passed


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--case", default=None)
    options = parser.parse_args()
    # Threads that wait for each other lose more on a busy machine than they gain.
    torch.set_num_threads(1)
    index = json.loads((options.folder / "index.json").read_text())
    entries = [entry for entry in index["cases"] if options.case in (None, entry["case"])]
    passed = [check_case(options.folder, entry) for entry in entries]
    print(f"{sum(passed)} of {len(passed)} cases passed or hold inputs only")
    return 0 if passed and all(passed) else 1


if __name__ == "__main__":
    sys.exit(main())
