"""Every kind of network adds what its paper's formula says, worked out here element by element or in other words."""

from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from pentimento.checkpoint.deltas import Layer, ShapeError, fitted

OUT, IN, RANK, SIDE = 6, 8, 3, 3


@pytest.fixture(autouse=True)
def seeded():
    torch.manual_seed(3)


def layer(alpha: Any = None, scale: Any = None, **parts: Tensor) -> Layer:
    return Layer("there", parts, alpha, scale)


def delta(weight: Tensor, dyn: Any = None, **given: Any) -> NDArray[np.float32]:
    return changed(layer(**given), weight, dyn)


def changed(layer: Layer, weight: Tensor, dyn: int | None = None) -> NDArray[np.float32]:
    found = layer.delta(weight, dyn)
    assert found is not None
    assert found.shape == weight.shape
    assert found.dtype == torch.float32
    return found.numpy()


def near(a: NDArray[np.float32], b: NDArray[np.floating]) -> bool:
    return np.allclose(a, b, atol=1e-5)


def convolved(weights: list[Tensor]) -> NDArray[np.float32]:
    """The kernel of a chain of convolutions, found by what the chain makes of a picture with one bright dot."""
    middle = SIDE - 1
    kernel = np.zeros((len(weights[-1]), weights[0].shape[1], SIDE, SIDE), np.float32)
    for channel in range(weights[0].shape[1]):
        x = torch.zeros(1, weights[0].shape[1], 2 * SIDE - 1, 2 * SIDE - 1)
        x[0, channel, middle, middle] = 1
        for weight in weights:
            x = torch.nn.functional.conv2d(x, weight)
        kernel[:, channel] = x[0].flip(1, 2).numpy()  # what torch calls convolution is correlation
    return kernel


def test_lora_is_up_times_down_scaled_by_alpha_over_rank():
    up, down = torch.randn(OUT, RANK), torch.randn(RANK, IN)
    whole = np.array([[sum(up[o, r] * down[r, i] for r in range(RANK)) for i in range(IN)] for o in range(OUT)])
    weight = torch.randn(OUT, IN)
    assert near(delta(weight, up=up, down=down), whole)
    assert near(delta(weight, up=up, down=down, alpha=1.0), whole / RANK)
    assert near(delta(weight, up=up, down=down, alpha=1.0, scale=0.5), whole / 2)


def test_lora_of_half_numbers_is_worked_out_in_single_ones():
    up, down = torch.randn(OUT, RANK).half(), torch.randn(RANK, IN).half()
    expected = up.double() @ down.double()
    assert near(delta(torch.randn(OUT, IN).half(), up=up, down=down), expected.numpy())


def test_dyn_takes_the_first_ranks_only():
    up, down = torch.randn(OUT, RANK), torch.randn(RANK, IN)
    expected = np.outer(up[:, 0], down[0]) + np.outer(up[:, 1], down[1])
    assert near(delta(torch.randn(OUT, IN), dyn=2, up=up, down=down, alpha=6.0), expected * 6 / RANK)


def test_locon_is_a_convolution_followed_by_a_1x1_one():
    up, down = torch.randn(OUT, RANK, 1, 1), torch.randn(RANK, IN, SIDE, SIDE)
    assert near(delta(torch.randn(OUT, IN, SIDE, SIDE), up=up, down=down), convolved([down, up]))


def test_locon_with_mid_is_a_convolution_between_two_1x1_ones():
    up, mid = torch.randn(OUT, RANK, 1, 1), torch.randn(RANK, RANK, SIDE, SIDE)
    down = torch.randn(RANK, IN, 1, 1)
    expected = convolved([down, mid, up])
    weight = torch.randn(OUT, IN, SIDE, SIDE)
    assert near(delta(weight, up=up, mid=mid, down=down, alpha=3.0), expected)
    fewer = convolved([down[:2], mid[:2, :2], up[:, :2]])
    assert near(delta(weight, dyn=2, up=up, mid=mid, down=down), fewer)


@pytest.mark.parametrize("shape", [(OUT, IN), (OUT, IN, 1, 1)])
def test_linear_and_1x1_weights_take_each_others_loras(shape):
    up, down = torch.randn(OUT, RANK), torch.randn(RANK, IN)
    dense = up.numpy() @ down.numpy()
    for parts in ({"up": up, "down": down}, {"up": up[..., None, None], "down": down[..., None, None]}):
        assert near(delta(torch.randn(shape), **parts), dense.reshape(shape))


