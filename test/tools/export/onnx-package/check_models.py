"""Runs the checker and the shape inference of the onnx package on ONNX files.

Reads paths from standard input, one a line; prints a JSON object of the paths that it refuses, with the reason.
"""

import json
import sys

import onnx
from onnx import shape_inference


def problem_of(path):
    try:
        model = onnx.load(path)
        onnx.checker.check_model(model, full_check=True)
        shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
    except Exception as error:  # The package raises many kinds, and each of them is a finding.
        return f"{type(error).__name__}: {error}"
    return None


problems = {path: problem_of(path) for path in sys.stdin.read().splitlines()}
json.dump({path: problem for path, problem in problems.items() if problem is not None}, sys.stdout)
