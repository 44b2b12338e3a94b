"""Against stable-diffusion-webui v1.10.1: see tests/golden/prompt/README.md."""

import json
from pathlib import Path

import pytest

from pentimento.prompt.chunks import chunks
from pentimento.prompt.composition import split_and
from pentimento.prompt.emphasis import Break, parse_emphasis
from pentimento.prompt.schedule import schedule
from pentimento.prompt.tokenizer import encode

GOLDEN = json.loads((Path(__file__).parents[1] / "golden/prompt/prompt_parser.json").read_text())

every_prompt = pytest.mark.parametrize("case", GOLDEN, ids=[case["prompt"] or "empty" for case in GOLDEN])


def test_all_twenty_seven_prompts_are_here():
    assert len(GOLDEN) == 27


@every_prompt
def test_fragments_and_weights_are_the_reference_s(case):
    pieces = parse_emphasis(case["prompt"], break_in_brackets=False)
    assert [["BREAK", -1] if isinstance(p, Break) else [p.text, p.weight] for p in pieces] == case["attention"]


@every_prompt
@pytest.mark.parametrize(
    ("key", "steps", "old"), [("schedules_10", 10, False), ("schedules_20", 20, False), ("schedules_20_old", 20, True)]
)
def test_schedules_are_the_reference_s(case, key, steps, old):
    assert [list(entry) for entry in schedule(case["prompt"], steps, old=old)] == case[key]


@every_prompt
def test_parts_are_the_reference_s(case):
    parts = split_and(case["prompt"], trailing_weight=True)
    texts = list(dict.fromkeys(part.text for part in parts))
    assert texts == case["multicond"]["flat"]
    assert [[[texts.index(part.text), part.weight] for part in parts]] == case["multicond"]["indexes"]


@every_prompt
def test_tokens_and_weights_are_the_reference_s(case):
    pieces = parse_emphasis(case["prompt"], break_in_brackets=False)
    result = chunks(pieces, encode, {"tinyemb": 3, "tinyemb2": 2}, backtrack=20, keep_embeddings=False)
    assert {
        "token_count": result.used,
        "chunks": [{"tokens": list(c.tokens), "multipliers": list(c.weights)} for c in result.chunks],
    } == case["token_chunks"]
