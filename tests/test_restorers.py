"""Each network that restores faces, by command line and over HTTP in both dialects: real designs, random numbers."""

import base64
import io

import numpy as np
import PIL.Image
import pytest
import skimage.data
import torch

from command import run
from pentimento.engine import faces
from pentimento.pixels.faces.find import find_faces
from pentimento.runners.inline import InlineRunner
from pentimento.words.choices import FaceRestorer
from picturenets import write_codeformer, write_gfpgan, write_restoreformer
from sendings import received, sent
from server import served

ASTRONAUT = skimage.data.astronaut()[20:340, 60:380]
PICTURE = sent(PIL.Image.fromarray(ASTRONAUT))
RESTORERS = {
    "restoreformer": ("RestoreFormer/RestoreFormer.ckpt", write_restoreformer),
    "gfpgan": ("GFPGAN/GFPGANv1.4.pth", write_gfpgan),
    "codeformer": ("Codeformer/codeformer-v0.1.0.pth", write_codeformer),
}
HEAVY = [pytest.param(name, marks=pytest.mark.long) for name in ("gfpgan", "codeformer")]
every_restorer = pytest.mark.parametrize("name", ["restoreformer", *HEAVY])


@pytest.fixture(autouse=True)
def lenient(monkeypatch):
    """What random numbers paint is no face; here the judge lets it pass."""
    monkeypatch.setattr(faces, "WORSE", 2)
    monkeypatch.setattr(faces, "FAR", 2)


@pytest.fixture
def folder(tmp_path, tiny_checkpoint, name):
    """Somebody with this restorer."""
    if name == "codeformer":
        pytest.importorskip("spandrel_extra_arches", reason="an extra that forbids commercial use")
    torch.manual_seed(0)
    file, write = RESTORERS[name]
    write(tmp_path / "models" / file)
    (tmp_path / "models" / "Stable-diffusion").mkdir()
    (tmp_path / "models" / "Stable-diffusion" / "tiny.safetensors").symlink_to(tiny_checkpoint)
    return tmp_path


@pytest.fixture
def client(folder):
    """A server that really computes, in this process."""
    runner = InlineRunner(folder / "models", device="cpu", threads=1, elsewhere=False)
    with served(folder, runner=runner) as client:
        yield client


def check_only_the_face_changed(made):
    [face] = find_faces(ASTRONAUT)
    rows, columns = np.nonzero((made != ASTRONAUT).any(-1))
    assert face.top - face.height < rows.min() < face.middle[1] < rows.max() < face.bottom + face.height
    assert face.left - face.width < columns.min() < face.middle[0] < columns.max() < face.right + face.width


@every_restorer
def test_by_the_command_line(folder, name):
    PIL.Image.fromarray(ASTRONAUT).save(folder / "a.png")
    given = ("--models-dir", folder / "models", "--device", "cpu", "--no-history")
    said = run("restore-faces", folder / "a.png", "--by", name, *given, "-o", folder / "b.png")
    assert said.code == 0, said.err
    assert "1 face found, 1 restored" in said.err
    check_only_the_face_changed(np.array(PIL.Image.open(folder / "b.png")))


@every_restorer
def test_as_a_job(client, name):
    sending = {"file": ("a.png", base64.b64decode(PICTURE), "image/png")}
    kept = client.post("/api/v1/files", files=sending).json()["hash"]
    request = {"images": [kept], "denoising_strength": 0, "restore_faces": name}
    id = client.post("/api/v1/jobs", json={"request": request}).json()["id"]
    assert client.app.state.services.queue.job(id).wait(120)
    [told] = client.get(f"/api/v1/jobs/{id}").json()["pictures"]
    assert told["faces"]["restored"] == 1
    made, before = (
        np.array(PIL.Image.open(io.BytesIO(client.get(told[url]).content))) for url in ("url", "unrestored")
    )
    check_only_the_face_changed(made)
    assert np.array_equal(before, ASTRONAUT)


@every_restorer
def test_by_a_client_of_webui(client, name):
    client.patch("/api/v1/settings", json={"compat": "none"}).raise_for_status()  # else it is encoded and decoded
    settings = {"face_restoration_model": FaceRestorer(name).label, "sd_model_checkpoint": "tiny"}
    size = {"width": 320, "height": 320, "denoising_strength": 0}
    wish = {"init_images": [PICTURE], "restore_faces": True, "override_settings": settings, **size}
    answer = client.post("/sdapi/v1/img2img", json=wish)
    assert answer.status_code == 200, answer.text
    check_only_the_face_changed(received(answer.json()["images"][0]))


@pytest.mark.parametrize("name", HEAVY)
def test_in_the_extras(client, name):
    answer = client.post("/sdapi/v1/extra-single-image", json={"image": PICTURE, f"{name}_visibility": 1})
    assert answer.status_code == 200, answer.text
    check_only_the_face_changed(received(answer.json()["image"]))
