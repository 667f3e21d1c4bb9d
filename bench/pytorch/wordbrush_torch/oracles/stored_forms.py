"""Parts of a large map that may be stored instead of the whole."""

import torch

FORMS = {
    "": lambda whole: whole,
    ".s3": lambda whole: whole[:, :, ::3, ::3],
    ".s5": lambda whole: whole[:, :, ::5, ::5],
    ".row0": lambda whole: whole[:1],
}


def stored_form(results: dict[str, torch.Tensor], name: str) -> torch.Tensor | None:
    """The result that is stored under this name, or None."""
    for suffix, form in FORMS.items():
        whole = results.get(name.removesuffix(suffix)) if name.endswith(suffix) else None
        if whole is not None:
            return form(whole)
    return None
