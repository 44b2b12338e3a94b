"""What a file is shows in its names and shapes; what is not run is refused with one clear sentence."""

import pytest

from pentimento.checkpoint.families import PURPOSES, TOKENS, UNET_INPUT, identify, kind
from pentimento.checkpoint.header import read_header
from pentimento.checkpoint.sidecar import Sidecar, read_sidecar
from pentimento.words.errors import ModelFileError, UnsupportedModelError

CONTEXT = "model.diffusion_model.input_blocks.1.1.transformer_blocks.0.attn2.to_k.weight"


def sd1(channels: int = 4, width: int = 16, context: int = 16) -> dict[str, tuple[int, ...]]:
    return {UNET_INPUT: (8, channels, 3, 3), CONTEXT: (8, context), TOKENS: (32, width)}


@pytest.fixture
def facts(write_weights):
    """(shapes, metadata, sidecar) → what the file is."""

    def read(shapes, metadata=None, sidecar=None):
        return identify(read_header(write_weights("model.safetensors", shapes, metadata)), sidecar)

    return read


@pytest.mark.parametrize("channels", PURPOSES)
def test_the_purpose_follows_from_the_input_channels(channels, facts):
    found = facts(sd1(channels))
    assert (found.family, found.purpose, found.in_channels) == ("SD 1.x", PURPOSES[channels], channels)
    assert (found.text_width, found.latent_scale, found.native_side, found.heads) == (16, 0.18215, 512, 8)
    assert (found.linear_start, found.linear_end) == (0.00085, 0.0120)
    assert (found.prediction, found.zero_terminal_snr) == ("eps", False)


@pytest.mark.parametrize(
    ("shapes", "metadata", "sidecar", "prediction", "source"),
    [
        ({}, {}, Sidecar(prediction="v"), "v", "yaml"),
        ({}, {"modelspec.prediction_type": "v"}, Sidecar(prediction="eps"), "eps", "yaml"),
        ({}, {"modelspec.prediction_type": "v"}, None, "v", "metadata"),
        ({"v_pred": (0,)}, {"modelspec.prediction_type": "epsilon"}, None, "eps", "metadata"),
        ({"v_pred": (0,)}, {}, None, "v", "tensors"),
    ],
)
def test_yaml_says_before_metadata_and_metadata_before_tensors_what_is_predicted(
    shapes, metadata, sidecar, prediction, source, facts
):
    found = facts(sd1() | shapes, metadata, sidecar)
    assert (found.prediction, found.prediction_source) == (prediction, source)


def test_zero_terminal_snr_is_read_wherever_it_stands(facts):
    assert facts(sd1() | {"ztsnr": (0,)}).zero_terminal_snr
    assert facts(sd1(), {"ss_zero_terminal_snr": "True"}).zero_terminal_snr
    assert facts(sd1(), sidecar=Sidecar(zero_snr=True)).zero_terminal_snr
    assert not facts(sd1(), {"ss_zero_terminal_snr": "True"}, Sidecar(zero_snr=False)).zero_terminal_snr


@pytest.mark.parametrize(
    ("resolution", "side"), [("768x512", 512), ("640", 640), (" 512 x 640 ", 512), ("1x1", 512), ("big", 512)]
)
def test_the_native_side_is_the_metadatas_where_that_makes_sense(resolution, side, facts):
    assert facts(sd1(), {"modelspec.resolution": resolution}).native_side == side


def test_the_yaml_overrides_the_familys_numbers(facts):
    found = facts(sd1(), sidecar=Sidecar(latent_scale=0.2, linear_start=0.001, linear_end=0.02, heads=4))
    assert (found.latent_scale, found.linear_start, found.linear_end, found.heads) == (0.2, 0.001, 0.02, 4)


SD2 = "cond_stage_model.model.transformer.resblocks.0.attn.in_proj_weight"
SDXL = "conditioner.embedders.1.model.ln_final.weight"
FAMILIES = {
    "Stable Diffusion 3": {"model.diffusion_model.x_embedder.proj.weight": (2, 2)},
    "SDXL inpainting": {SDXL: (4,), UNET_INPUT: (2, 9, 3, 3)},
    "SDXL checkpoint": {SDXL: (4,), UNET_INPUT: (2, 4, 3, 3)},
    "SDXL refiner": {"conditioner.embedders.0.model.ln_final.weight": (1280,), UNET_INPUT: (2, 4, 3, 3)},
    "SD 2.x Turbo": {"conditioner.embedders.0.model.ln_final.weight": (1024,), UNET_INPUT: (2, 4, 3, 3)},
    "SD 2.x depth": {"depth_model.model.pretrained.act_postprocess3.0.project.0.bias": (2,), UNET_INPUT: (2, 5, 3, 3)},
    "unCLIP-L": {"embedder.model.ln_final.weight": (768,), SD2: (2, 1024), UNET_INPUT: (2, 4, 3, 3)},
    "unCLIP-H": {"embedder.model.ln_final.weight": (1024,), SD2: (2, 1024), UNET_INPUT: (2, 4, 3, 3)},
    "SD 2.x inpainting": {SD2: (2, 1024), UNET_INPUT: (2, 9, 3, 3)},
    "SD 2.x checkpoint": {SD2: (2, 1024), UNET_INPUT: (2, 4, 3, 3)},
    "Alt-Diffusion": {"cond_stage_model.roberta.embeddings.word_embeddings.weight": (2, 2), **sd1()},
    "Flux": {"double_blocks.0.img_attn.norm.key_norm.scale": (2,)},
    "Stable Cascade": {"clip_txt_mapper.weight": (2,)},
    "PixArt": {"t_block.1.weight": (2,)},
}  # fmt: skip
ADD_ONS = {
    "a LoRA": {"lora_unet_mid_block_attentions_0_proj_in.lora_up.weight": (2, 1)},
    "an embedding": {"emb_params": (1, 16)},
    "a ControlNet": {"control_model.input_hint_block.0.weight": (2, 3, 3, 3)},
    "an IP-Adapter": {"image_proj.proj.weight": (2, 2)},
    "a VAE": {"decoder.conv_in.weight": (2, 4, 3, 3), "encoder.conv_in.weight": (2, 3, 3, 3)},
    "a U-Net alone": {UNET_INPUT: (2, 4, 3, 3)},
    "a U-Net in diffusers' layout": {"down_blocks.0.resnets.0.conv1.weight": (2, 2, 3, 3)},
    "a text encoder": {"text_model.embeddings.token_embedding.weight": (4, 4)},
    "an upscaler": {"params_ema.conv_first.weight": (2, 3, 3, 3)},
}


