"""The CLIP text encoder as a function."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor
from transformers import CLIPTextConfig, CLIPTextModel

from pentimento.nets.pages import all_let_go

Fix = tuple[int, int, Tensor]
"""(row of the batch, offset, (k, width) vectors): vectors of a textual inversion and where they go."""


def text_module(
    *, width: int, layers: int, inner_width: int, vocabulary: int, positions: int, heads: int
) -> CLIPTextModel:
    """A CLIP text encoder without weights worth having."""
    return CLIPTextModel(
        CLIPTextConfig(
            vocab_size=vocabulary,
            hidden_size=width,
            intermediate_size=inner_width,
            num_hidden_layers=layers,
            num_attention_heads=heads,
            max_position_embeddings=positions,
            hidden_act="quick_gelu",
        )
    )


class TextEncoder:
    """(tokens, …) → text features."""

    def __init__(self, module: CLIPTextModel) -> None:
        self.module = module.eval().requires_grad_(False)

    @property
    def width(self) -> int:
        return self.module.config.hidden_size

    @torch.inference_mode()
    def __call__(self, tokens: Tensor, *, clip_skip: int = 1, fixes: Sequence[Fix] = ()) -> Tensor:
        """Features of each token.

        tokens     (B, 77) token ids
        clip_skip  1 takes the last layer's output, 2 the one before, …
        fixes      vectors put in place of token embeddings, after the token at their offset
        returns    (B, 77, width), through the final layer norm, float32
        """
        layer = min(clip_skip, self.module.config.num_hidden_layers + 1)
        with self._fixed(fixes):
            states = self.module(tokens.to(self.module.device), output_hidden_states=True).hidden_states
        all_let_go(self.module)
        return self.module.final_layer_norm(states[-layer]).float()

    @contextmanager
    def _fixed(self, fixes: Sequence[Fix]) -> Generator[None]:
        def put(module: torch.nn.Module, given: object, embedded: Tensor) -> Tensor:
            embedded = embedded.clone()
            for row, offset, vectors in fixes:
                room = min(embedded.shape[1] - offset - 1, len(vectors))
                embedded[row, offset + 1 : offset + 1 + room] = vectors[:room].to(embedded)
            return embedded

        hook = self.module.embeddings.token_embedding.register_forward_hook(put)
        try:
            yield
        finally:
            hook.remove()
