"""Cases of DAMSM and its encoders."""

import torch
import torch.nn.functional as F

from ..damsm import (
    ImageHeads,
    TextEncoder,
    masked_classes,
    matching_loss,
    pretraining_step,
    sentence_scores,
    word_scores,
)
from .case_run import CaseRun


def text_encoder_case(run: CaseRun) -> None:
    config = run.config
    captions, lengths = captions_of(run, config["WORDS_NUM"])
    encoder = run.network(new_text_encoder(run))
    words, sentences = encoder(captions, torch.tensor(lengths))
    run.result("out.words_emb", words)
    run.result("out.sent_emb", sentences)
    if not run.wants("in.cot_words"):
        return
    total = (words * run.normal("in.cot_words", *words.shape)).sum()
    total = total + (sentences * run.normal("in.cot_sent", *sentences.shape)).sum()
    total.backward()
    run.gradients("grad", encoder)


def losses_case(run: CaseRun) -> None:
    lengths, dim = run.lengths(), run.config["EMBEDDING_DIM"]
    batch, gammas = len(lengths), gammas_of(run)
    side = run.config.get("side", 17)
    class_ids = run.input("in.class_ids", lambda _: torch.tensor(run.config["class_ids"]))

    def leaf(tensor: torch.Tensor) -> torch.Tensor:
        return tensor.clone().requires_grad_()

    given = (
        padded_words(run, lengths, dim),
        run.normal("in.region_features", batch, dim, side, side, scale=0.5),
        run.normal("in.sent_emb", batch, dim, scale=0.5),
        run.normal("in.cnn_code", batch, dim, scale=0.5),
    )
    for variant, ids in (("nocls", None), ("cls", class_ids)):
        suffix = "_cls" if variant == "cls" else ""
        words, regions, sentences, codes = map(leaf, given)
        scores, attention_maps = word_scores(words, lengths, regions, gammas)
        for row, attention in enumerate(attention_maps):
            run.result(f"out.att{row}", attention[None])
        for kind, logits in (("w", scores), ("s", sentence_scores(sentences, codes, gammas[2]))):
            masked = masked_classes(logits, ids)
            run.result(f"out.{'words' if kind == 'w' else 'sent'}_scores{suffix}", masked)
            by_picture, by_caption = matching_loss(masked)
            run.result(f"loss.{variant}.{kind}_loss0", by_picture)
            run.result(f"loss.{variant}.{kind}_loss1", by_caption)
            (by_picture + by_caption).backward()
        run.result(f"grad.{variant}.words.in.region_features", regions.grad)
        run.result(f"grad.{variant}.words.in.words_emb", words.grad)
        run.result(f"grad.{variant}.sent.in.cnn_code", codes.grad)
        run.result(f"grad.{variant}.sent.in.sent_emb", sentences.grad)


def step_case(run: CaseRun) -> None:
    config = run.config
    captions, lengths = captions_of(run, max(config["lens"]))
    batch, side = len(lengths), config.get("side", 17)
    given = {
        "map": run.normal("in.trunk_map", batch, config["trunk_map"], side, side),
        "pooled": run.normal("in.trunk_vec", batch, config["trunk_vec"]),
        "captions": captions,
        "lengths": torch.tensor(lengths),
        "class_ids": run.input("in.class_ids", lambda _: torch.tensor(config["class_ids"])),
    }
    encoder = run.network(new_text_encoder(run), "text")
    heads = run.network(ImageHeads(config["trunk_map"], config["trunk_vec"], config["EMBEDDING_DIM"]), "heads")
    weights = [*encoder.parameters(), *heads.parameters()]
    # Without movement first, and without clipping: the stored gradients are those before it.
    still = torch.optim.SGD(weights, lr=0)
    pretraining_step(encoder, heads, still, given, gammas_of(run), clip=float("inf"))
    run.gradients("grad.text", encoder)
    run.gradients("grad.heads", heads)
    optimizer = torch.optim.Adam(weights, lr=config["lr"], betas=(0.5, 0.999))
    for name, value in pretraining_step(encoder, heads, optimizer, given, gammas_of(run), config["clip"]).items():
        run.result(f"out.{name}" if name == "grad_norm" else f"loss.{name}", value)
    run.weights("after.text", encoder)
    run.weights("after.heads", heads)


def image_heads_case(run: CaseRun) -> None:
    config = run.config
    channels, pooled_dim, side = config.get("map", 768), config.get("vec", 2048), config.get("side", 5)
    trunk_map = run.normal("in.mixed_6e", config.get("batch", 1), channels, side, side)
    last = run.normal("in.mixed_7c", config.get("batch", 1), pooled_dim, 8, 8)
    heads = run.network(ImageHeads(trunk_map.shape[1], last.shape[1], config["EMBEDDING_DIM"]))
    regions, code = heads(trunk_map, last.mean((2, 3)))
    run.result("out.region_features", regions)
    run.result("out.cnn_code", code)


def resize_case(run: CaseRun) -> None:
    source = run.config["src"]
    image = run.input("in.img", lambda generator: 2 * torch.rand(1, 1, source, source, generator=generator) - 1)
    for align in (True, False):
        resized = F.interpolate(image, size=(run.config["dst"],) * 2, mode="bilinear", align_corners=align)
        run.result(f"out.align_corners_{str(align).lower()}", resized)


CASES = {
    r"attngan-text-encoder|real-text-encoder": text_encoder_case,
    r"attngan-damsm-losses": losses_case,
    r"attngan-damsm-step": step_case,
    r"attngan-cnn-heads": image_heads_case,
    r"attngan-resize\d+": resize_case,
}


def gammas_of(run: CaseRun) -> tuple[float, float, float]:
    return run.config["GAMMA1"], run.config["GAMMA2"], run.config["GAMMA3"]


def new_text_encoder(run: CaseRun) -> TextEncoder:
    return TextEncoder(run.config["ntoken"], run.config["ninput"], run.config["EMBEDDING_DIM"])


def padded_words(run: CaseRun, lengths: list[int], dim: int) -> torch.Tensor:
    """Words `(batch, dim, time)`, zero after each caption's end."""

    def invent(generator: torch.Generator) -> torch.Tensor:
        words = 0.5 * torch.randn(len(lengths), dim, max(lengths), generator=generator)
        for row, length in enumerate(lengths):
            words[row, :, length:] = 0
        return words

    return run.input("in.words_emb", invent)


def captions_of(run: CaseRun, time_steps: int) -> tuple[torch.Tensor, list[int]]:
    """Token ids, padded with 0."""
    lengths = run.lengths()

    def invent(generator: torch.Generator) -> torch.Tensor:
        captions = torch.randint(1, run.config["ntoken"], (len(lengths), time_steps), generator=generator)
        for row, length in enumerate(lengths):
            captions[row, length:] = 0
        return captions

    return run.input("in.captions", invent), lengths
