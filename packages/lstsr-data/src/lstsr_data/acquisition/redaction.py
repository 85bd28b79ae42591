"""Signatures and tokens are taken out of every text before anybody sees it."""

from __future__ import annotations

import logging
import re
from typing import Final

QUERY: Final = re.compile(r"\?[^\s\"'<>)]*=[^\s\"'<>)]*")
"""Query of an address; signatures stand there."""
BEARER: Final = re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]+")
"""Content of an Authorization header."""
LOGIN: Final = re.compile(r"(?<=://)[^/@\s]+@")
"""Name and password in an address."""
TALKATIVE: Final = ("urllib3.connectionpool", "pystac_client.stac_api_io")
"""Loggers of libraries that write addresses down as they are."""


def redacted(text: object) -> str:
    """Give a text without queries of addresses, tokens and passwords."""
    plain = LOGIN.sub("...@", QUERY.sub("?...", str(text)))
    return BEARER.sub(r"\1 ...", plain)


class Redaction(logging.Filter):
    """Takes secrets out of the records of a logger."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Replace the message by its redacted form; every record passes."""
        record.msg, record.args = redacted(record.getMessage()), ()
        return True


def redact_libraries() -> None:
    """Put a `Redaction` before the loggers that are `TALKATIVE`, once."""
    for name in TALKATIVE:
        logger = logging.getLogger(name)
        if not any(isinstance(known, Redaction) for known in logger.filters):
            logger.addFilter(Redaction())
