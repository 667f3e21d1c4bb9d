"""Losses and training step of StackGAN++."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F

from .adversarial import descend, fake_loss, frozen, kullback_leibler, real_loss
from .stackgan_pp import Discriminator

Terms = dict[str, torch.Tensor]


@dataclass
class Weights:
    unconditional: float = 1.0
    kl: float = 2.0
    color: float = 0.0


def named(kind: str, judgement: list[torch.Tensor]) -> Terms:
    """`real_c` and `real_u`, or `real` where there is one head."""
    if len(judgement) == 1:
        return {kind: judgement[0]}
    return {f"{kind}_c": judgement[0], f"{kind}_u": judgement[1]}


def judge_branch(
    discriminator: Discriminator,
    real: torch.Tensor,
    wrong: torch.Tensor | None,
    fake: torch.Tensor,
    mean: torch.Tensor | None,
) -> Terms:
    """Logits of three whole passes, in the official order; of two without text."""
    logits = named("real", discriminator(real, mean))
    if wrong is not None:
        logits |= named("wrong", discriminator(wrong, mean))
    return logits | named("fake", discriminator(fake, mean))


def discriminator_loss(logits: Terms, weights: Weights) -> tuple[torch.Tensor, Terms]:
    # A picture with a wrong text is real all the same.
    truths = {"real", "real_c", "real_u", "wrong_u"}
    terms = {name: (real_loss if name in truths else fake_loss)(values) for name, values in logits.items()}
    if "real" in terms:
        return terms["real"] + terms["fake"], terms
    if weights.unconditional == 0:
        return terms["real_c"] + 0.5 * (terms["wrong_c"] + terms["fake_c"]), terms
    total = sum(terms[f"{kind}_c"] + weights.unconditional * terms[f"{kind}_u"] for kind in ("real", "wrong", "fake"))
    return total, terms


def color_statistics(images: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Mean colour `(batch, 3, 1, 1)` and covariance `(batch, 3, 3)` of each picture."""
    mean = images.mean((2, 3), keepdim=True)
    centred = (images - mean).flatten(2)
    return mean, centred @ centred.transpose(1, 2) / centred.shape[2]


def color_terms(fine: torch.Tensor, coarse: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Squared differences of means and of covariances; the coarser picture is what the finer one is held to."""
    mean, covariance = color_statistics(fine)
    wanted_mean, wanted_covariance = color_statistics(coarse.detach())
    return F.mse_loss(mean, wanted_mean), F.mse_loss(covariance, wanted_covariance)


def generator_loss(
    discriminators: list[Discriminator],
    images: list[torch.Tensor],
    mean: torch.Tensor | None,
    log_variance: torch.Tensor | None,
    weights: Weights,
) -> tuple[torch.Tensor, Terms]:
    """The total, and its terms: of each branch, of colours, and the divergence."""
    terms: Terms = {}
    total = images[0].new_zeros(())
    for branch, (discriminator, fake) in enumerate(zip(discriminators, images)):
        for name, logits in named("fake", discriminator(fake, mean)).items():
            head = "_u" if name == "fake" else name.removeprefix("fake")
            terms[f"b{branch}{head}"] = loss = real_loss(logits)
            total = total + (weights.unconditional if name == "fake_u" else 1) * loss
    if weights.color > 0:
        for fine in range(len(images) - 1, 0, -1):
            by_mean, by_covariance = color_terms(images[fine], images[fine - 1])
            terms[f"like_mu{fine}"] = weights.color * by_mean
            terms[f"like_cov{fine}"] = 5 * weights.color * by_covariance
            total = total + terms[f"like_mu{fine}"] + terms[f"like_cov{fine}"]
    if mean is not None and log_variance is not None:
        terms["kl_times_coeff"] = weights.kl * kullback_leibler(mean, log_variance)
        total = total + terms["kl_times_coeff"]
    return total, terms


def step(generator, discriminators, optimizers, reals, wrongs, inputs, weights: Weights) -> Terms:
    """Moves each discriminator, then the generator on the same fakes. `optimizers`: the generator's, then theirs."""
    generator_adam, *discriminator_adams = optimizers
    images, mean, log_variance = generator(*inputs)
    condition = None if mean is None else mean.detach()
    losses: Terms = {}
    for branch, (discriminator, optimizer) in enumerate(zip(discriminators, discriminator_adams)):
        wrong = None if wrongs is None else wrongs[branch]
        logits = judge_branch(discriminator, reals[branch], wrong, images[branch].detach(), condition)
        error, terms = discriminator_loss(logits, weights)
        descend(optimizer, error)
        losses[f"errD{branch}"] = error
        losses |= {f"errD{branch}_{name}": term for name, term in terms.items()}
    with frozen(*discriminators):
        total, terms = generator_loss(discriminators, images, mean, log_variance, weights)
        descend(generator_adam, total)
    return losses | {"errG_total": total} | terms
