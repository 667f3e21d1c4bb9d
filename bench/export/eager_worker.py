"""Runs a generator in eager PyTorch when told to: the PyTorch side of `bench/export.ts`.

    python bench/export/eager_worker.py ARCHITECTURE BATCH THREADS

Prints `ready` once it could begin; for each line of standard input, one run and a line of JSON.
"""

import json
import sys
import time
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parent.parent / "pytorch"))

from generators import build, inputs_of  # noqa: E402


def main(architecture: str, batch: str, threads: str) -> None:
    torch.set_num_threads(int(threads))
    drawing = build(architecture)
    inputs = inputs_of(drawing, "paper", int(batch), None, 1)
    print("ready", flush=True)
    with torch.inference_mode():
        for _ in sys.stdin:
            started, cpu_started = time.perf_counter(), time.process_time()
            drawing(*inputs)
            wall, cpu = time.perf_counter() - started, time.process_time() - cpu_started
            print(json.dumps({"wallMs": 1000 * wall, "cpuMs": 1000 * cpu}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
