"""Every error code: the exit status it ends a command with, and what it means."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

BUG: Final = 1
"""Exit status of a defect of ours. [1]"""
USER_INPUT: Final = 2
"""Exit status where the user's input has to change. [1]"""
NO_DATA: Final = 3
"""Exit status where the input is right and holds nothing to work on. [1]"""
UPSTREAM: Final = 4
"""Exit status where somebody else's server or file failed. [1]"""
RESOURCES: Final = 5
"""Exit status where disk, memory or a device ran out. [1]"""


class Code(NamedTuple):
    """What an error code stands for.

    Parameters
    ----------
    exit_status : int
        Status that a command ends with.
    meaning : str
        What is wrong, in one sentence.
    """

    exit_status: int
    meaning: str


CODES: Final[Mapping[str, Code]] = MappingProxyType(
    {
        # plugins
        "PLUGIN_BROKEN": Code(USER_INPUT, "An installed plugin could not be loaded."),
        "NAME_CLASH": Code(USER_INPUT, "Two plugins offer the same name."),
        "UNKNOWN_NAME": Code(USER_INPUT, "No installed plugin offers that name."),
        "CONTRACT_BROKEN": Code(BUG, "A sensor, model or correction broke the contract of core."),
        # scenes
        "SCENE_INCOMPLETE": Code(USER_INPUT, "A node or a variable of the scene is missing."),
        "NO_CRS": Code(USER_INPUT, "A raster does not say which coordinate system it is in."),
        "CRS_MISMATCH": Code(USER_INPUT, "The nodes of a scene are in different systems."),
        "CRS_LOST": Code(BUG, "A file read back does not hold the grid that was written."),
        "GRID_NOT_NESTED": Code(USER_INPUT, "The fine grid does not divide the coarse grid."),
        "GRID_UNSUPPORTED": Code(USER_INPUT, "The grid is rotated, irregular or empty."),
        "UNITS_UNKNOWN": Code(USER_INPUT, "The units of a field are missing or not understood."),
        "SCALE_SUSPECT": Code(USER_INPUT, "The values do not look like what they stand for."),
        "NO_VALID_PIXELS": Code(NO_DATA, "Not one pixel holds a measured temperature."),
        "NO_OVERLAP": Code(USER_INPUT, "Guide and temperature do not cover the same ground."),
        "GUIDE_TOO_COARSE": Code(USER_INPUT, "The guide is not finer than the temperature."),
        "GUIDE_MISSING": Code(USER_INPUT, "The model needs a guide that the scene does not have."),
        "FACTOR_UNSUPPORTED": Code(USER_INPUT, "The model cannot sharpen by that factor."),
        "TIME_UNKNOWN": Code(USER_INPUT, "It is not known when the pixels were seen."),
        "TIME_CLASH": Code(USER_INPUT, "Two scenes of a series have one time."),
        "TIME_UNMODELLED": Code(USER_INPUT, "The diurnal cycle says nothing of such times."),
        # sources
        "FILE_MISSING": Code(USER_INPUT, "A file named on the command line is not there."),
        "FILE_UNREADABLE": Code(USER_INPUT, "A file is truncated, damaged or of an unknown kind."),
        "NO_SURFACE_TEMPERATURE": Code(USER_INPUT, "A product holds radiances, not a temperature."),
        "INPUT_CHANGED": Code(USER_INPUT, "An input differs from the one a run was made with."),
        "DIGEST_MISMATCH": Code(UPSTREAM, "A downloaded file is not the published one."),
        "DOWNLOAD_FAILED": Code(UPSTREAM, "A file could not be fetched."),
        "AUTH_REQUIRED": Code(UPSTREAM, "A server gives data to known users only."),
        "CATALOGUE_FAILED": Code(UPSTREAM, "A catalogue did not answer as a STAC API does."),
        "ITEM_UNUSABLE": Code(UPSTREAM, "An item of a catalogue lacks what is needed."),
        "HREF_REFUSED": Code(UPSTREAM, "A catalogue names an address that must not be followed."),
        "NO_CATALOGUE": Code(USER_INPUT, "The sensor is read from files only."),
        "NO_DATA_FOR_DATE": Code(NO_DATA, "No granule was seen on the date in the area."),
        "COVERAGE_PARTIAL": Code(NO_DATA, "A part of the area lies in no granule."),
        "AREA_INVALID": Code(USER_INPUT, "The area cannot be, or is too small or too large."),
        "AREA_SPLIT": Code(USER_INPUT, "The grid of the product is cut inside the area."),
        "DATE_INVALID": Code(USER_INPUT, "A date cannot be read, or there are too many."),
        "STATION_INCOMPLETE": Code(USER_INPUT, "A station lacks radiation, a place or a clock."),
        "NO_MATCHUPS": Code(NO_DATA, "No view of a station at a time that it measured."),
        "UNSAFE_PICKLE": Code(UPSTREAM, "A pickle asks for more than plain arrays."),
        "NO_SCENES_TO_FIT": Code(USER_INPUT, "A law needs scenes whose fine temperature is known."),
        "NO_SCENES": Code(NO_DATA, "A folder holds no scene of the expected layout."),
        # models
        "MODEL_FAILED": Code(BUG, "A model raised an error or gave an impossible result."),
        "BUNDLE_REFUSED": Code(
            USER_INPUT, "A trained network is incomplete, unsafe or not to form."
        ),
        "SELFTEST_FAILED": Code(UPSTREAM, "A trained network does not give its own results here."),
        "ENGINE_MISSING": Code(USER_INPUT, "What runs trained networks is not installed."),
        "OPTION_UNKNOWN": Code(USER_INPUT, "The model or correction has no such option."),
        "OPTION_INVALID": Code(USER_INPUT, "An option has a value that cannot be used."),
        # training
        "RECIPE_INVALID": Code(USER_INPUT, "A training recipe has a value that cannot be used."),
        "SPLIT_LEAKS": Code(USER_INPUT, "What is learnt from and what is kept apart overlap."),
        "TRAINING_DIVERGED": Code(USER_INPUT, "A loss is no longer a number."),
        "EXPORT_DIFFERS": Code(BUG, "An exported network does not give what torch gives."),
        # services
        "NOT_FOUND": Code(USER_INPUT, "The service holds nothing of that id."),
        "NO_SUCH_PROCESS": Code(USER_INPUT, "The service has no process of that name."),
        "NO_SUCH_JOB": Code(USER_INPUT, "The service has no job of that id."),
        "RESULT_NOT_READY": Code(USER_INPUT, "A job has no result, or none yet."),
        "REQUEST_TOO_LARGE": Code(USER_INPUT, "A request is larger than the service allows."),
        "TOO_MANY_REQUESTS": Code(RESOURCES, "Too much was asked at once; try again later."),
        "KEY_REQUIRED": Code(USER_INPUT, "The service wants to know who asks."),
        "CROSS_SITE": Code(USER_INPUT, "A request came by another site or another name."),
        "JOB_ABANDONED": Code(RESOURCES, "The process of a job died, at every attempt."),
        # resources
        "DEVICE_MISSING": Code(RESOURCES, "A GPU was asked for and is not there."),
        "MEMORY_EXHAUSTED": Code(RESOURCES, "Memory ran out."),
        "CLUSTER_LOST": Code(RESOURCES, "A cluster does not answer, or its workers keep dying."),
        "OUTPUT_NOT_EMPTY": Code(USER_INPUT, "The output folder already holds something else."),
        "OUTPUT_LOCKED": Code(USER_INPUT, "Another run is writing the same output folder."),
        "OUTPUT_NOT_WRITABLE": Code(RESOURCES, "The output cannot be written there."),
        "DISK_FULL": Code(RESOURCES, "The disk filled up before the output was complete."),
    }
)
"""Error codes of lstsr and of its plugins of this repository."""
