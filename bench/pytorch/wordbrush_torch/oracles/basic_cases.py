"""Cases that belong to no architecture."""

import torch

from ..adversarial import kullback_leibler
from .case_run import CaseRun

LEARNING_RATE, BETAS, EPSILON = 2e-4, (0.5, 0.999), 1e-8


def divergence_case(run: CaseRun) -> None:
    shape = (run.config["batch"], run.config["dim"])
    mean, log_variance = run.normal("in.mu", *shape).clone(), run.normal("in.logvar", *shape).clone()
    divergence = kullback_leibler(mean.requires_grad_(), log_variance.requires_grad_())
    divergence.backward()
    run.result("loss.kl", divergence)
    run.result("grad.in.mu", mean.grad)
    run.result("grad.in.logvar", log_variance.grad)


def adam_case(run: CaseRun) -> None:
    count, steps = run.config["n"], run.config["steps"]
    start = run.normal("in.p", count)
    sizes = 10.0 ** torch.cat([torch.linspace(-9, -6, 4), torch.zeros(count - 4)])
    gradients = run.input("in.g", lambda generator: sizes * torch.randn(steps, count, generator=generator))
    weight = start.clone().requires_grad_()
    optimizer = torch.optim.Adam([weight], lr=LEARNING_RATE, betas=BETAS, eps=EPSILON)
    after = []
    for gradient in gradients:
        weight.grad = gradient.clone()
        optimizer.step()
        after.append(weight.detach().clone())
    run.result("out.p", torch.stack(after))
    run.result("out.p_torch03", epsilon_before_correction(start, gradients))


def epsilon_before_correction(start: torch.Tensor, gradients: torch.Tensor) -> torch.Tensor:
    """As PyTorch up to 1.2 added it."""
    weight, first, second, after = start.clone(), torch.zeros_like(start), torch.zeros_like(start), []
    for number, gradient in enumerate(gradients, start=1):
        first = BETAS[0] * first + (1 - BETAS[0]) * gradient
        second = BETAS[1] * second + (1 - BETAS[1]) * gradient**2
        size = LEARNING_RATE * (1 - BETAS[1] ** number) ** 0.5 / (1 - BETAS[0] ** number)
        weight = weight - size * first / (second.sqrt() + EPSILON)
        after.append(weight.clone())
    return torch.stack(after)


CASES = {r"kl-loss": divergence_case, r"adam": adam_case}
