"""Networks that restore faces are told by their tensors and called in the range that they learned."""

import pytest
import torch

from pentimento.checkpoint.library import Library
from pentimento.checkpoint.pictures import PictureNets, open_picture_net
from pentimento.checkpoint.restorers import restorer_file, restorers
from pentimento.engine.faces import open_restorer
from pentimento.nets.faces import restored_face
from pentimento.nets.spandrel import PictureNet, Purpose
from pentimento.words.choices import FaceRestorer
from pentimento.words.errors import UnknownModelError, UnsupportedModelError
from picturenets import write_codeformer, write_gfpgan, write_restoreformer


class Recording(torch.nn.Module):
    """Answers with its picture, and remembers what it was asked."""

    def __init__(self):
        super().__init__()
        self.number = torch.nn.Parameter(torch.zeros(1))
        self.asked = []

    def forward(self, x, **how):
        self.asked.append((x, how))
        return x, None


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    return tmp_path_factory.mktemp("models")


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("CodeFormer", {"weight": 0.7}),
        ("GFPGAN", {"return_rgb": False, "randomize_noise": False}),
        ("RestoreFormer", {}),
    ],
)
def test_each_design_sees_minus_one_to_one_and_is_called_as_its_authors_do(name, how):
    module = Recording()
    net = PictureNet(lambda face: face * 0, module, name, Purpose.FACE, 1, 3, False)
    face = torch.rand(1, 3, 8, 8)
    made = restored_face(net, face, 0.7)
    assert torch.allclose(made, face, atol=1e-6)
    ((seen, given),) = module.asked
    assert torch.allclose(seen, face * 2 - 1)
    assert given == how


def test_restoreformer_is_saved_loaded_and_run(models):
    path = write_restoreformer(models / "GFPGAN" / "RestoreFormer.pth")
    net = open_restorer(FaceRestorer.RESTOREFORMER, Library(path.parents[1]), PictureNets())
    assert (net.name, net.purpose) == ("RestoreFormer", Purpose.FACE)
    made = restored_face(net, torch.rand(1, 3, 128, 128), 0.5)
    assert made.shape == (1, 3, 128, 128)
    assert 0 <= made.min() < made.max() <= 1


@pytest.mark.long
def test_gfpgan_is_saved_loaded_and_run_twice_alike(models):
    net = open_picture_net(write_gfpgan(models / "GFPGANv1.4.pth"), Purpose.FACE)
    face = torch.rand(1, 3, 512, 512)
    assert net.name == "GFPGAN"
    assert torch.equal(restored_face(net, face, 0), restored_face(net, face, 1))


@pytest.mark.long
def test_codeformer_is_saved_loaded_and_run_and_its_weight_counts(models):
    pytest.importorskip("spandrel_extra_arches", reason="an extra that forbids commercial use")
    net = open_picture_net(write_codeformer(models / "codeformer.pth"), Purpose.FACE)
    face = torch.rand(1, 3, 512, 512)
    assert net.name == "CodeFormer"
    assert not torch.equal(restored_face(net, face, 0), restored_face(net, face, 1))


def touched(folder, *names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"")
    return Library(folder)


def test_files_belong_to_the_design_in_their_name_else_to_their_folders(tmp_path):
    library = touched(
        tmp_path, "Codeformer/v0.1.0.pth", "GFPGAN/detection_Resnet50_Final.pth", "GFPGAN/RestoreFormer.ckpt"
    )
    assert {str(one): path and path.name for one, path in restorers(library).items()} == {
        "codeformer": "v0.1.0.pth",
        "restoreformer": "RestoreFormer.ckpt",
        "detail": None,
    }


def test_a_restorer_without_a_file_is_unknown_and_told_where_it_belongs(tmp_path):
    with pytest.raises(UnknownModelError, match="GFPGAN has no file") as told:
        restorer_file(FaceRestorer.GFPGAN, touched(tmp_path, "Codeformer/codeformer.pth"))
    assert str(tmp_path / "GFPGAN") in told.value.hint


def test_a_file_of_another_design_is_refused(tmp_path):
    path = write_restoreformer(tmp_path / "Codeformer" / "codeformer.pth")
    with pytest.raises(UnsupportedModelError, match="is a RestoreFormer, and a CodeFormer is wanted"):
        open_restorer(FaceRestorer.CODEFORMER, Library(path.parents[1]), PictureNets())


def test_yunets_file_is_found_beside_the_restorers(tmp_path):
    assert touched(tmp_path, "GFPGAN/other.onnx").face_detector() is None
    library = touched(tmp_path, "yunet/face_detection_yunet_2023mar.onnx")
    assert library.face_detector() == tmp_path / "yunet" / "face_detection_yunet_2023mar.onnx"
