import pytest

from pentimento.prompt.networks import Lora, NetworkTag, read_lora, take_networks
from pentimento.words.errors import PromptError


@pytest.mark.parametrize(
    ("prompt", "tags", "left"),
    [
        ("a <lora:foo:0.8> b", [NetworkTag("lora", ("foo", "0.8"), {})], "a  b"),
        ("<lora:foo:te=0.5:unet=1>", [NetworkTag("lora", ("foo",), {"te": "0.5", "unet": "1"})], ""),
        ("(a <lora:f:1>:1.2)", [NetworkTag("lora", ("f", "1"), {})], "(a :1.2)"),
        ("< lora:foo:1>", [], "< lora:foo:1>"),
        ("x <3", [], "x <3"),
        ("a<b:c>d", [NetworkTag("b", ("c",), {})], "ad"),
        ("<lora:my file:a=b=c>", [NetworkTag("lora", ("my file", "a=b=c"), {})], ""),
        (
            "<lora:a\nb:1> <hypernet:h> >",
            [NetworkTag("lora", ("a\nb", "1"), {}), NetworkTag("hypernet", ("h",), {})],
            "  >",
        ),
    ],
)
def test_tags_are_taken_out_and_nothing_else_is(prompt, tags, left):
    assert take_networks(prompt) == (left, tuple(tags))


@pytest.mark.parametrize(
    ("tag", "lora"),
    [
        ("<lora:foo>", Lora("foo", 1, 1, None)),
        ("<lora:foo:0.8>", Lora("foo", 0.8, 0.8, None)),
        ("<lora:foo:1:0.5>", Lora("foo", 1, 0.5, None)),
        ("<lora:foo:1:0.5:8>", Lora("foo", 1, 0.5, 8)),
        ("<lora:foo:te=0.5>", Lora("foo", 0.5, 0.5, None)),
        ("<lora:foo:unet=0.5>", Lora("foo", 1, 0.5, None)),
        ("<lora:foo:0.3:0.4:te=-1:dyn=4>", Lora("foo", -1, 0.4, 4)),
        ("<lyco:foo: 0.8 >", Lora("foo", 0.8, 0.8, None)),
    ],
)
def test_a_lora_tag_gives_file_and_multipliers(tag, lora):
    assert read_lora(take_networks(tag)[1][0]) == lora


@pytest.mark.parametrize(
    "tag", ["<lora:foo:much>", "<lora:foo:1:nan>", "<lora:foo:1:1:2.5>", "<lora:te=1>", "<lora:foo:dyn=x>"]
)
def test_a_lora_tag_that_cannot_be_read_is_shown_in_the_error(tag):
    with pytest.raises(PromptError) as caught:
        read_lora(take_networks(tag)[1][0])
    assert tag in caught.value.message


@pytest.mark.parametrize("prompt", ["<a:" * 33_000, "<" * 10**5, "<" + "a" * 10**5])
def test_a_hundred_thousand_characters_of_unfinished_tags_stay(prompt):
    assert take_networks(prompt) == (prompt, ())
