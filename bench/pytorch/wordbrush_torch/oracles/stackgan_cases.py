"""Cases of StackGAN."""

import torch

from ..adversarial import adam, kullback_leibler
from ..stackgan import Discriminator, Stage1Generator, Stage2Generator
from ..stackgan_training import (
    KL_WEIGHT,
    discriminator_loss,
    generator_loss,
    judge_fakes,
    judge_pairs,
    step,
)
from .case_run import CaseRun


def stage1_generator(run: CaseRun) -> None:
    inputs = stage1_inputs(run)
    generator = run.network(new_stage1(run))
    for mode in ("eval", "train"):
        generator.train(mode == "train")
        image, mean, log_variance = generator(*inputs)
        for name, value in (("img", image), ("mu", mean), ("logvar", log_variance)):
            run.result(f"out.{mode}.{name}", value)
        condition, _, _ = generator.ca_net(inputs[0], inputs[2])
        run.result(f"out.{mode}.c_code", condition)
        if mode == "eval":
            names = ("h_fc", "h_up1", "h_up2", "h_up3", "h_up4")
            for name, features in zip(names, generator.maps(inputs[1], condition)):
                run.result(f"out.eval.{name}", features)
    run.statistics("after.train", generator)


def stage1_discriminator(run: CaseRun) -> None:
    batch = run.config["batch"]
    images, condition = run.images("in.img", batch, 64), run.normal("in.cond", batch, run.config["CONDITION_DIM"])
    discriminator = run.network(new_discriminator(run, 1))
    for mode in ("eval", "train"):
        discriminator.train(mode == "train")
        features = discriminator(images)
        run.result(f"out.{mode}.features", features)
        run.result(f"out.{mode}.cond_prob", discriminator.get_cond_logits(features, condition).sigmoid())
    run.statistics("after.train", discriminator)


def stage1_losses(run: CaseRun) -> None:
    generator, discriminator = run.network(new_stage1(run), "netG"), run.network(new_discriminator(run, 1), "netD")
    inputs, reals = stage1_inputs(run), run.images("in.real", run.config["batch"], 64)
    fakes, mean, log_variance = outputs_in_training(run, generator, inputs)
    logits = judge_pairs(discriminator, reals, fakes.detach(), mean.detach())
    error_d, terms = discriminator_loss(logits)
    error_d.backward()
    run.gradients("grad.netD", discriminator)
    discriminator_results(run, logits, error_d, terms)
    fakes.retain_grad()
    judged = judge_fakes(discriminator, fakes, mean.detach())
    error_g, _ = generator_loss(judged)
    kl = kullback_leibler(mean, log_variance)
    total = error_g + KL_WEIGHT * kl
    total.backward()
    run.gradients("grad.netG", generator)
    run.result("grad.fake_img", fakes.grad)
    run.result("out.G.fake_prob", judged["fake_c"].sigmoid())
    for name, loss in (("errG", error_g), ("kl", kl), ("errG_total", total)):
        run.result(f"loss.{name}", loss)


def stage1_step(run: CaseRun) -> None:
    inputs, reals = stage1_inputs(run), run.images("in.real", run.config["batch"], 64)
    generator, discriminator = run.network(new_stage1(run), "netG"), run.network(new_discriminator(run, 1), "netD")
    fakes, mean, _ = outputs_in_training(run, generator, inputs)
    logits = judge_pairs(discriminator, reals, fakes, mean)
    discriminator_results(run, logits, *discriminator_loss(logits))
    # That pass has moved the statistics.
    generator, discriminator = run.network(new_stage1(run), "netG"), run.network(new_discriminator(run, 1), "netD")
    losses = step((generator, discriminator), (adam(generator), adam(discriminator)), reals, inputs)
    for network, model in (("netG", generator), ("netD", discriminator)):
        run.gradients(f"grad.{network}", model)
        run.weights(f"after.{network}", model)
    for name in ("errD", "errG", "errG_total", "kl"):
        run.result(f"loss.{name}", losses[name])
    # The generator was judged by the discriminator that had already moved.
    run.result("out.G.fake_prob", judge_fakes(discriminator, fakes, mean)["fake_c"].sigmoid())


