"""A file of a stranger that names files of the server is refused."""

from __future__ import annotations

import h5py
import numpy as np
import pytest

SHAPE = (4, 4)


def beside(folder):
    """A file of the server that a stranger would like to read, in two forms."""
    np.arange(16, dtype="f4").tofile(folder / "secret.bin")
    with h5py.File(folder / "secret.h5", "w") as file:
        file["secret"] = np.arange(16, dtype="f4").reshape(SHAPE)
    return folder / "secret.bin", folder / "secret.h5"


def external_storage(file, raw, _):
    file.create_dataset("grid/lst", SHAPE, "f4", external=[(raw, 0, 64)])


def virtual_dataset(file, _, other):
    layout = h5py.VirtualLayout(SHAPE, "f4")
    layout[:] = h5py.VirtualSource(other, "secret", shape=SHAPE)
    file.create_virtual_dataset("grid/lst", layout)


def external_link(file, _, other):
    file["grid/lst"] = h5py.ExternalLink(other, "secret")


@pytest.mark.parametrize("write", [external_storage, virtual_dataset, external_link])
def test_hdf5_that_names_another_file_is_refused_and_forgotten(service, tmp_path, write):
    raw, other = beside(tmp_path)
    with h5py.File(tmp_path / "upload.nc", "w") as file:
        write(file, raw, other)
    answer = service.post("/inputs", content=(tmp_path / "upload.nc").read_bytes())
    assert answer.status_code == 422
    assert "another file" in answer.json()["found"]
    assert [*(service.service.store.root / "arriving").iterdir()] == []
    assert len(service.get("/inputs").json()) == 2


def test_a_netcdf_raster_that_holds_its_own_pixels_is_taken_in(service, tmp_path):
    from lstsr_core.scene import COARSE
    from lstsr_core.testing import make_scene

    lst = make_scene(shape=(8, 8))[COARSE].to_dataset()[["lst"]]
    lst["lst"].attrs["grid_mapping"] = "spatial_ref"
    lst.to_netcdf(tmp_path / "lst.nc", engine="h5netcdf")
    answer = service.post("/inputs", content=(tmp_path / "lst.nc").read_bytes())
    assert answer.status_code == 201, answer.text
    assert answer.json()["shape"] == [8, 8]
