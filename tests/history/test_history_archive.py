"""A tree goes out as one file and comes back the same; where a picture was taken stays at home."""

import hashlib
import io
import json
import os
import tempfile
import zipfile
from contextlib import closing, suppress
from pathlib import Path

import numpy as np
import PIL.Image
import pytest
from hypothesis import HealthCheck, given, settings, strategies
from PIL.ExifTags import IFD, Base

from pentimento.history.archive import CONTENTS, export_tree, import_tree
from pentimento.history.history import History
from pentimento.history.rounds import At
from pentimento.pixels.codec import read_picture
from pentimento.pixels.gps import without_gps
from pentimento.words.errors import ArchiveError, OutputError, PictureError
from rounds import png


@pytest.fixture
def elsewhere(tmp_path):
    kept = History(tmp_path / "elsewhere")
    yield kept
    kept.close()


def photo(kind="JPEG"):
    """With a maker, an orientation and a place; XMP that names it too."""
    exif = PIL.Image.Exif()
    exif[Base.Make] = "Obscura"
    exif[Base.Orientation] = 6
    exif.get_ifd(IFD.GPSInfo).update({1: "N", 2: (48.0, 51.0, 29.6), 3: "E", 4: (2.0, 17.0, 40.2), 29: "2026:11:22"})
    out = io.BytesIO()
    pixels = np.random.default_rng(4).integers(0, 256, (32, 32, 3), np.uint8)
    PIL.Image.fromarray(pixels).save(out, kind, exif=exif)
    return out.getvalue()


def gps_of(data):
    return dict(PIL.Image.open(io.BytesIO(data)).getexif().get_ifd(IFD.GPSInfo))


def test_a_tree_comes_back_the_same(history, painter, elsewhere, tmp_path):
    first = painter.paint(png(1), png(2), batch_size=2, prompt="a, b")
    painter.paint(At(first.id, 1), prompt="c")
    history.rename_tree(first.tree, "holiday")
    history.rename_round(first.id, "the good one")
    export_tree(history, first.tree, tmp_path / "tree.zip", gps=True)
    tree = import_tree(elsewhere, tmp_path / "tree.zip")
    assert tree == history.tree(first.tree)
    assert elsewhere.rounds(tree.id) == history.rounds(tree.id)
    assert dict(elsewhere.files) == dict(history.files)
    assert import_tree(elsewhere, tmp_path / "tree.zip") == tree, "twice is once"
    assert len(elsewhere.recent()) == 2


def test_where_a_picture_was_taken_is_left_out_and_all_else_fits_together(history, painter, elsewhere, tmp_path):
    image = photo()
    first = painter.paint(image, png(2), prompt="a")
    second = painter.paint(At(first.id, 0), prompt="b")
    export_tree(history, first.tree, tmp_path / "tree.zip")
    tree = import_tree(elsewhere, tmp_path / "tree.zip")
    assert tree.root != history.tree(first.tree).root
    assert not gps_of(elsewhere.files[tree.root])
    one, other = elsewhere.rounds(tree.id)
    assert one.request.images == (tree.root,)
    assert other.parent == At(one.id, 0)
    assert other.request.images == (one.candidates[0].file,)
    assert not any(gps_of(data) for data in elsewhere.files.values())
    export_tree(history, first.tree, tmp_path / "with.zip", gps=True)
    with zipfile.ZipFile(tmp_path / "with.zip") as archive:
        assert archive.read(f"files/{history.tree(second.tree).root}") == image


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_nothing_but_the_place_is_changed_in_a_file(kind):
    before = photo(kind)
    after = without_gps(before)
    assert gps_of(before)
    assert not gps_of(after)
    assert len(after) == len(before)
    for part in (b"2026:11:22", (48).to_bytes(4, "little") + (1).to_bytes(4, "little")):
        assert part in before
        assert part not in after
    exif = PIL.Image.open(io.BytesIO(after)).getexif()
    assert exif[Base.Make] == "Obscura"
    assert np.array_equal(read_picture(after).samples, read_picture(before).samples)
    assert without_gps(after) == after


def test_a_place_in_xmp_is_blanked_too():
    said = b'<x exif:GPSLatitude="48,51.49N" exif:Flash="1"/><exif:GPSLongitude>2,17E</exif:GPSLongitude>'
    out = io.BytesIO()
    PIL.Image.new("RGB", (8, 8)).save(out, "JPEG", xmp=said)
    after = without_gps(out.getvalue())
    assert b'exif:Flash="1"' in after
    assert b"GPSL" not in after
    assert len(after) == len(out.getvalue())


def test_files_without_a_place_and_files_that_are_none_come_back_as_they_are():
    for data in (png(1), b"", b"no picture at all"):
        assert without_gps(data) is data


