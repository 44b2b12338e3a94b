"""Comments in prompts: from `#` to the end of the line."""

import re

LINE = re.compile(r"^#.*(?:\n|\Z)", re.MULTILINE)
LINE_WITH_BREAKS = re.compile(r"(?:\A|\n)#.*(?:\n|\Z)")
REST_OF_LINE = re.compile(r"#.*(?:\n|\Z)")


def strip_comments(text: str, *, anywhere: bool) -> str:
    """The prompt without its comments.

    anywhere  as the reference: `#` starts a comment anywhere, so `#ff0000` and `C#` are lost, and each comment
              leaves one newline (Q-10); else only a line that begins with `#` is one, and goes whole
    """
    if not anywhere:
        return LINE.sub("", text)
    return REST_OF_LINE.sub("\n", LINE_WITH_BREAKS.sub("\n", text))