@pytest.mark.parametrize("shape", [(OUT, IN), (OUT, IN, SIDE, SIDE)])
def test_loha_is_the_product_of_two_loras_element_by_element(shape):
    width = int(np.prod(shape[1:]))
    a1, b1, a2, b2 = (torch.randn(*s) for s in ((OUT, RANK), (RANK, width), (OUT, 2), (2, width)))
    expected = (a1.numpy() @ b1.numpy()) * (a2.numpy() @ b2.numpy()) * 2 / RANK
    parts = {"hada_w1_a": a1, "hada_w1_b": b1, "hada_w2_a": a2, "hada_w2_b": b2}
    assert near(delta(torch.randn(shape), alpha=2.0, **parts), expected.reshape(shape))


def tucker(core: Tensor, a: Tensor, b: Tensor) -> NDArray[np.float32]:
    """Core (r, r, h, w), a (r, out), b (r, in): a chain of a 1×1, a whole and another 1×1 convolution."""
    return convolved([b[..., None, None], core, a.T[..., None, None]])


def test_loha_with_cores_is_the_product_of_two_chains():
    t1, t2 = torch.randn(RANK, RANK, SIDE, SIDE), torch.randn(RANK, RANK, SIDE, SIDE)
    a1, a2, b1, b2 = torch.randn(RANK, OUT), torch.randn(RANK, OUT), torch.randn(RANK, IN), torch.randn(RANK, IN)
    parts = {"hada_t1": t1, "hada_t2": t2, "hada_w1_a": a1, "hada_w1_b": b1, "hada_w2_a": a2, "hada_w2_b": b2}
    assert near(delta(torch.randn(OUT, IN, SIDE, SIDE), **parts), tucker(t1, a1, b1) * tucker(t2, a2, b2))


def kron(first: NDArray[np.float32], second: NDArray[np.float32]) -> NDArray[np.float32]:
    """Kronecker's product over the first two sides, entry by entry."""
    (a, b), (c, d, *rest) = first.shape, second.shape
    out = np.zeros((a * c, b * d, *rest), np.float32)
    for i, j in np.ndindex(a, b):
        out[i * c : (i + 1) * c, j * d : (j + 1) * d] = first[i, j] * second
    return out


@pytest.mark.parametrize("split", [(), (1,), (2,), (1, 2)])
@pytest.mark.parametrize("kernel", [(), (SIDE, SIDE)])
def test_lokr_is_the_kronecker_product_of_whole_or_split_factors(kernel, split):
    first, second = (2, 4), (3, 2 * int(np.prod(kernel)))
    parts, dense = {}, []
    for number, (rows, columns) in enumerate((first, second), 1):
        a, b = torch.randn(rows, number), torch.randn(number, columns)
        dense.append((a @ b).numpy())
        if number in split:
            parts |= {f"lokr_w{number}_a": a, f"lokr_w{number}_b": b}
        else:
            parts[f"lokr_w{number}"] = a @ b
    if kernel and 2 not in split:
        parts["lokr_w2"] = parts["lokr_w2"].reshape(3, 2, *kernel)
    expected = kron(dense[0], dense[1].reshape(3, 2, *kernel))
    scale = 4.0 / max(split) if split else 1  # alpha counts only where there is a rank; w2's before w1's
    assert near(delta(torch.randn(OUT, IN, *kernel), alpha=4.0, **parts), expected * scale)


def test_lokr_with_a_core_is_kroneckers_product_with_a_chain():
    core, a, b = torch.randn(2, 2, SIDE, SIDE), torch.randn(2, 3), torch.randn(2, 2)
    first = torch.randn(2, 4)
    parts = {"lokr_w1": first, "lokr_t2": core, "lokr_w2_a": a, "lokr_w2_b": b}
    assert near(delta(torch.randn(OUT, IN, SIDE, SIDE), **parts), kron(first.numpy(), tucker(core, a, b)))


@pytest.mark.parametrize("part", ["diff", "w_norm"])
def test_a_full_difference_is_itself(part):
    difference = torch.randn(OUT)
    assert near(delta(torch.randn(OUT), alpha=7.0, **{part: difference}), difference.numpy())


@pytest.mark.parametrize("on_input", [True, False])
@pytest.mark.parametrize("kernel", [(), (SIDE, SIDE)])
def test_ia3_scales_inputs_or_outputs(on_input, kernel):
    weight = torch.randn(OUT, IN, *kernel)
    factors = torch.randn(IN if on_input else OUT, 1)
    expected = weight.numpy().copy()
    for o, i in np.ndindex(OUT, IN):
        expected[o, i] *= float(factors[i if on_input else o])
    assert near(changed(Layer("there", {"weight": factors, "on_input": torch.tensor(on_input)}), weight), expected)


