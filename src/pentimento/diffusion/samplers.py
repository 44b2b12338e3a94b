"""The samplers that walk noise levels: their table. The order of each is measured in tests/diffusion."""

from collections.abc import Mapping

from pentimento.diffusion.consistency import lcm
from pentimento.diffusion.dpm_solver import dpm_adaptive, dpm_fast
from pentimento.diffusion.dpmpp import (
    dpmpp_2m,
    dpmpp_2m_sde,
    dpmpp_2m_sde_heun,
    dpmpp_2s_a,
    dpmpp_3m_sde,
    dpmpp_sde,
)
from pentimento.diffusion.restart import restart
from pentimento.diffusion.slopes import dpm2, dpm2_a, euler, euler_a, heun, lms
from pentimento.diffusion.stepping import Sampler
from pentimento.words.choices import SamplerName

SAMPLERS: Mapping[SamplerName, Sampler] = {
    SamplerName.EULER: euler,
    SamplerName.EULER_A: euler_a,
    SamplerName.HEUN: heun,
    SamplerName.DPM2: dpm2,
    SamplerName.DPM2_A: dpm2_a,
    SamplerName.LMS: lms,
    SamplerName.DPMPP_2M: dpmpp_2m,
    SamplerName.DPMPP_2S_A: dpmpp_2s_a,
    SamplerName.DPMPP_SDE: dpmpp_sde,
    SamplerName.DPMPP_2M_SDE: dpmpp_2m_sde,
    SamplerName.DPMPP_2M_SDE_HEUN: dpmpp_2m_sde_heun,
    SamplerName.DPMPP_3M_SDE: dpmpp_3m_sde,
    SamplerName.LCM: lcm,
    SamplerName.RESTART: restart,
    SamplerName.DPM_FAST: dpm_fast,
    SamplerName.DPM_ADAPTIVE: dpm_adaptive,
}
