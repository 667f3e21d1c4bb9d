"""Cases of AttnGAN."""

import torch

from ..adversarial import adam
from ..attngan import Discriminator, Generator
from ..attngan_training import Similarity, Text, discriminator_loss, generator_loss, judge_pairs, step
from .case_run import CaseRun
from .damsm_cases import gammas_of, padded_words


def generator_case(run: CaseRun) -> None:
    inputs = generator_inputs(run)
    for mask in ("fixed", "official"):
        for mode in ("eval", "train"):
            prefix = f"{mask}_{mode}"
            if not (run.wants(f"out.{prefix}") or run.wants(f"after.{prefix}")):
                continue
            generator = run.network(new_generator(run, mask)).train(mode == "train")
            images, attention_maps, mean, log_variance = generator(*inputs)
            for branch, image in enumerate(images):
                run.result(f"out.{prefix}_img{64 * 2**branch}", image)
            for stage, attention in enumerate(attention_maps, start=1):
                run.result(f"out.{prefix}_att{stage}", attention)
            run.result(f"out.{prefix}_mu", mean)
            run.result(f"out.{prefix}_logvar", log_variance)
            if mode == "train":
                run.statistics(f"after.{prefix}", generator)
    if run.config.get("grad", False):
        gradients_of_pictures(run, inputs)


def gradients_of_pictures(run: CaseRun, inputs: tuple[torch.Tensor, ...]) -> None:
    """Of the sum of the pictures' products with given maps."""
    generator = run.network(new_generator(run, "fixed"))
    sentence, words = inputs[0].clone().requires_grad_(), inputs[1].clone().requires_grad_()
    images, *_ = generator(sentence, words, *inputs[2:])
    total = images[0].new_zeros(())
    for branch, image in enumerate(images):
        # The larger maps are one for the whole batch.
        shape = image.shape if branch == 0 else (1, *image.shape[1:])
        total = total + (image * run.normal(f"in.cot{64 * 2**branch}", *shape)).sum()
    total.backward()
    run.result("loss.L", total)
    run.gradients("grad", generator)
    run.result("grad.in.sent_emb", sentence.grad)
    run.result("grad.in.words_emb", words.grad)


def discriminator_case(run: CaseRun) -> None:
    size, batch = run.config["size"], run.config["batch"]
    suffix = "256" if size == 256 and not run.has("in.real") else ""
    reals, fakes = run.images(f"in.real{suffix}", batch, size), run.images(f"in.fake{suffix}", batch, size)
    sentences = run.normal("in.sent_emb", batch, run.config["EMBEDDING_DIM"], scale=0.5)
    discriminator = run.network(new_discriminator(run, size)).eval()
    features = discriminator(reals)
    run.result("out.eval.features", features)
    run.result("out.eval.cond_prob", discriminator.COND_DNET(features, sentences).sigmoid())
    run.result("out.eval.uncond_prob", discriminator.UNCOND_DNET(features).sigmoid())
    discriminator.train()
    logits = judge_pairs(discriminator, reals, fakes, sentences)
    error, terms = discriminator_loss(logits)
    error.backward()
    run.result("loss.errD", error)
    for name, term in terms.items():
        run.result(f"loss.errD_{name}", term)
        run.result(f"out.D.{name}_prob", logits[name].sigmoid())
    run.gradients("grad.D", discriminator)
    run.statistics("after.D", discriminator)


