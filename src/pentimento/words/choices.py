"""The choices a request can make, under the names the field knows them by."""

from enum import StrEnum


class MaskedContent(StrEnum):
    """What the hole holds before the first step."""

    FILL = "fill"
    ORIGINAL = "original"
    LATENT_NOISE = "latent noise"
    LATENT_NOTHING = "latent nothing"


class MaskMode(StrEnum):
    """Which side of the mask is repainted."""

    MASKED = "inpaint masked"
    NOT_MASKED = "inpaint not masked"


class Area(StrEnum):
    """What part of the picture is worked on."""

    WHOLE = "whole picture"
    MASKED = "only masked"


class ResizeMode(StrEnum):
    """How a picture is brought to a working size of another shape."""

    STRETCH = "just resize"
    CROP = "crop and resize"
    FILL = "resize and fill"
    LATENT = "just resize (latent upscale)"


class Emphasis(StrEnum):
    """What a weight in the prompt does to the text's features."""

    ORIGINAL = "Original"
    NO_NORM = "No norm"
    IGNORE = "Ignore"
    NONE = "None"


class NoiseSource(StrEnum):
    """Where random numbers come from; NV gives the same ones on every machine."""

    CPU = "CPU"
    GPU = "GPU"
    NV = "NV"


class SamplerName(StrEnum):
    DPMPP_2M = "DPM++ 2M"
    DPMPP_SDE = "DPM++ SDE"
    DPMPP_2M_SDE = "DPM++ 2M SDE"
    DPMPP_2M_SDE_HEUN = "DPM++ 2M SDE Heun"
    DPMPP_2S_A = "DPM++ 2S a"
    DPMPP_3M_SDE = "DPM++ 3M SDE"
    EULER_A = "Euler a"
    EULER = "Euler"
    LMS = "LMS"
    HEUN = "Heun"
    DPM2 = "DPM2"
    DPM2_A = "DPM2 a"
    DPM_FAST = "DPM fast"
    DPM_ADAPTIVE = "DPM adaptive"
    RESTART = "Restart"
    DDIM = "DDIM"
    DDIM_CFGPP = "DDIM CFG++"
    PLMS = "PLMS"
    UNIPC = "UniPC"
    LCM = "LCM"


class SchedulerName(StrEnum):
    AUTOMATIC = "Automatic"
    UNIFORM = "Uniform"
    KARRAS = "Karras"
    EXPONENTIAL = "Exponential"
    POLYEXPONENTIAL = "Polyexponential"
    SGM_UNIFORM = "SGM Uniform"
    KL_OPTIMAL = "KL Optimal"
    ALIGN_YOUR_STEPS = "Align Your Steps"
    SIMPLE = "Simple"
    NORMAL = "Normal"
    DDIM = "DDIM"
    BETA = "Beta"


class Fast(StrEnum):
    """What is left out to be faster; each changes the picture a little."""

    GUIDANCE = "guidance"
    DEPTHS = "depths"
    TOKENS = "tokens"
    AROUND = "around"
    ALL = "all"


class HiresUpscaler(StrEnum):
    """How the first pass's picture is enlarged for the second: as latents, or as pixels."""

    LATENT = "Latent"
    LATENT_ANTIALIASED = "Latent (antialiased)"
    LATENT_BICUBIC = "Latent (bicubic)"
    LATENT_BICUBIC_ANTIALIASED = "Latent (bicubic antialiased)"
    LATENT_NEAREST = "Latent (nearest)"
    LATENT_NEAREST_EXACT = "Latent (nearest-exact)"
    LANCZOS = "Lanczos"
    NEAREST = "Nearest"


class FaceRestorer(StrEnum):
    """Who mends the faces of a finished picture: a network of its own, or the checkpoint once more (detail)."""

    NONE = "none"
    CODEFORMER = "codeformer"
    GFPGAN = "gfpgan"
    RESTOREFORMER = "restoreformer"
    DETAIL = "detail"

    @property
    def label(self) -> str:
        """As settings texts, the older dialect and the networks' authors spell it."""
        spelled = {"codeformer": "CodeFormer", "gfpgan": "GFPGAN", "restoreformer": "RestoreFormer"}
        return spelled.get(self, self.capitalize())


class UniPCVariant(StrEnum):
    BH1 = "bh1"
    BH2 = "bh2"
    VARY_COEFF = "vary_coeff"


class UniPCSkip(StrEnum):
    TIME_UNIFORM = "time_uniform"
    TIME_QUADRATIC = "time_quadratic"
    LOGSNR = "logSNR"
