import pytest

from pentimento.prompt.comments import strip_comments


@pytest.mark.parametrize(
    ("prompt", "left"),
    [
        ("col #ff0000 hair", "col \n"),
        ("a\n# all of it\nb", "a\nb"),
        ("# all of it\nb", "\nb"),
        ("a\nb # rest\nc", "a\nb \nc"),
        ("C# and D", "C\n"),
        ("no comment", "no comment"),
    ],
)
def test_the_reference_takes_every_hash_for_a_comment(prompt, left):
    assert strip_comments(prompt, anywhere=True) == left


@pytest.mark.parametrize(
    ("prompt", "left"),
    [
        ("col #ff0000 hair", "col #ff0000 hair"),
        ("C# and #tag", "C# and #tag"),
        ("a\n# all of it\nb", "a\nb"),
        ("# one\n# two\nb\n#three", "b\n"),
    ],
)
def test_by_default_only_a_line_that_begins_with_a_hash_is_a_comment(prompt, left):
    assert strip_comments(prompt, anywhere=False) == left
