"""Losses and training step of either stage of StackGAN."""

import torch

from .adversarial import descend, fake_loss, frozen, kullback_leibler, real_loss
from .stackgan import Discriminator

KL_WEIGHT = 2.0
Terms = dict[str, torch.Tensor]


def judge_pairs(
    discriminator: Discriminator, reals: torch.Tensor, fakes: torch.Tensor, conditions: torch.Tensor
) -> Terms:
    """Logits, in the official order of passes: it decides the running statistics. Wrong pairs are shifted by one."""
    head, alone = discriminator.get_cond_logits, discriminator.get_uncond_logits
    real_features, fake_features = discriminator(reals), discriminator(fakes)
    logits = {
        "real_c": head(real_features, conditions),
        "wrong_c": head(real_features[:-1], conditions[1:]),
        "fake_c": head(fake_features, conditions),
    }
    if alone is not None:
        logits |= {"real_u": alone(real_features), "fake_u": alone(fake_features)}
    return logits


def discriminator_loss(logits: Terms) -> tuple[torch.Tensor, Terms]:
    """The total, and its terms."""
    terms = {
        name: real_loss(values) if name.startswith("real") else fake_loss(values) for name, values in logits.items()
    }
    if "real_u" not in terms:
        return terms["real_c"] + 0.5 * (terms["fake_c"] + terms["wrong_c"]), terms
    real = (terms["real_c"] + terms["real_u"]) / 2
    return real + (terms["wrong_c"] + terms["fake_c"] + terms["fake_u"]) / 3, terms


def judge_fakes(discriminator: Discriminator, fakes: torch.Tensor, conditions: torch.Tensor) -> Terms:
    features = discriminator(fakes)
    logits = {"fake_c": discriminator.get_cond_logits(features, conditions)}
    if discriminator.get_uncond_logits is not None:
        logits["fake_u"] = discriminator.get_uncond_logits(features)
    return logits


def generator_loss(logits: Terms) -> tuple[torch.Tensor, Terms]:
    """A sum over the heads, without the divergence."""
    terms = {name: real_loss(values) for name, values in logits.items()}
    return torch.stack(list(terms.values())).sum(), terms


def step(networks, optimizers, reals: torch.Tensor, inputs: tuple[torch.Tensor, ...]) -> Terms:
    """Moves the discriminator, then the generator on the same fakes; both `(generator, discriminator)`."""
    generator, discriminator = networks
    generator_adam, discriminator_adam = optimizers
    *_, fakes, mean, log_variance = generator(*inputs)
    logits = judge_pairs(discriminator, reals, fakes.detach(), mean.detach())
    error_d, terms = discriminator_loss(logits)
    descend(discriminator_adam, error_d)
    with frozen(discriminator):
        error_g, _ = generator_loss(judge_fakes(discriminator, fakes, mean.detach()))
        kl = kullback_leibler(mean, log_variance)
        total = error_g + KL_WEIGHT * kl
        descend(generator_adam, total)
    losses = {"errD": error_d, "errG": error_g, "errG_total": total, "kl": kl}
    return losses | {f"errD_{name}": term for name, term in terms.items()}
