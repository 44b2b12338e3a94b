"""Write what the studio knows of the server from the OpenAPI document: types, routes, the settings' descriptions.

`make docs` runs it, a test compares.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from pentimento.api.app import NATIVE, create_app
from pentimento.api.bounds import Bounds
from pentimento.api.services import Services
from pentimento.cli.options import SOFT_SECTION, sections
from pentimento.words.request import SoftInpainting

FOLDER = Path(__file__).resolve().parent.parent / "web" / "src"
MADE = "// Written by tools/apitypes.py; run `make docs` instead of editing."
REF = "#/components/schemas/"
SCALARS: Mapping[str, str] = {
    "string": "string",
    "integer": "number",
    "number": "number",
    "boolean": "boolean",
    "null": "null",
}
JSON, FORM = "application/json", "multipart/form-data"

Schema = Mapping[str, Any]


def main() -> None:
    for name, page in PAGES.items():
        (FOLDER / name).write_text(page(), encoding="utf-8")
        print(FOLDER / name)


def document() -> Schema:
    """The server's OpenAPI document. Nothing but the bounds is looked at before somebody asks for something."""
    services = cast(Services, SimpleNamespace(bounds=Bounds()))
    return create_app(services).openapi()


def types() -> str:
    """Every schema of our own API as an interface or type, and every route with what it takes and answers."""
    doc = document()
    schemas: Mapping[str, Schema] = doc["components"]["schemas"]
    routes = [
        (method, path, route)
        for path, methods in doc["paths"].items()
        if path.startswith(NATIVE)
        for method, route in methods.items()
    ]
    sent = reached([route.get("requestBody", {}) for *_, route in routes], schemas)
    used = reached([route for *_, route in routes], schemas)
    lines = [MADE]
    for name in sorted(used):
        lines += ["", *declared(name, schemas[name], is_sent=name in sent)]
    lines += ["", "/** What each address takes and answers; an address not named here is none of ours. */"]
    lines += ["export interface Routes {"]
    for method, path, route in routes:
        lines += [*comment(route.get("description", ""), "  "), f'  "{method.upper()} {path}": {traffic(route)};']
    return "\n".join([*lines, "}", ""])


def declared(name: str, schema: Schema, *, is_sent: bool) -> Iterator[str]:
    """What may be sent may leave out what has a default; answers leave out nothing."""
    yield from comment(schema.get("description", ""))
    if "properties" not in schema:
        yield f"export type {name} = {written(schema)};"
        return
    yield f"export interface {name} {{"
    needed = schema.get("required", ()) if is_sent else schema["properties"]
    for field, kind in schema["properties"].items():
        yield from comment(said(kind), "  ")
        yield f"  {key(field)}{'' if field in needed else '?'}: {written(kind)};"
    yield "}"


def said(kind: Schema) -> str:
    text = kind.get("description", "")
    if kind.get("default") in (None, "", [], {}) or isinstance(kind["default"], dict | list):
        return text
    return f"{text}; default {json.dumps(kind['default'])}" if text else f"default {json.dumps(kind['default'])}"


def written(schema: Schema) -> str:
    """A schema as a TypeScript type."""
    if ref := schema.get("$ref"):
        return ref.removeprefix(REF)
    if "const" in schema:
        return json.dumps(schema["const"])
    if "enum" in schema:
        return " | ".join(map(json.dumps, schema["enum"]))
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return " | ".join(dict.fromkeys(map(written, schema[several])))
    if "allOf" in schema:
        return " & ".join(map(written, schema["allOf"]))
    if schema.get("format") == "binary":
        return "Blob"
    return BY_TYPE.get(schema.get("type", ""), lambda _: SCALARS.get(schema.get("type", ""), "unknown"))(schema)


def array(schema: Schema) -> str:
    if items := schema.get("prefixItems"):
        return f"readonly [{', '.join(item_named(item) for item in items)}]"
    item = written(schema.get("items", {}))
    return f"readonly ({item})[]" if " " in item else f"readonly {item}[]"


def item_named(item: Schema) -> str:
    return f"{item['title'].lower()}: {written(item)}"


def record(schema: Schema) -> str:
    if "properties" in schema:
        needed = schema.get("required", ())
        fields = (
            f"{key(name)}{'' if name in needed else '?'}: {written(one)}" for name, one in schema["properties"].items()
        )
        return f"{{ {'; '.join(fields)} }}"
    held = schema.get("additionalProperties", True)
    return f"Readonly<Record<string, {written(held) if isinstance(held, Mapping) else 'unknown'}>>"


BY_TYPE: Mapping[str, Callable[[Schema], str]] = {"array": array, "object": record}


