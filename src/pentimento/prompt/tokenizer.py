"""CLIP's byte-pair tokens: text → numbers 0…49407.

The vocabulary is OpenAI's (CLIP, MIT licence), as open_clip ships it: `clip_merges.txt.gz` holds the 48 894 merges in
use, one a line, and every entry follows from them. Source: Radford et al. 2021 (arXiv:2103.00020), section 2.4;
Sennrich et al. 2016 (arXiv:1508.07909).
"""

import gzip
import hashlib
import re
import zlib
from functools import cache
from importlib import resources

import ftfy
from tokenizers import Regex, Tokenizer
from tokenizers.models import BPE
from tokenizers.pre_tokenizers import ByteLevel, Sequence, Split

from pentimento.words.errors import ModelFileError

START, END = 49406, 49407
COMMA = 267
VOCABULARY = 49408

MERGES = "clip_merges.txt.gz"
MERGES_SHA256 = "d308b7377a8ceaa9707a21614fe8c831b9196e197b7aeb69833359362907af02"
SPECIAL = ["<|startoftext|>", "<|endoftext|>"]
WORD = r"(?i)'s|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\s\p{L}\p{N}]+"
END_OF_WORD = "</w>"


def encode(text: str) -> list[int]:
    """The text's tokens, without start and end and however many.

    As the reference: mojibake and typography mended, white space collapsed, lower case. The words `<|startoftext|>`
    and `<|endoftext|>` become the tokens they name.
    """
    clean = re.sub(r"\s+", " ", ftfy.fix_text(text)).strip().lower()
    return clip().encode(clean).ids


@cache
def clip() -> Tokenizer:
    return load((resources.files("pentimento.prompt") / MERGES).read_bytes())


def load(packed: bytes) -> Tokenizer:
    """The tokenizer from the gzipped merges.

    raises  ModelFileError for any but CLIP's, and for a file cut short
    """
    try:
        merges = gzip.decompress(packed)
    except (OSError, EOFError, zlib.error) as error:
        raise _wrong(str(error)) from error
    found = hashlib.sha256(merges).hexdigest()
    if found != MERGES_SHA256:
        raise _wrong(f"sha256 {found} instead of {MERGES_SHA256}, {len(merges)} bytes")

    first, second = zip(*(line.split() for line in merges.decode().splitlines()), strict=True)
    tokens = [
        *_bytes(),
        *(byte + END_OF_WORD for byte in _bytes()),
        *map("".join, zip(first, second, strict=True)),
        *SPECIAL,
    ]
    vocabulary = {token: number for number, token in enumerate(tokens)}
    tokenizer = Tokenizer(BPE(vocabulary, [*zip(first, second, strict=True)], end_of_word_suffix=END_OF_WORD))
    tokenizer.pre_tokenizer = Sequence([Split(Regex(WORD), "removed", invert=True), ByteLevel(False, use_regex=False)])
    tokenizer.add_special_tokens(SPECIAL)
    return tokenizer


def _bytes() -> list[str]:
    """The characters that stand for the 256 bytes: first those that can be seen, as themselves, then the others."""
    seen = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    return [*map(chr, seen), *(chr(256 + i) for i in range(256 - len(seen)))]


def _wrong(what: str) -> ModelFileError:
    return ModelFileError(f"the CLIP vocabulary {MERGES} is damaged: {what}", "Install Pentimento again.")
