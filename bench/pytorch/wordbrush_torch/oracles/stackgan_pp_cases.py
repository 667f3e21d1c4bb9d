"""Cases of StackGAN++."""

import torch

from ..adversarial import adam
from ..stackgan_pp import Discriminator, Generator
from ..stackgan_pp_training import (
    Weights,
    color_statistics,
    color_terms,
    discriminator_loss,
    generator_loss,
    judge_branch,
    step,
)
from .case_run import CaseRun


def generator_case(run: CaseRun) -> None:
    inputs = generator_inputs(run)
    generator = run.network(new_generator(run))
    for mode in ("eval", "train"):
        generator.train(mode == "train")
        images, mean, log_variance = generator(*inputs)
        for branch, image in enumerate(images):
            run.result(f"out.{mode}.img{side_of(branch)}", image)
        if mean is not None:
            run.result(f"out.{mode}.mu", mean)
            run.result(f"out.{mode}.logvar", log_variance)
    run.statistics("after.train", generator)


def discriminator_case(run: CaseRun) -> None:
    conditional = is_conditional(run)
    real, wrong, fake = discriminator_pictures(run)
    mean = run.normal("in.mu", len(real), run.config["EMBEDDING_DIM"]) if conditional else None
    log_variance = run.normal("in.logvar", *mean.shape, scale=0.5) if mean is not None else None
    discriminator = run.network(new_discriminator(run, run.config["size"])).eval()
    run.result("out.eval.features", discriminator.features(real))
    names = ("cond_prob", "uncond_prob") if conditional else ("prob",)
    for name, logits in zip(names, discriminator(real, mean)):
        run.result(f"out.eval.{name}", logits.sigmoid())

    discriminator.train()
    weights = loss_weights(run)
    logits = judge_branch(discriminator, real, wrong, fake, mean)
    error, terms = discriminator_loss(logits, weights)
    error.backward()
    run.result("loss.errD", error)
    for name, term in terms.items():
        run.result(f"loss.errD_{name}", term)
        run.result(f"out.D.{name}_prob", logits[name].sigmoid())
    if conditional:
        run.result("loss.u0.errD", discriminator_loss(logits, Weights(unconditional=0))[0])
    run.gradients("grad.D", discriminator)
    run.statistics("after.D", discriminator)

    leaves = {"fake": fake, "mu": mean, "logvar": log_variance}
    leaves = {name: value.clone().requires_grad_() for name, value in leaves.items() if value is not None}
    total, terms = generator_loss([discriminator], [leaves["fake"]], leaves.get("mu"), leaves.get("logvar"), weights)
    total.backward()
    for name, value in leaves.items():
        run.result(f"grad.G.{name}", value.grad)
    run.result("loss.errG_total", total)
    official = {"b0_c": "errG_fake_c", "b0_u": "errG_fake_u" if conditional else "errG_fake"}
    for name, term in terms.items():
        run.result(f"loss.{official.get(name, name)}", term)


def color_case(run: CaseRun) -> None:
    batch, weight = run.config["batch"], run.config["COLOR_LOSS"]
    sizes = run.config.get("sizes", [16, 32, 64])
    images = [
        run.images(f"in.img{scale}", batch, size).clone().requires_grad_() for scale, size in enumerate(sizes, start=1)
    ]
    for scale, image in enumerate(images, start=1):
        mean, covariance = color_statistics(image)
        run.result(f"out.mu{scale}", mean)
        run.result(f"out.cov{scale}", covariance)
    for scale in (1, 2):
        by_mean, by_covariance = color_terms(images[scale], images[scale - 1])
        run.result(f"loss.like_mu{scale}", weight * by_mean)
        run.result(f"loss.like_cov{scale}", 5 * weight * by_covariance)
    total, _ = generator_loss([], images, None, None, Weights(color=weight))
    total.backward()
    run.result("loss.total", total)
    for scale, image in enumerate(images, start=1):
        run.result(f"grad.img{scale}", torch.zeros_like(image) if image.grad is None else image.grad)


def generator_loss_case(run: CaseRun) -> None:
    inputs = generator_inputs(run)
    generator = run.network(new_generator(run), "netG")
    discriminators = new_discriminators(run)
    images, mean, log_variance = generator(*inputs)
    total, terms = generator_loss(discriminators, images, mean, log_variance, loss_weights(run))
    total.backward()
    run.gradients("grad.netG", generator)
    run.result("loss.errG_total", total)
    generator_terms(run, terms)


