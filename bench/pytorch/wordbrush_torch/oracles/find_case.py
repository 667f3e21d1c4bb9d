"""Which computation belongs to the name of a case."""

import re
from collections.abc import Callable

from . import attngan_cases, basic_cases, damsm_cases, stackgan_cases, stackgan_pp_cases
from .case_run import CaseRun

MODULES = (stackgan_cases, stackgan_pp_cases, attngan_cases, damsm_cases, basic_cases)
CASES = {pattern: case for module in MODULES for pattern, case in module.CASES.items()}


def find_case(name: str) -> Callable[[CaseRun], None] | None:
    return next((case for pattern, case in CASES.items() if re.fullmatch(pattern, name)), None)
