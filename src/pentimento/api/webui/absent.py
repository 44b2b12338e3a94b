"""Routes of the dialect that answer 501, and lists of what is not there yet."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter

from pentimento.api.webui.bodies import InterrogateBody
from pentimento.words.errors import MissingPictureError, NotRunError, UnknownModelError

router = APIRouter(tags=["webui: not here"])

TRAINING = "Nothing is trained over HTTP"
STOPPING = "The server is not stopped or started over HTTP"
CONTROL = "ControlNet is not run yet"

ABSENT: Mapping[str, str] = {
    # address → why
    "/sdapi/v1/create/embedding": TRAINING,
    "/sdapi/v1/create/hypernetwork": TRAINING,
    "/sdapi/v1/train/embedding": TRAINING,
    "/sdapi/v1/train/hypernetwork": TRAINING,
    "/sdapi/v1/server-kill": STOPPING,
    "/sdapi/v1/server-restart": STOPPING,
    "/sdapi/v1/server-stop": STOPPING,
    "/controlnet/detect": CONTROL,
    "/controlnet/txt2img": CONTROL,
    "/controlnet/img2img": CONTROL,
}
INTERROGATORS = ("clip", "deepdanbooru")


def _refuse(why: str) -> Any:
    def refuse() -> None:
        raise NotRunError(why)

    refuse.__doc__ = f"501: {why}."
    return refuse


for address, why in ABSENT.items():
    name = address.strip("/").replace("/", "_").replace("-", "_")
    router.add_api_route(address, _refuse(why), methods=["POST"], name=name)


@router.post("/sdapi/v1/interrogate")
def interrogate(body: InterrogateBody) -> None:
    """501: pictures are not described yet; 404 without a picture, or for another model."""
    if not body.image:
        raise MissingPictureError("image is empty", "Send a picture as base64.")
    if body.model not in INTERROGATORS:
        raise UnknownModelError(f"there is no interrogator {body.model!r}", f"There are: {', '.join(INTERROGATORS)}.")
    raise NotRunError("Pictures are not described yet")


@router.get("/controlnet/version")
def get_control_version() -> dict[str, int]:
    """The version of the ControlNet dialect."""
    return {"version": 3}


@router.get("/controlnet/model_list")
def list_control_models() -> dict[str, list[str]]:
    """None yet."""
    return {"model_list": []}


@router.get("/controlnet/module_list")
def list_control_modules() -> dict[str, Any]:
    """None but none."""
    return {"module_list": ["none"], "module_detail": {"none": {"model_free": False, "sliders": []}}}


@router.get("/controlnet/control_types")
def list_control_types() -> dict[str, Any]:
    """None yet."""
    everything = {"module_list": ["none"], "model_list": ["None"], "default_option": "none", "default_model": "None"}
    return {"control_types": {"All": everything}}


@router.get("/controlnet/settings")
def get_control_settings() -> dict[str, int]:
    """How many units a job may have."""
    return {"control_net_unit_count": 0}
