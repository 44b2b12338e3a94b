"""Styles: named pieces of prompt kept in a CSV file."""

import csv
import io
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from pentimento.words.errors import RequestError


class Style(NamedTuple):
    """Text to put around a prompt (where it says `{prompt}`) or after it, and the same for the negative prompt."""

    name: str
    prompt: str = ""
    negative_prompt: str = ""


def read_styles(file: Path) -> dict[str, Style]:
    """The styles of a file by name: UTF-8 with or without BOM, columns name, prompt, negative_prompt or name, text.

    Rows whose name begins with `#` are left out; of two of one name the later holds.

    raises  RequestError for a file that is missing, no text, or without the columns
    """
    return {style.name: style for style in rows_of(file) if not style.name.startswith("#")}


def rows_of(file: Path) -> list[Style]:
    """Every row of a file of styles, headings begun with `#` too. Raises RequestError as `read_styles` does."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.DictReader(lines, restval=""))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise RequestError(f"{file} cannot be read as styles: {error}", "It should be a CSV file in UTF-8.") from error
    try:
        return [
            Style(row["name"], row["prompt"] if "prompt" in row else row["text"], row.get("negative_prompt", ""))
            for row in rows
        ]
    except KeyError as missing:
        raise RequestError(
            f"{file} has no column {missing}; its columns are {', '.join(map(str, rows[0]))}",
            "Its first line should be name,prompt,negative_prompt.",
        ) from None


def written_styles(rows: Iterable[Style]) -> bytes:
    """A file that `rows_of` reads as these rows. With a BOM, as webui writes it, which spreadsheets take for UTF-8."""
    written = io.StringIO(newline="")
    table = csv.writer(written)
    table.writerow(Style._fields)
    table.writerows(rows)
    return written.getvalue().encode("utf-8-sig")


def apply_styles(prompt: str, texts: Iterable[str]) -> str:
    """The prompt with each style's text in turn: put into `{prompt}` where that stands, else followed by the text.

    An empty text, as of a style that is unknown, leaves the prompt but for the space around it.
    """
    for text in texts:
        if "{prompt}" in text:
            prompt = text.replace("{prompt}", prompt)
        else:
            prompt = ", ".join(filter(None, (prompt.strip(), text.strip())))
    return prompt