def stage2_generator(run: CaseRun) -> None:
    batch, condition_dim = run.config["batch"], run.config["CONDITION_DIM"]
    sentence, z = run.normal("in.txt", batch, run.config["TEXT_DIM"]), run.normal("in.z", batch, run.config["Z_DIM"])
    eps = (run.normal("in.eps1", batch, condition_dim), run.normal("in.eps2", batch, condition_dim))
    widths = (run.config["TEXT_DIM"], condition_dim, run.config["GF_DIM"])
    generator = run.network(Stage2Generator(new_stage1(run), *widths, run.config["R_NUM"]))
    for mode in ("eval", "train"):
        generator.train(mode == "train")
        outputs = generator(sentence, z, *eps)
        for name, value in zip(("stage1_img", "img256", "mu", "logvar"), outputs):
            run.result(f"out.{mode}.{name}", value)
    run.statistics("after.train", generator)


def stage2_discriminator_losses(run: CaseRun) -> None:
    batch = run.config["batch"]
    reals, fakes = run.images("in.real256", batch, 256), run.images("in.fake256", batch, 256)
    condition = run.normal("in.cond", batch, run.config["CONDITION_DIM"])
    discriminator = run.network(new_discriminator(run, 2)).eval()
    features = discriminator(reals)
    run.result("out.eval.features", features)
    run.result("out.eval.cond_prob", discriminator.get_cond_logits(features, condition).sigmoid())
    run.result("out.eval.uncond_prob", discriminator.get_uncond_logits(features).sigmoid())
    discriminator.train()
    logits = judge_pairs(discriminator, reals, fakes, condition)
    error_d, terms = discriminator_loss(logits)
    error_d.backward()
    run.result("loss.errD", error_d)
    for name, term in terms.items():
        run.result(f"loss.errD_{name}", term)
        run.result(f"out.D.{name}_prob", logits[name].sigmoid())
    run.gradients("grad.D", discriminator)
    run.statistics("after.D", discriminator)
    fakes = fakes.clone().requires_grad_()
    error_g, terms = generator_loss(judge_fakes(discriminator, fakes, condition))
    error_g.backward()
    run.result("loss.errG", error_g)
    for name, term in terms.items():
        run.result(f"loss.errG_{name}", term)
    run.result("grad.G.fake256", fakes.grad)


CASES = {
    r"v1-stage1-g": stage1_generator,
    r"v1-stage1-d": stage1_discriminator,
    r"v1-stage1-losses": stage1_losses,
    r"v1-stage1-step": stage1_step,
    r"v1-stage2-g": stage2_generator,
    r"v1-stage2-d-losses": stage2_discriminator_losses,
}


def new_stage1(run: CaseRun) -> Stage1Generator:
    config = run.config
    return Stage1Generator(config["TEXT_DIM"], config["CONDITION_DIM"], config["Z_DIM"], config["GF_DIM"])


def new_discriminator(run: CaseRun, stage: int) -> Discriminator:
    return Discriminator(stage, run.config["DF_DIM"], run.config["CONDITION_DIM"])


def stage1_inputs(run: CaseRun) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    batch, config = run.config["batch"], run.config
    return (
        run.normal("in.txt", batch, config["TEXT_DIM"]),
        run.normal("in.z", batch, config["Z_DIM"]),
        run.normal("in.eps", batch, config["CONDITION_DIM"]),
    )


def outputs_in_training(run: CaseRun, generator: Stage1Generator, inputs: tuple[torch.Tensor, ...]):
    outputs = generator(*inputs)
    for name, value in zip(("fake_img", "mu", "logvar"), outputs):
        run.result(f"out.{name}", value)
    return outputs


def discriminator_results(run: CaseRun, logits, error: torch.Tensor, terms) -> None:
    """Stage-I's case has one head, and leaves it out of the names."""
    run.result("loss.errD", error)
    for name, term in terms.items():
        short = name.removesuffix("_c")
        run.result(f"loss.errD_{short}", term)
        run.result(f"out.D.{short}_prob", logits[name].sigmoid())
