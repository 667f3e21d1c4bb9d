"""Losses and training step of AttnGAN."""

from collections.abc import Callable
from dataclasses import dataclass

import torch

from .adversarial import descend, fake_loss, frozen, kullback_leibler, real_loss
from .attngan import Discriminator
from .damsm import damsm_losses

KL_WEIGHT = 1.0
Terms = dict[str, torch.Tensor]


@dataclass
class Text:
    """Words `(batch, dim, time)`, sentences `(batch, dim)`."""

    words: torch.Tensor
    sentences: torch.Tensor
    lengths: list[int]
    class_ids: torch.Tensor | None


@dataclass
class Similarity:
    """How DAMSM enters the generator's loss: pictures of the largest size to regions and codes."""

    encode_images: Callable[[torch.Tensor], tuple[torch.Tensor, torch.Tensor]]
    weight: float
    gammas: tuple[float, float, float]


def judge_pairs(
    discriminator: Discriminator, reals: torch.Tensor, fakes: torch.Tensor, sentences: torch.Tensor
) -> Terms:
    """Logits, in the official order of passes. Wrong pairs are shifted by one."""
    head, alone = discriminator.COND_DNET, discriminator.UNCOND_DNET
    real_features, fake_features = discriminator(reals), discriminator(fakes)
    return {
        "real_c": head(real_features, sentences),
        "fake_c": head(fake_features, sentences),
        "wrong_c": head(real_features[:-1], sentences[1:]),
        "real_u": alone(real_features),
        "fake_u": alone(fake_features),
    }


def discriminator_loss(logits: Terms) -> tuple[torch.Tensor, Terms]:
    terms = {
        name: real_loss(values) if name.startswith("real") else fake_loss(values) for name, values in logits.items()
    }
    real = (terms["real_c"] + terms["real_u"]) / 2
    return real + (terms["fake_u"] + terms["fake_c"] + terms["wrong_c"]) / 3, terms


def generator_loss(
    discriminators: list[Discriminator], images: list[torch.Tensor], text: Text, similarity: Similarity | None
) -> tuple[torch.Tensor, Terms]:
    """The total without the divergence, and its terms."""
    terms: Terms = {}
    for branch, (discriminator, fakes) in enumerate(zip(discriminators, images)):
        features = discriminator(fakes)
        terms[f"cond{branch}"] = real_loss(discriminator.COND_DNET(features, text.sentences))
        terms[f"uncond{branch}"] = real_loss(discriminator.UNCOND_DNET(features))
    terms["adv"] = torch.stack(list(terms.values())).sum()
    if similarity is None:
        return terms["adv"], terms
    regions, codes = similarity.encode_images(images[-1])
    matching = damsm_losses(
        regions, codes, text.words, text.sentences, text.lengths, text.class_ids, similarity.gammas
    )
    terms["w_loss"] = similarity.weight * (matching["w_loss0"] + matching["w_loss1"])
    terms["s_loss"] = similarity.weight * (matching["s_loss0"] + matching["s_loss1"])
    return terms["adv"] + terms["w_loss"] + terms["s_loss"], terms


def step(generator, discriminators, optimizers, reals, text: Text, noise, similarity: Similarity | None) -> Terms:
    """Moves each discriminator, then the generator on the same fakes; `noise` is z and eps."""
    generator_adam, *discriminator_adams = optimizers
    time_steps = torch.arange(text.words.shape[2])
    mask = time_steps[None, :] >= torch.tensor(text.lengths)[:, None]
    images, _, mean, log_variance = generator(text.sentences, text.words, mask, *noise)
    losses: Terms = {}
    for branch, (discriminator, optimizer) in enumerate(zip(discriminators, discriminator_adams)):
        logits = judge_pairs(discriminator, reals[branch], images[branch].detach(), text.sentences)
        error, terms = discriminator_loss(logits)
        descend(optimizer, error)
        losses[f"errD{branch}"] = error
        losses |= {f"errD{branch}_{name}": term for name, term in terms.items()}
    with frozen(*discriminators):
        total, terms = generator_loss(discriminators, images, text, similarity)
        kl = kullback_leibler(mean, log_variance)
        total = total + KL_WEIGHT * kl
        descend(generator_adam, total)
    return losses | terms | {"errG_total": total, "kl": kl}
