import pytest

from pentimento.prompt.styles import Style, apply_styles, read_styles, rows_of, written_styles
from pentimento.words.errors import RequestError


@pytest.mark.parametrize(
    ("texts", "prompt", "result"),
    [
        (["best, {prompt}, hd"], "a cat", "best, a cat, hd"),
        (["style"], "", "style"),
        ([" pad "], " a ", "a, pad"),
        (["{prompt}{prompt}"], "x", "xx"),
        (["A", "B {prompt}", "C"], "cat", "B cat, A, C"),
        ([""], " cat ", "cat"),
        ([], " cat ", " cat "),
    ],
)
def test_styles_are_applied_in_turn(texts, prompt, result):
    assert apply_styles(prompt, texts) == result


def test_a_file_of_styles_is_read_by_its_columns_and_rows_begun_with_a_hash_are_not(tmp_path):
    file = tmp_path / "styles.csv"
    file.write_bytes(b'\xef\xbb\xbfname,prompt,negative_prompt\nOil,"oil, {prompt}",photo\n#off,x,y\n\nShort,pastel\n')
    assert read_styles(file) == {"Oil": Style("Oil", "oil, {prompt}", "photo"), "Short": Style("Short", "pastel", "")}


def test_rows_that_are_written_are_read_again_as_they_were(tmp_path):
    file = tmp_path / "styles.csv"
    rows = [Style("#off", "x", "y"), Style("Öl", 'a "fine", {prompt}', "two\nlines"), Style("Short")]
    file.write_bytes(written_styles(rows))
    assert rows_of(file) == rows


def test_a_file_of_old_has_its_prompts_under_text(tmp_path):
    file = tmp_path / "styles.csv"
    file.write_text('name,text\nÖl,"two\nlines"\n', encoding="utf-8")
    assert read_styles(file) == {"Öl": Style("Öl", "two\nlines", "")}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xff\xfe\x00", "cannot be read"),
        (b"title,prompt\na,b\n", "'name'; its columns are title, prompt"),
        (b"name\na\n", "'text'"),
    ],
)
def test_a_file_that_holds_no_styles_is_refused_with_the_reason(tmp_path, content, message):
    file = tmp_path / "styles.csv"
    file.write_bytes(content)
    with pytest.raises(RequestError, match=message):
        read_styles(file)


def test_a_file_that_is_missing_is_named(tmp_path):
    with pytest.raises(RequestError, match=r"none\.csv cannot be read"):
        read_styles(tmp_path / "none.csv")
