"""What helps restorers of faces: files that lie beside them, told by their tensors."""

import pytest
import torch

from pentimento.checkpoint.library import Library
from pentimento.checkpoint.pictures import open_picture_net
from pentimento.nets.facehelp import face_helper
from pentimento.nets.parsenet import PARTS, ParseNet
from pentimento.nets.retinaface import FOUND, SIDES, STRIDES, RetinaFace
from pentimento.nets.spandrel import Purpose
from pentimento.words.errors import ModelFileError, UnsupportedModelError


def retinaface() -> RetinaFace:
    """As the released one, but narrower, and with a block a layer."""
    torch.manual_seed(0)
    return RetinaFace(4, (1, 2, 1, 1), 8)


def test_retinaface_is_saved_loaded_and_run(tmp_path):
    net = retinaface().eval()
    torch.save({f"module.{name}": tensor for name, tensor in net.state_dict().items()}, tmp_path / "detection.pth")
    opened = open_picture_net(tmp_path / "detection.pth", Purpose.FIND)
    assert opened.name == "RetinaFace"
    picture = torch.rand(1, 3, 70, 90)
    with torch.inference_mode():
        told = opened.call(picture)
        assert torch.equal(told, net(picture))
    places = sum(-(-70 // stride) * -(-90 // stride) for stride in STRIDES)
    assert told.shape == (2 * places, FOUND)
    assert told.isfinite().all()


def test_a_network_that_says_nothing_tells_its_squares():
    net = retinaface().eval()
    for head in (net.ClassHead, net.BboxHead, net.LandmarkHead):
        for parameter in head.parameters():
            torch.nn.init.zeros_(parameter)
    with torch.inference_mode():
        told = net(torch.rand(1, 3, 64, 96))
    first, second = told[0], told[1]
    assert first.tolist() == pytest.approx([0.5, -4, -4, 12, 12, *[4] * 10])
    assert second.tolist() == pytest.approx([0.5, -12, -12, 20, 20, *[4] * 10])
    beside = told[2]
    assert beside[1] - first[1] == STRIDES[0]
    last = told[-1]
    assert (last[3] - last[1]).item() == pytest.approx(SIDES[-1][-1])
    assert ((last[1:3] + last[3:5]) / 2).tolist() == [80, 48]


def test_parsenet_is_saved_loaded_and_run(tmp_path):
    torch.manual_seed(0)
    net = ParseNet(4, 8, halvings=2, depth=2).eval()
    torch.save(net.state_dict(), tmp_path / "parsing_parsenet.pth")
    opened = open_picture_net(tmp_path / "parsing_parsenet.pth", Purpose.PARSE)
    face = torch.rand(1, 3, 32, 32)
    with torch.inference_mode():
        assert torch.equal(opened.call(face), net(face))
    assert opened.call(face).shape == (1, PARTS, 32, 32)


def test_other_tensors_are_no_helper_and_broken_ones_are_told(tmp_path):
    assert face_helper({"conv.weight": torch.zeros(1)}) is None
    tensors = retinaface().state_dict()
    del tensors["ssh2.conv3X3.0.weight"]
    torch.save(tensors, tmp_path / "detection.pth")
    with pytest.raises(ModelFileError, match="do not fit together"):
        open_picture_net(tmp_path / "detection.pth", Purpose.FIND)
    torch.save(retinaface().state_dict(), tmp_path / "detection.pth")
    with pytest.raises(UnsupportedModelError, match="is a RetinaFace, a network to find faces"):
        open_picture_net(tmp_path / "detection.pth", Purpose.FACE)


def test_helpers_are_found_where_webui_puts_them(tmp_path):
    (tmp_path / "GFPGAN").mkdir()
    assert Library(tmp_path).face_helper("parsing_parsenet") is None
    for name in ("GFPGANv1.4.pth", "detection_Resnet50_Final.pth", "parsing_parsenet.pth"):
        (tmp_path / "GFPGAN" / name).write_bytes(b"")
    assert Library(tmp_path).face_helper("detection_resnet50") == tmp_path / "GFPGAN" / "detection_Resnet50_Final.pth"
    assert Library(tmp_path).face_helper("parsing_parsenet") == tmp_path / "GFPGAN" / "parsing_parsenet.pth"
