import gzip
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pentimento.prompt import tokenizer
from pentimento.prompt.tokenizer import COMMA, END, START, VOCABULARY, clip, encode, load
from pentimento.words.errors import ModelFileError


def test_a_photo_of_a_cat_has_the_numbers_everybody_knows():
    assert encode("a photo of a cat") == [320, 1125, 539, 320, 2368]
    assert encode("a photo of a cat, sitting") == [320, 1125, 539, 320, 2368, COMMA, 4919]


def test_the_vocabulary_is_whole():
    numbers = clip().get_vocab()
    assert sorted(numbers.values()) == list(range(VOCABULARY))
    assert (numbers["<|startoftext|>"], numbers["<|endoftext|>"], numbers[",</w>"]) == (START, END, COMMA)


@pytest.mark.parametrize(
    ("text", "same_as"),
    [
        ("  A\t Photo\n of  A cat ", "a photo of a cat"),
        ("it’s “fine”", 'it\'s "fine"'),
        ("cafe\u0301", "caf\u00e9"),
        ("cafÃ©", "caf\u00e9"),
        ("ﬁne", "fine"),
        ("fish &amp; chips", "fish & chips"),
        ("ΣΑΣ", "σας"),
    ],
)
def test_text_is_cleaned_before_it_is_cut(text, same_as):
    assert encode(text) == encode(same_as)


def test_special_words_become_the_tokens_they_name():
    assert encode("a <|endoftext|> b<|StartOfText|>") == [320, END, 321, START]


def test_nothing_and_white_space_have_no_tokens():
    assert encode("") == encode(" \n\t ") == []


def test_a_word_of_a_hundred_thousand_letters_is_read():
    assert len(encode("abcdefghij" * 10_000)) > 1000


@pytest.mark.parametrize("cut", [0, 1000, -1])
def test_a_vocabulary_cut_short_is_refused(cut):
    packed = gzip.compress(b"i n\nt h\n")
    with pytest.raises(ModelFileError, match=r"vocabulary .* is damaged"):
        load(packed[:cut])


def test_a_vocabulary_of_another_model_is_refused_with_both_sums():
    with pytest.raises(ModelFileError, match=rf"sha256 [0-9a-f]+ instead of {tokenizer.MERGES_SHA256}, 8 bytes"):
        load(gzip.compress(b"i n\nt h\n"))


@pytest.fixture(scope="module")
def transformers_tokenizer(tmp_path_factory):
    """The CLIPTokenizer of transformers over the same vocabulary, by way of the files it reads."""
    from transformers import CLIPTokenizer

    folder = tmp_path_factory.mktemp("clip")
    model = json.loads(clip().to_str())["model"]
    (folder / "vocab.json").write_text(json.dumps(model["vocab"]))
    (folder / "merges.txt").write_text("\n".join(["#version: 0.2", *map(" ".join, model["merges"])]))
    return CLIPTokenizer.from_pretrained(folder)


SENTENCES = [
    "a photo of a cat sitting on a bench, highly detailed",
    "The quick brown fox's 3.5 jumps -- over the lazy dog!!!",
    "ünïcode ★ 日本",
    "Привет, мир",
    "مرحبا بالعالم",
    "हिन्दी में",
    "👩‍👩‍👧 🏳️‍🌈 emoji",
    "they'll we've I'd o'clock",
    "1girl, masterpiece, (8k:1.2), <lora>",
    "Ωmega İstanbul ß ſtraße",
    "x" * 300,
]


@pytest.mark.parametrize("text", SENTENCES)
def test_transformers_cuts_the_same_text_the_same_way(text, transformers_tokenizer):
    assert encode(text) == transformers_tokenizer(text, add_special_tokens=False).input_ids


@settings(max_examples=50, deadline=None)
@given(st.text(st.characters(codec="ascii", exclude_characters="&<", categories=["L", "N", "P", "Zs"])))
def test_transformers_cuts_any_plain_text_the_same_way(transformers_tokenizer, text):
    assert encode(text) == transformers_tokenizer(text, add_special_tokens=False).input_ids
