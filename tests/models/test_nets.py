"""Networks: parameters, shapes, reach, and what an untrained one does."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lstsr_models.layers import SCALINGS
from lstsr_models.nets.catalogue import OURS, PUBLISHED, build_net
from lstsr_models.nets.discriminator import Discriminator
from lstsr_models.nets.fuse import Fuse
from lstsr_models.nets.mrunet import MrUNet
from lstsr_models.nets.residual_unet import SIGMA, ResidualUNet
from lstsr_models.nets.scunet import ScUNet
from lstsr_models.nets.srcnn import Srcnn
from lstsr_models.nets.vdsr import Vdsr

LAYERS = {"sc-unet": ("lst_cubic", "ndvi"), "fuse": ("lst_cubic", "ndvi")}
QUICK = set(PUBLISHED) - {"mrunet"}
SMALL = {
    "srcnn": (Srcnn, 1),
    "vdsr": (lambda: Vdsr(5), 1),
    "fuse": (Fuse, 2),
    "sc-unet": (ScUNet, 2),
    "mrunet": (lambda: MrUNet(2), 1),
    "ours": (lambda: ResidualUNet(3, (4, 4, 4)), 3),
    "unfolded": (lambda: ResidualUNet(3, (4, 4, 4), patch=1), 3),
}


def count(net):
    return sum(weight.numel() for weight in net.parameters())


@pytest.mark.parametrize(
    ("net", "published"),
    [
        (Srcnn, 8129),
        (Vdsr, 665_921),
        (ScUNet, 282_705),
    ],
)
def test_a_published_net_has_its_published_parameters(net, published):
    assert count(net()) == published


def test_mrunet_has_about_45_million_parameters():
    with torch.device("meta"):
        assert count(MrUNet()) == 43_572_161


def test_fuse_has_some_thirty_thousand_parameters():
    assert count(Fuse()) == 24_305


def test_the_critic_is_smaller_than_what_it_judges():
    assert count(Discriminator()) == 56_609 < count(ScUNet())


def test_ours_has_100_to_250_thousand_parameters():
    assert count(ResidualUNet(9)) == 170_952
    assert count(ResidualUNet(9, (24, 48, 48), patch=1)) == 163_466


@pytest.mark.parametrize("name", SMALL)
@settings(max_examples=6)
@given(rows=st.integers(4, 9), columns=st.integers(4, 9), batch=st.integers(1, 2))
def test_a_net_keeps_any_size_of_whole_coarse_pixels(name, rows, columns, batch):
    make, channels = SMALL[name]
    net = make().eval()
    out = net(torch.zeros(batch, channels, 4 * rows, 4 * columns))
    assert out.shape == (batch, 2 if channels == 3 else 1, 4 * rows, 4 * columns)


def seen_around(net, channels, edge):
    """Give how far from a pixel its result depends on the input, over all places of a stride."""
    with torch.no_grad():
        for weight in net.parameters():
            weight.copy_(torch.rand_like(weight) * 0.1 + 0.01)
    x = torch.ones(1, channels, edge, edge, requires_grad=True)
    farthest = 0
    for phase in range(net.stride):
        place = edge // 2 + phase
        (gradient,) = torch.autograd.grad(net(x)[0, 0, place, place], x)
        touched = gradient[0].abs().sum(dim=(0, 1)).nonzero()[:, 0]
        farthest = max(farthest, place - int(touched.min()), int(touched.max()) - place)
    return farthest


@pytest.mark.parametrize(
    ("name", "edge"),
    [
        ("srcnn", 32),
        ("vdsr", 24),
        ("fuse", 32),
        ("sc-unet", 192),
        ("mrunet", 320),
        ("ours", 160),
        ("unfolded", 96),
    ],
)
def test_a_net_sees_no_farther_than_it_says(name, edge):
    make, channels = SMALL[name]
    net = make().eval()
    seen = seen_around(net, channels, edge)
    assert net.reach - (0 if isinstance(net, ResidualUNet) else 4) <= seen <= net.reach


def test_an_untrained_net_of_ours_changes_nothing_and_says_so():
    net = ResidualUNet(5)
    fields = net(torch.randn(1, 5, 16, 16))
    assert torch.all(fields[:, 0] == 0)
    assert torch.allclose(fields[:, 1].exp(), torch.tensor(SIGMA))


@pytest.mark.parametrize(
    ("name", "layers", "base"),
    [
        *((name, LAYERS.get(name, ("lst_cubic",)), "lst_cubic") for name in sorted(QUICK)),
        ("fuse", ("lst_cubic", "ndvi", "law"), "law"),
    ],
)
def test_base_and_residual_of_a_published_net_are_its_temperature(name, layers, base):
    torch.manual_seed(0)
    adapted = build_net(name, layers, base).eval()
    x = torch.randn(1, len(layers), 16, 16)
    fields = adapted(x)
    scale = SCALINGS["lst_cubic"].scale
    on = x[:, :1] * scale + (x[:, 2:] * SCALINGS["law"].scale if base == "law" else 0)
    assert torch.allclose(on + fields[:, :1], adapted.net(x) * scale, atol=1e-4)
    assert torch.all(fields[:, 1] == 0)


def test_a_wrong_number_of_channels_is_refused_by_its_shape():
    from jaxtyping import TypeCheckError

    with pytest.raises(TypeCheckError):
        ScUNet()(torch.zeros(1, 3, 16, 16))


def test_ours_does_not_depend_on_the_size_of_the_tile():
    torch.manual_seed(1)
    net = ResidualUNet(2, (4, 6, 8)).eval()
    torch.nn.init.normal_(net.end.weight)
    x = torch.randn(1, 2, 176, 176)
    cut = slice(8, 168)
    inner = slice(net.reach, 160 - net.reach)
    whole, part = net(x)[..., cut, cut], net(x[..., cut, cut])
    assert torch.allclose(whole[..., inner, inner], part[..., inner, inner], atol=1e-5)
    assert not torch.allclose(whole, part, atol=1e-5)


def test_ours_is_named():
    assert isinstance(build_net(OURS, ("lst_cubic", "law"), "law"), ResidualUNet)