def step_case(run: CaseRun) -> None:
    batch, branches = run.config["batch"], run.config["BRANCH_NUM"]
    inputs = generator_inputs(run)
    reals = [run.images(f"in.real{side_of(branch)}", batch, side_of(branch)) for branch in range(branches)]
    wrongs = None
    if is_conditional(run):
        wrongs = [run.images(f"in.wrong{side_of(branch)}", batch, side_of(branch)) for branch in range(branches)]
    generator = run.network(new_generator(run), "netG")
    for branch, image in enumerate(generator(*inputs)[0]):
        run.result(f"out.fake{side_of(branch)}", image)
    # That pass has moved the statistics.
    generator = run.network(new_generator(run), "netG")
    discriminators = new_discriminators(run)
    optimizers = [adam(generator), *map(adam, discriminators)]
    losses = step(generator, discriminators, optimizers, reals, wrongs, inputs, loss_weights(run))
    for network, model in (("netG", generator), *((f"netD{i}", model) for i, model in enumerate(discriminators))):
        run.gradients(f"grad.{network}", model)
        run.weights(f"after.{network}", model)
    run.result("loss.errG_total", losses["errG_total"])
    for name, loss in losses.items():
        # With one branch the official name has no number.
        if name.startswith("errD"):
            run.result(f"loss.{name.replace('errD0', 'errD') if branches == 1 else name}", loss)
    generator_terms(run, {name: loss for name, loss in losses.items() if not name.startswith("err")})


CASES = {
    r"v2-g-(un)?cond.*": generator_case,
    r"v2-d\d+(-uncond)?": discriminator_case,
    r"v2-color": color_case,
    r"v2-g-loss.*": generator_loss_case,
    r"v2-step.*": step_case,
}


def side_of(branch: int) -> int:
    return 64 * 2**branch


def is_conditional(run: CaseRun) -> bool:
    return run.config.get("B_CONDITION", True)


def loss_weights(run: CaseRun) -> Weights:
    return Weights(
        unconditional=run.config.get("UNCOND_LOSS", 1.0),
        kl=run.config.get("KL", 2.0),
        color=run.config.get("COLOR_LOSS", 0.0),
    )


def new_generator(run: CaseRun) -> Generator:
    config = run.config
    text = (config["TEXT_DIM"], config["EMBEDDING_DIM"]) if is_conditional(run) else (None, None)
    return Generator(*text, config["Z_DIM"], config["GF_DIM"], config["R_NUM"], config["BRANCH_NUM"])


def new_discriminator(run: CaseRun, size: int) -> Discriminator:
    return Discriminator(size, run.config["DF_DIM"], run.config["EMBEDDING_DIM"] if is_conditional(run) else None)


def new_discriminators(run: CaseRun) -> list[Discriminator]:
    return [
        run.network(new_discriminator(run, side_of(branch)), f"netD{branch}")
        for branch in range(run.config["BRANCH_NUM"])
    ]


def generator_inputs(run: CaseRun) -> tuple[torch.Tensor, ...]:
    batch, config = run.config["batch"], run.config
    z = run.normal("in.z", batch, config["Z_DIM"])
    if not is_conditional(run):
        return (z,)
    return z, run.normal("in.txt", batch, config["TEXT_DIM"]), run.normal("in.eps", batch, config["EMBEDDING_DIM"])


def discriminator_pictures(run: CaseRun):
    """Real, wrong and fake; those of 256 pixels are shared by several cases, and their wrong ones are the real ones reversed."""
    size, batch = run.config["size"], run.config["batch"]
    shared = size == 256 and not run.has("in.real")
    suffix = "256" if shared else ""
    real, fake = run.images(f"in.real{suffix}", batch, size), run.images(f"in.fake{suffix}", batch, size)
    if not is_conditional(run):
        return real, None, fake
    return real, real.flip(0) if shared else run.images("in.wrong", batch, size), fake


def generator_terms(run: CaseRun, terms: dict[str, torch.Tensor]) -> None:
    for name, term in terms.items():
        run.result(f"loss.errG_{name}" if name.startswith("b") else f"loss.{name}", term)