def generator_loss_case(run: CaseRun) -> None:
    lengths, dim = run.lengths(), run.config["EMBEDDING_DIM"]
    batch = len(lengths)
    sizes = run.config.get("sizes", [64, 128])
    fakes = [run.images(f"in.fake{size}", batch, size).clone().requires_grad_() for size in sizes]
    regions = run.normal("in.region_features", batch, dim, 17, 17, scale=0.5).clone().requires_grad_()
    codes = run.normal("in.cnn_code", batch, dim, scale=0.5).clone().requires_grad_()
    class_ids = run.input("in.class_ids", lambda _: torch.tensor(run.config["class_ids"]))
    text = Text(padded_words(run, lengths, dim), run.normal("in.sent_emb", batch, dim, scale=0.5), lengths, class_ids)
    similarity = Similarity(lambda _: (regions, codes), run.config["LAMBDA"], gammas_of(run))
    discriminators = [
        run.network(new_discriminator(run, size), f"netD{index}") for index, size in enumerate(sizes)
    ]
    total, terms = generator_loss(discriminators, fakes, text, similarity)
    total.backward()
    run.result("loss.total", total)
    for name, term in terms.items():
        run.result(f"loss.{name}", term)
    for size, fake in zip(sizes, fakes):
        run.result(f"grad.in.fake{size}", fake.grad)
    run.result("grad.in.region_features", regions.grad)
    run.result("grad.in.cnn_code", codes.grad)


def step_case(run: CaseRun) -> None:
    """One branch, without DAMSM: the first stage reads no words."""
    batch, config = run.config["batch"], run.config
    reals = [run.images("in.real64", batch, 64)]
    sentences = run.normal("in.sent_emb", batch, config["EMBEDDING_DIM"], scale=0.5)
    z, eps = run.normal("in.z", batch, config["Z_DIM"]), run.normal("in.eps", batch, config["CONDITION_DIM"])
    text = Text(torch.zeros(batch, config["EMBEDDING_DIM"], 1, dtype=run.dtype), sentences, [1] * batch, None)
    generator = run.network(new_generator(run, "fixed"), "netG")
    mask = torch.zeros(batch, 1, dtype=torch.bool)
    run.result("out.fake64", generator(sentences, text.words, mask, z, eps)[0][0])
    # That pass has moved the statistics.
    generator = run.network(new_generator(run, "fixed"), "netG")
    discriminator = run.network(new_discriminator(run, 64), "netD0")
    optimizers = [adam(generator), adam(discriminator)]
    losses = step(generator, [discriminator], optimizers, reals, text, (z, eps), None)
    for network, model in (("netG", generator), ("netD0", discriminator)):
        run.gradients(f"grad.{network}", model)
        run.weights(f"after.{network}", model)
    names = {"cond0": "errG_c", "uncond0": "errG_u", "errG_total": "errG_total", "kl": "kl", "errD0": "errD"}
    for name, loss in losses.items():
        if name != "adv":
            run.result(f"loss.{names.get(name, name.replace('errD0_', 'errD_'))}", loss)


CASES = {
    r"attngan-g-\dstage": generator_case,
    r"attngan-d\d+": discriminator_case,
    r"attngan-generator-loss": generator_loss_case,
    r"attngan-step": step_case,
}


def new_generator(run: CaseRun, mask: str) -> Generator:
    config = run.config
    return Generator(
        config["EMBEDDING_DIM"],
        config["CONDITION_DIM"],
        config["Z_DIM"],
        config["GF_DIM"],
        config["R_NUM"],
        config["BRANCH_NUM"],
        official_mask=mask == "official",
    )


def new_discriminator(run: CaseRun, size: int) -> Discriminator:
    return Discriminator(size, run.config["DF_DIM"], run.config["EMBEDDING_DIM"])


def generator_inputs(run: CaseRun) -> tuple[torch.Tensor, ...]:
    lengths, config = run.lengths(), run.config
    batch = len(lengths)
    words = padded_words(run, lengths, config["EMBEDDING_DIM"])
    padded = torch.arange(words.shape[2])[None, :] >= torch.tensor(lengths)[:, None]
    mask = run.input("in.mask", lambda _: padded.long()).bool()
    return (
        run.normal("in.sent_emb", batch, config["EMBEDDING_DIM"], scale=0.5),
        words,
        mask,
        run.normal("in.z", batch, config["Z_DIM"]),
        run.normal("in.eps", batch, config["CONDITION_DIM"]),
    )