def test_glora_adds_a_lora_and_a_lora_of_the_weight():
    weight, a1, a2 = torch.randn(OUT, IN), torch.randn(RANK, IN), torch.randn(IN, RANK)
    b1, b2 = torch.randn(RANK, IN), torch.randn(OUT, RANK)
    x = torch.randn(IN)
    expected = b2 @ (b1 @ x) + weight @ (a2 @ (a1 @ x))
    assert near(delta(weight, a1=a1, a2=a2, b1=b1, b2=b2) @ x.numpy(), expected.numpy())


@pytest.mark.parametrize("kernel", [(), (SIDE, SIDE)])
def test_oft_turns_each_block_of_outputs_and_keeps_every_length_and_angle(kernel):
    weight, blocks = torch.randn(OUT, IN, *kernel), torch.randn(2, 3, 3)
    turned = delta(weight, oft_blocks=blocks) + weight.numpy()
    for block in range(2):
        before, after = (w.reshape(2, 3, -1)[block] for w in (weight.numpy(), turned))
        assert near(after.T @ after, before.T @ before)
    assert not near(turned, weight.numpy())
    assert near(delta(weight, oft_blocks=blocks + blocks.mT), np.zeros(weight.shape))


def test_oft_by_a_small_angle_is_twice_the_skew_part():
    """(I+Q)(I−Q)⁻¹ = I + 2Q + …; the file's rotation acts transposed."""
    weight, blocks = torch.randn(3, IN, dtype=torch.float32), torch.randn(1, 3, 3) * 1e-3
    skew = (blocks - blocks.mT)[0].double().numpy()
    assert np.allclose(delta(weight, oft_blocks=blocks), 2 * skew.T @ weight.double().numpy(), atol=1e-4)


def test_alpha_bounds_the_turn_of_oft():
    weight, blocks = torch.randn(3, IN), torch.randn(1, 3, 3)
    bounded = blocks * 0.01 * 3 / (blocks - blocks.mT).norm()
    assert near(delta(weight, oft_blocks=blocks, alpha=0.01), delta(weight, oft_blocks=bounded))


@pytest.mark.parametrize("kernel", [(), (SIDE, SIDE)])
@pytest.mark.parametrize("by", ["input", "output", "output, flat"])
def test_dora_brings_every_column_or_row_to_its_learned_length(by, kernel):
    weight = torch.randn(OUT, IN, *kernel)
    up, down = torch.randn(OUT, RANK), torch.randn(RANK, IN * int(np.prod(kernel))).reshape(RANK, IN, *kernel)
    magnitudes = torch.rand(IN if by == "input" else OUT) + 0.5
    ones = [1] * (weight.dim() - 1)
    shape = {"input": (1, IN, *ones[1:]), "output": (OUT, *ones), "output, flat": (OUT,)}[by]
    after = weight.numpy() + delta(weight, up=up, down=down, alpha=1.5, dora_scale=magnitudes.reshape(shape))
    plain = weight.numpy() + delta(weight, up=up, down=down, alpha=1.5)
    for k, magnitude in enumerate(magnitudes.numpy()):
        got, was = (w[:, k] if by == "input" else w[k] for w in (after, plain))
        assert np.linalg.norm(got) == pytest.approx(magnitude, rel=1e-4)
        assert near(got, was * magnitude / np.linalg.norm(was))


def test_an_inpainting_nets_extra_inputs_are_left_alone():
    found = fitted(torch.ones(OUT, 4, 3, 3), torch.zeros(OUT, 9, 3, 3))
    assert found[:, :4].eq(1).all()
    assert found[:, 4:].eq(0).all()
    up, down = torch.randn(OUT, 2, 1, 1), torch.randn(2, 4, 3, 3)
    assert near(delta(torch.randn(OUT, 9, 3, 3), up=up, down=down)[:, :4], convolved([down, up]))


def test_a_change_of_another_shape_is_refused_with_both_shapes():
    with pytest.raises(ShapeError, match="6×5 for a weight of 6×8"):
        layer(up=torch.ones(6, 1), down=torch.ones(1, 5)).delta(torch.ones(6, 8))
    with pytest.raises(ShapeError, match="8×6 for a weight of 6×8"):
        layer(diff=torch.ones(8, 6)).delta(torch.ones(6, 8))
    with pytest.raises(ShapeError, match="5 for a bias of 6"):
        layer(diff_b=torch.ones(5)).bias_delta(torch.ones(6))