def traffic(route: Schema) -> str:
    """`{ path, query, body, answer }`, as far as the route has them."""
    parts = {}
    for place in ("path", "query"):
        given = [one for one in route.get("parameters", ()) if one["in"] == place]
        if given:
            fields = (
                f"{key(one['name'])}{'' if one.get('required') else '?'}: {written(one['schema'])}" for one in given
            )
            parts[place] = f"{{ {'; '.join(fields)} }}"
    if body := route.get("requestBody"):
        kinds = [written(what["schema"]) if how == JSON else "FormData" for how, what in body["content"].items()]
        parts["body" if body.get("required") else "body?"] = " | ".join(kinds)
    _, answer = next((code, one) for code, one in route["responses"].items() if code.startswith("2"))
    parts["answer"] = " | ".join(
        dict.fromkeys(ANSWERS.get(how) or written(what.get("schema", {})) for how, what in answer["content"].items())
    )
    return f"{{ {'; '.join(f'{name}: {kind}' for name, kind in parts.items())} }}"


ANSWERS: Mapping[str, str] = {
    **dict.fromkeys(("image/png", "image/jpeg", "image/webp", "application/zip"), "Blob"),
    "text/event-stream": "EventSource",
}


def reached(things: Iterable[Any], schemas: Mapping[str, Schema]) -> set[str]:
    """Names of all schemas that are spoken of, here or in each other."""
    found: set[str] = set()
    waiting = set(names(list(things)))
    while waiting:
        name = waiting.pop()
        found.add(name)
        waiting |= set(names(schemas[name])) - found
    return found


def names(thing: Any) -> list[str]:
    return re.findall(re.escape(REF) + r"([^\"]+)\"", json.dumps(thing))


def fields() -> str:
    """Description, default, limits and choices of every setting: what tooltips, sliders and menus are made from."""
    schemas = document()["components"]["schemas"]
    lines = [
        MADE,
        "",
        "/** What a setting of a request is: under which heading the command line has it, what it may be. */",
        "export interface Field {",
        "  readonly section: string;",
        '  readonly kind: "text" | "integer" | "number" | "switch" | "choice" | "list" | "group";',
        "  readonly description: string;",
        "  /** null: nothing is said, and the description tells what holds then */",
        "  readonly default: unknown;",
        "  readonly optional: boolean;",
        "  readonly minimum?: number;",
        "  readonly maximum?: number;",
        "  readonly choices?: readonly string[];",
        "}",
    ]
    tables = (
        ("FIELDS", "Settings of `Request`.", "Request", sections()),
        (
            "SOFT_FIELDS",
            "Settings of `SoftInpainting`.",
            "SoftInpainting",
            dict.fromkeys(SoftInpainting.model_fields, SOFT_SECTION),
        ),
    )
    for name, what, schema, titles in tables:
        lines += ["", f"/** {what} */", f"export const {name} = {{"]
        for field, kind in schemas[schema]["properties"].items():
            lines.append(f"  {key(field)}: {json.dumps(facts(kind, titles[field], schemas), ensure_ascii=False)},")
        lines.append("} as const satisfies Readonly<Record<string, Field>>;")
    return "\n".join([*lines, ""])


def facts(field: Schema, section: str, schemas: Mapping[str, Schema]) -> dict[str, Any]:
    """The row of a setting."""
    kinds = [resolved(one, schemas) for one in field.get("anyOf", [field])]
    kind = next(one for one in kinds if one.get("type") != "null")
    row: dict[str, Any] = {
        "section": section,
        "kind": "choice" if "enum" in kind else KINDS[kind["type"]],
        "description": field.get("description", ""),
        "default": field.get("default"),
        "optional": len(kinds) > 1,
    }
    for limit in ("minimum", "maximum"):
        if limit in kind:
            row[limit] = plain(kind[limit])
    if "exclusiveMaximum" in kind and kind["type"] == "integer":
        row["maximum"] = plain(kind["exclusiveMaximum"]) - 1
    if "enum" in kind:
        row["choices"] = kind["enum"]
    return row


KINDS: Mapping[str, str] = {
    "string": "text",
    "integer": "integer",
    "number": "number",
    "boolean": "switch",
    "array": "list",
    "object": "group",
}


def resolved(schema: Schema, schemas: Mapping[str, Schema]) -> Schema:
    return schemas[schema["$ref"].removeprefix(REF)] if "$ref" in schema else schema


def plain(number: float) -> float:
    return int(number) if number == int(number) else number


def key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z_]\w*", name) else json.dumps(name)


def comment(text: str, indent: str = "") -> Iterator[str]:
    if not text:
        return
    lines = text.replace("*/", "* /").splitlines()
    if len(lines) == 1:
        yield f"{indent}/** {lines[0]} */"
        return
    yield f"{indent}/**"
    yield from (f"{indent} * {line}".rstrip() for line in lines)
    yield f"{indent} */"


PAGES: Mapping[str, Callable[[], str]] = {"api-types.ts": types, "fields.ts": fields}

if __name__ == "__main__":
    main()
