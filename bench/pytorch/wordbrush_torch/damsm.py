"""DAMSM: the text encoder, the image encoder's heads, and the loss that matches them."""

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence


class TextEncoder(nn.Module):
    """Token ids to words and sentence: a bi-LSTM that stops at each caption's last word."""

    def __init__(self, vocabulary_size: int, embedding_dim: int, sentence_dim: int, dropout: float = 0.0):
        super().__init__()
        self.encoder = nn.Embedding(vocabulary_size, embedding_dim)
        self.drop = nn.Dropout(dropout)
        self.rnn = nn.LSTM(embedding_dim, sentence_dim // 2, batch_first=True, bidirectional=True)

    def forward(self, captions: torch.Tensor, lengths: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Words `(batch, dim, longest caption)`, zero at padding, and sentences `(batch, dim)`."""
        embedded = self.drop(self.encoder(captions))
        packed = pack_padded_sequence(embedded, lengths.cpu(), batch_first=True, enforce_sorted=False)
        outputs, (last, _) = self.rnn(packed)
        words, _ = pad_packed_sequence(outputs, batch_first=True)
        return words.transpose(1, 2), torch.cat([last[0], last[1]], 1)


class ImageHeads(nn.Module):
    """A trunk's map and pooled vector to regions and code."""

    def __init__(self, map_channels: int, pooled_dim: int, embedding_dim: int):
        super().__init__()
        self.emb_features = nn.Conv2d(map_channels, embedding_dim, kernel_size=1, bias=False)
        self.emb_cnn_code = nn.Linear(pooled_dim, embedding_dim)

    def forward(self, trunk_map: torch.Tensor, pooled: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        return self.emb_features(trunk_map), self.emb_cnn_code(pooled)


def match_caption(
    words: torch.Tensor, regions: torch.Tensor, gamma1: float, gamma2: float
) -> tuple[torch.Tensor, torch.Tensor]:
    """One caption `(dim, words)` with the regions `(batch, dim, places)` of all pictures: scores and attention."""
    products = words.transpose(0, 1) @ regions
    attention = torch.softmax(gamma1 * torch.softmax(products, dim=1), dim=2)
    contexts = regions @ attention.transpose(1, 2)
    lengths = contexts.norm(dim=1) * words.norm(dim=0)
    cosines = (contexts * words).sum(1) / lengths.clamp(min=1e-8)
    return torch.logsumexp(gamma2 * cosines, dim=1), attention


def word_scores(
    words: torch.Tensor, lengths: list[int], regions: torch.Tensor, gammas: tuple[float, float, float]
) -> tuple[torch.Tensor, list[torch.Tensor]]:
    """Logits (picture, caption), and where each caption looks in its own picture `(words, height, width)`."""
    flat = regions.flatten(2)
    columns, own = [], []
    for caption, length in enumerate(lengths):
        scores, attention = match_caption(words[caption, :, :length], flat, *gammas[:2])
        columns.append(gammas[2] * scores)
        own.append(attention[caption].view(length, *regions.shape[2:]))
    return torch.stack(columns, 1), own


def sentence_scores(sentences: torch.Tensor, codes: torch.Tensor, gamma3: float) -> torch.Tensor:
    lengths = codes.norm(dim=1)[:, None] * sentences.norm(dim=1)[None, :]
    return gamma3 * (codes @ sentences.T) / lengths.clamp(min=1e-8)


def masked_classes(logits: torch.Tensor, class_ids: torch.Tensor | None) -> torch.Tensor:
    """Other pictures of a picture's class are no wrong answers."""
    if class_ids is None:
        return logits
    same = class_ids[:, None] == class_ids[None, :]
    same.fill_diagonal_(False)
    return logits.masked_fill(same, float("-inf"))


def matching_loss(logits: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Picture to caption, caption to picture."""
    right = torch.arange(logits.shape[0])
    return F.cross_entropy(logits, right), F.cross_entropy(logits.T, right)


def damsm_losses(
    regions: torch.Tensor,
    codes: torch.Tensor,
    words: torch.Tensor,
    sentences: torch.Tensor,
    lengths: list[int],
    class_ids: torch.Tensor | None,
    gammas: tuple[float, float, float],
) -> dict[str, torch.Tensor]:
    of_words, _ = word_scores(words, lengths, regions, gammas)
    of_sentences = sentence_scores(sentences, codes, gammas[2])
    w0, w1 = matching_loss(masked_classes(of_words, class_ids))
    s0, s1 = matching_loss(masked_classes(of_sentences, class_ids))
    return {"w_loss0": w0, "w_loss1": w1, "s_loss0": s0, "s_loss1": s1}


def pretraining_step(
    text_encoder: TextEncoder,
    heads: ImageHeads,
    optimizer: torch.optim.Optimizer,
    batch: dict[str, torch.Tensor],
    gammas: tuple[float, float, float],
    clip: float,
) -> dict[str, torch.Tensor]:
    """The losses, their total, and the length of the text encoder's gradients before the clipping."""
    regions, codes = heads(batch["map"], batch["pooled"])
    words, sentences = text_encoder(batch["captions"], batch["lengths"])
    lengths = batch["lengths"].tolist()
    losses = damsm_losses(regions, codes, words, sentences, lengths, batch.get("class_ids"), gammas)
    total = torch.stack(list(losses.values())).sum()
    optimizer.zero_grad()
    total.backward()
    norm = nn.utils.clip_grad_norm_(text_encoder.parameters(), clip)
    optimizer.step()
    return losses | {"total": total, "grad_norm": norm}