@pytest.mark.parametrize("family", FAMILIES)
def test_another_family_is_refused_by_its_name(family, facts):
    with pytest.raises(UnsupportedModelError, match=rf"^model\.safetensors is .*{family}.* not run yet"):
        facts(FAMILIES[family])


@pytest.mark.parametrize("what", ADD_ONS)
def test_what_is_no_checkpoint_is_refused_with_where_it_belongs(what, facts, write_weights):
    with pytest.raises(UnsupportedModelError, match=rf"^model\.safetensors is {what}, not a ") as refusal:
        facts(ADD_ONS[what])
    assert refusal.value.hint
    assert kind(read_header(write_weights("model.safetensors", ADD_ONS[what]))) == what


def test_what_nobody_knows_is_refused(facts, write_weights):
    with pytest.raises(UnsupportedModelError, match="no checkpoint that is known"):
        facts({"weight": (2, 2)})
    assert kind(read_header(write_weights("a.safetensors", {"weight": (2, 2)}))) == ""


def test_a_depth_sd1_or_other_channels_are_refused_with_both_numbers(facts):
    with pytest.raises(UnsupportedModelError, match=r"takes 5 channels[\s\S]*4 \(text-to-image\)"):
        facts(sd1(5))


def test_parts_that_do_not_fit_together_are_refused_with_both_widths(facts):
    with pytest.raises(ModelFileError, match="text encoder is 16 wide, its U-Net wants 24"):
        facts(sd1(context=24))


YAML = """
model:
  target: os.system
  params:
    parameterization: "v"
    scale_factor: 0.2
    linear_start: 1e-3
    linear_end: 0.02
    zsnr: true
    unet_config: {target: os.system, params: {num_heads: 4}}
"""


def test_the_yaml_beside_a_checkpoint_is_read_as_data(tmp_path):
    (tmp_path / "a.yaml").write_text(YAML)
    assert read_sidecar(tmp_path / "a.ckpt") == Sidecar("v", 0.2, 0.001, 0.02, 4, True)
    assert read_sidecar(tmp_path / "b.ckpt") == Sidecar()


@pytest.mark.parametrize(
    "text",
    [
        "model: [", "model: 3", "[]", "", "model: {params: {scale_factor: big}}",
        "model: {params: {unet_config: {params: {num_heads: 0}}}}",
        "model: {params: {linear_start: .nan}}", "model: {params: {linear_end: -1}}",
        "model: {params: {scale_factor: true}}", "model: {params: {parameterization: x0}}",
        "model: {params: {unet_config: 5}}", "model: {params: {zsnr: maybe}}", "a: " + "[" * 20_000,
        "model: !!python/object/apply:os.system ['touch ran']",
    ],
)  # fmt: skip
def test_a_broken_yaml_is_an_error_that_names_it(text, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text(text)
    with pytest.raises(ModelFileError, match=r"a\.yaml cannot be read"):
        read_sidecar(tmp_path / "a.safetensors")
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    ("file", "what"),
    [
        ("tiny-sd15.safetensors", "an SD 1.x text-to-image checkpoint"),
        ("tiny-sd15.ckpt", "an SD 1.x text-to-image checkpoint"),
        ("tiny-sd15-inpainting.safetensors", "an SD 1.x inpainting checkpoint"),
        ("embeddings/tinyemb.pt", "an embedding"),
        ("embeddings/tinyemb2.safetensors", "an embedding"),
        ("loras/tinylora.safetensors", "a LoRA"),
    ],
)
def test_the_recorded_files_are_what_they_are(file, what, golden):
    assert kind(read_header(golden / "checkpoints" / file)) == what


def test_the_recorded_inpainting_checkpoint_has_the_recorded_facts(golden):
    path = golden / "checkpoints" / "tiny-sd15-inpainting.safetensors"
    found = identify(read_header(path), read_sidecar(path))
    assert (found.purpose, found.in_channels, found.text_width, found.heads) == ("inpainting", 9, 64, 8)
    assert (found.linear_start, found.linear_end, found.latent_scale) == (0.00085, 0.0120, 0.18215)