@pytest.mark.parametrize("fault", ["no zip", "no contents", "another file", "a path", "an orphan", "of the future"])
def test_what_is_no_export_is_refused_and_changes_nothing(history, painter, elsewhere, tmp_path, fault):
    first = painter.paint(png(1))
    painter.paint(At(first.id, 0))
    place = tmp_path / "tree.zip"
    export_tree(history, first.tree, place)
    with zipfile.ZipFile(place) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    contents = json.loads(parts[CONTENTS])
    if fault == "no contents":
        del parts[CONTENTS]
    elif fault == "another file":
        parts[next(name for name in parts if name.startswith("files/"))] = png(8)
    elif fault == "a path":
        contents["rounds"][0]["candidates"][0]["file"] = "../../etc/passwd"
    elif fault == "an orphan":
        del contents["rounds"][0]
    elif fault == "of the future":
        contents["version"] = 2
    if CONTENTS in parts:
        parts[CONTENTS] = json.dumps(contents).encode()
    with zipfile.ZipFile(place, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    if fault == "no zip":
        place.write_bytes(b"nothing of the kind")
    with pytest.raises(ArchiveError, match=r"tree\.zip"):
        import_tree(elsewhere, place)
    assert elsewhere.trees() == []


def test_an_export_that_cannot_be_written_leaves_nothing_behind(history, painter, tmp_path):
    one = painter.paint()
    with pytest.raises(OutputError):
        export_tree(history, one.tree, tmp_path / "none" / "tree.zip")
    export_tree(history, one.tree, tmp_path / "tree.zip")
    assert [file.name for file in tmp_path.iterdir() if file.is_file()] == ["tree.zip"]


@pytest.fixture
def exported(history, painter, tmp_path):
    first = painter.paint(png(1), png(2), batch_size=2, prompt="a")
    painter.paint(At(first.id, 1), prompt="b")
    export_tree(history, first.tree, tmp_path / "tree.zip")
    return (tmp_path / "tree.zip").read_bytes()


def places_in(value, path=()):
    """Every place in a JSON value."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield from places_in(one, (*path, key))


def packed(parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return io.BytesIO(out.getvalue())


def taken_in(source):
    """Refused in words, or all of it can be read back."""
    with tempfile.TemporaryDirectory() as folder, closing(History(Path(folder))) as history:
        with suppress(ArchiveError, PictureError):
            import_tree(history, source)
        for tree in history.trees():
            for round in history.rounds(tree.id):
                assert all(one.mask is None or one.mask.scale > 0 for one in round.candidates)


ANYTHING = strategies.sampled_from(
    [
        None,
        True,
        {},
        [],
        "",
        "x",
        "\ud800",
        "[" * 10_000,
        '{"crop": [0, 0, 0, 0]}',
        -1,
        0.5,
        2**70,
        1e400,
        [["a"]],
        {"a": [1]},
    ]
)
TRIES = settings(
    max_examples=500 if os.environ.get("PENTIMENTO_LONG") else 30,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@TRIES
@given(data=strategies.data(), wrong=ANYTHING)
def test_whatever_an_archive_says_is_refused_or_can_be_read_back(exported, data, wrong):
    with zipfile.ZipFile(io.BytesIO(exported)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    contents = json.loads(parts[CONTENTS])
    *way, last = data.draw(strategies.sampled_from([path for path in places_in(contents) if path]))
    place = contents
    for key in way:
        place = place[key]
    place[last] = wrong
    taken_in(packed({**parts, CONTENTS: json.dumps(contents)}))


@TRIES
@given(at=strategies.integers(0, 10**6), byte=strategies.integers(0, 255))
def test_a_wrong_byte_anywhere_is_refused_or_changes_nothing_that_matters(exported, at, byte):
    broken = bytearray(exported)
    broken[at % len(broken)] = byte
    taken_in(io.BytesIO(broken))


def test_nested_without_end_or_too_long_when_unpacked_or_no_picture_is_refused(elsewhere, exported):
    with pytest.raises(ArchiveError, match="the file is no history"):
        import_tree(elsewhere, packed({CONTENTS: "[" * 200_000}))
    with pytest.raises(ArchiveError, match="1000 is the limit"):
        import_tree(elsewhere, io.BytesIO(exported), largest=1000)
    with zipfile.ZipFile(io.BytesIO(exported)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    contents, page = json.loads(parts[CONTENTS]), b"<script>alert(1)</script>"
    contents["root"] = hashlib.sha256(page).hexdigest()
    with pytest.raises(PictureError):
        import_tree(elsewhere, packed({**parts, CONTENTS: json.dumps(contents), f"files/{contents['root']}": page}))
    assert elsewhere.trees() == []
