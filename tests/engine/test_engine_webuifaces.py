"""Faces found by RetinaFace's file, and restored as webui restores them."""

import numpy as np
import torch

from pentimento.checkpoint.library import Library
from pentimento.checkpoint.pictures import PictureNets
from pentimento.engine.findfaces import CERTAIN, SHORT, faces_by_net, open_detector
from pentimento.engine.webuifaces import AsWebui
from pentimento.nets.parsenet import PARTS
from pentimento.nets.retinaface import RetinaFace
from pentimento.nets.spandrel import PictureNet, Purpose
from pentimento.pixels.faces.find import ways
from pentimento.words.faces import Face
from pentimento.words.images import Picture

FACE = Face(60, 50, 140, 150, 0.9, ((82, 86), (118, 86), (100, 106), (85, 123), (116, 123)))
IMAGE = np.random.default_rng(0).integers(0, 256, (200, 220, 3), np.uint8)


def net(answer, purpose=Purpose.FIND) -> PictureNet:
    return PictureNet(answer, torch.nn.Linear(1, 1), "a formula", purpose, 1, 3, False)


def row(sure, left, top, side):
    x, y = left + side / 2, top + side / 2
    spots = [(x - side / 5, y - side / 6), (x + side / 5, y - side / 6), (x, y), (x - 9, y + 20), (x + 9, y + 20)]
    return [sure, left, top, left + side, top + side, *(place for spot in spots for place in spot)]


def test_each_face_is_found_once_where_it_is_and_large_enough():
    seen = []

    def answer(picture):
        seen.append(tuple(picture.shape[2:]))
        return torch.tensor(
            [row(0.9, 110, 60, 100), row(0.99, 100, 60, 100), row(0.85, 400, 300, 80), row(0.7, 500, 500, 80),
             row(0.95, 600, 10, 30)]
        )  # fmt: skip

    image = np.zeros((320, 480, 3), np.uint8)
    first, second, third = faces_by_net(net(answer), image)
    assert seen == [(SHORT, 960)]
    assert (first.left, first.top, first.right, first.bottom) == (50, 30, 100, 80)  # the picture is half as large
    assert (first.way, first.spots[2]) == ("retinaface", (75, 55))
    assert (round(second.confidence, 2), second.left) == (0.95, 300)
    assert (round(third.confidence, 2), third.left) == (0.85, 200)
    assert [round(face.confidence, 2) for face in faces_by_net(net(answer), image, CERTAIN)] == [0.99]
    tiny = np.zeros((3200, 4800, 3), np.uint8)
    assert min(np.hypot(*np.subtract(*face.spots[:2])) for face in faces_by_net(net(answer), tiny)) >= 5
    assert faces_by_net(net(lambda picture: torch.tensor([row(0.9, 1, 1, 10)])), image) == []  # eyes 2 pixels apart


def test_its_file_takes_the_cascades_place_and_with_webuis_habits_nothing_else_looks(tmp_path):
    assert open_detector(Library(tmp_path), PictureNets("cpu")) is None
    torch.manual_seed(0)
    (tmp_path / "GFPGAN").mkdir()
    torch.save(RetinaFace(4, (1, 1, 1, 1), 8).state_dict(), tmp_path / "GFPGAN" / "detection_Resnet50_Final.pth")
    library, nets = Library(tmp_path), PictureNets("cpu")
    assert set(ways(open_detector(library, nets))) == {"drawing", "retinaface"}
    alone = open_detector(library, nets, as_webui=True)
    assert set(ways(alone)) == {"retinaface"}
    assert isinstance(alone.look(IMAGE), list)


def parts(which):
    return net(lambda face: torch.eye(PARTS)[which].view(1, PARTS, 1, 1).expand(-1, -1, 512, 512), Purpose.PARSE)


def restored(parser, mask=None, answer=lambda face: 1 - face):
    treating = AsWebui(net(answer, Purpose.FACE), parser, 0.5)(Picture(IMAGE), FACE, mask)
    while True:
        try:
            next(treating)
        except StopIteration as done:
            return done.value.samples


def test_what_is_no_face_stays_and_what_is_one_changes_within_the_aligned_square():
    for nothing in (0, 14, 16, 17, 18):
        assert np.array_equal(restored(parts(nothing)), IMAGE)
    for something in (1, 13, 15):
        changed = (restored(parts(something)) != IMAGE).any(-1)
        assert changed[100, 100]
        assert not changed[:20].any()
        assert not changed[:, 200:].any()


def test_where_all_is_face_the_middle_is_what_the_network_made():
    grey = restored(parts(1), answer=lambda face: face * 0 + 0.5)
    assert (grey[95:105, 95:105] == 127).all()  # cut to 8 bit, twice
    oval = restored(None, answer=lambda face: face * 0 + 0.5)
    assert (oval[95:105, 95:105] == 127).all()


def test_within_a_mask_only():
    mask = np.zeros(IMAGE.shape[:2], np.uint8)
    mask[:, :100] = 255
    changed = (restored(parts(1), mask) != IMAGE).any(-1)
    assert changed[:, :100].any()
    assert not changed[:, 100:].any()
