import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pentimento.prompt.chunks import CONTENT, EMPTY, Chunks, Fix, chunks
from pentimento.prompt.emphasis import Break, Fragment, parse_emphasis
from pentimento.prompt.tokenizer import COMMA, END, START, encode
from pentimento.words.errors import PromptError

A, B = 320, 321
TINY = {"tinyemb": 3, "tinyemb2": 2}


def cut(prompt: str, embeddings=TINY, backtrack=20, keep_embeddings=True) -> Chunks:
    return chunks(parse_emphasis(prompt), encode, embeddings, backtrack=backtrack, keep_embeddings=keep_embeddings)


def content(chunk) -> list[int]:
    """The tokens before the padding."""
    return list(chunk.tokens[1 : chunk.tokens.index(END)])


def test_the_empty_prompt_is_start_and_seventy_six_ends():
    assert cut("") == Chunks((EMPTY,), 0)
    assert EMPTY.tokens == (START, *[END] * 76)
    assert EMPTY.weights == (1,) * 77


def test_tokens_carry_the_weight_of_their_fragment_and_padding_weighs_one():
    (chunk,) = cut("a (a:1.5) b").chunks
    assert chunk.tokens[:5] == (START, A, A, B, END)
    assert chunk.weights[:5] == (1, 1, 1.5, 1, 1)


@pytest.mark.parametrize(("tokens", "number"), [(74, 1), (75, 1), (76, 2), (150, 2), (151, 3)])
def test_a_chunk_holds_seventy_five_tokens(tokens, number):
    result = cut("a " * tokens)
    assert (len(result.chunks), result.used, result.limit) == (number, tokens, 75 * number)


def test_break_ends_a_chunk_and_counts_as_filling_it():
    result = cut("a BREAK b")
    assert [content(chunk) for chunk in result.chunks] == [[A], [B]]
    assert (result.used, result.limit) == (76, 150)
    assert (len(cut("a BREAK").chunks), cut("a BREAK").used) == (1, 75)


@pytest.mark.parametrize(
    ("before", "backtrack", "first"),
    [
        (70, 20, 71),  # 4 tokens stand after the comma: they move
        (55, 20, 56),  # 20 − 1 stand after it, it itself is the 20th from the end
        (54, 20, 75),  # one too many
        (70, 0, 75),
        (70, 4, 75),
        (70, 5, 71),
        (74, 20, 75),  # the comma is the last: nothing moves
    ],
)
def test_a_full_chunk_gives_up_what_stands_after_its_last_comma(before, backtrack, first):
    result = cut("a " * before + ", " + "b " * 30, backtrack=backtrack)
    one, two = map(content, result.chunks)
    assert len(one) == first
    assert one + two == [A] * before + [COMMA] + [B] * 30


def test_a_comma_as_the_seventy_sixth_token_begins_the_next_chunk():
    one, two = map(content, cut("a, " + "a " * 73 + ", b").chunks)
    assert (len(one), two) == (75, [COMMA, B])


def test_embeddings_are_found_by_their_tokens_the_longest_name_first():
    (chunk,) = cut("a photo of TinyEmb in a garden, (tinyemb2:1.2)").chunks
    assert chunk.fixes == (Fix(3, "tinyemb"), Fix(10, "tinyemb2"))
    assert chunk.tokens[4:7] == (0, 0, 0)
    assert chunk.tokens[11:14] == (0, 0, END)
    assert chunk.weights[11:14] == (1.2, 1.2, 1)


def test_an_embedding_that_does_not_fit_begins_the_next_chunk():
    one, two = cut("a " * 73 + "tinyemb").chunks
    assert (one.fixes, two.fixes) == ((), (Fix(0, "tinyemb"),))
    assert two.tokens[:5] == (START, 0, 0, 0, END)


def test_an_embedding_after_the_last_comma_moves_with_its_tokens():
    prompt = "a " * 60 + ", tinyemb " + "b " * 20
    one, two = cut(prompt).chunks
    assert (one.fixes, two.fixes) == ((), (Fix(0, "tinyemb"),))


def test_the_reference_leaves_an_embedding_in_the_padding_and_moves_only_its_zeros():
    prompt = "tinyemb2 " + "a " * 58 + ", tinyemb " + "b " * 20
    one, two = cut(prompt, keep_embeddings=False).chunks
    assert (one.fixes, two.fixes) == ((Fix(0, "tinyemb2"), Fix(61, "tinyemb")), ())
    assert one.tokens[62] == END
    assert two.tokens[:4] == (START, 0, 0, 0)


def test_an_embedding_larger_than_a_chunk_is_refused_with_its_size():
    with pytest.raises(PromptError, match="embedding huge has 76 vectors"):
        cut("a huge thing", {"huge": 76})
    assert len(cut("a huge thing", {"huge": 75}).chunks) == 3


def test_a_name_without_tokens_is_never_found():
    assert cut("a b", {" ": 2}).chunks == cut("a b", {}).chunks


WORDS = st.sampled_from(["a", "b", ",", "tinyemb", "tinyemb2", "BREAK", "(a:1.3)", "[,]"])


@settings(max_examples=50, deadline=None)
@given(st.lists(WORDS, max_size=250).map(" ".join), st.integers(0, 74))
def test_no_token_is_lost_or_moved_out_of_order_and_every_vector_keeps_its_place(prompt, backtrack):
    result = cut(prompt, backtrack=backtrack)
    pieces = [piece for piece in parse_emphasis(prompt) if not isinstance(piece, Break)]
    plain = [token for piece in pieces for token in encode(piece.text.replace("tinyemb2", "").replace("tinyemb", ""))]
    assert [t for chunk in result.chunks for t in chunk.tokens if t not in (START, END, 0)] == plain
    assert [fix.name for chunk in result.chunks for fix in chunk.fixes] == [
        word for word in prompt.split() if word in TINY
    ]
    for chunk in result.chunks:
        held = {fix.offset + 1 + i for fix in chunk.fixes for i in range(TINY[fix.name])}
        assert held == {i for i, token in enumerate(chunk.tokens) if token == 0}
        assert len(chunk.tokens) == len(chunk.weights) == CONTENT + 2


def test_a_hundred_thousand_characters_are_cut():
    result = cut("a, tinyemb " * 9_000)
    assert sum(len(chunk.fixes) for chunk in result.chunks) == 9_000
    assert len(chunks([Fragment("ab" * 50_000)], encode, {}, backtrack=20, keep_embeddings=True).chunks) > 10
