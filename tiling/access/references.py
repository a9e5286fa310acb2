"""The files that a VRT, or a side-car in XML, says it is made of; read without GDAL."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tiling.errors import RasterReadError

# A mosaic of twenty thousand files is about this large.
_MAX_XML_BYTES = 64 << 20

# GDAL takes a file for a VRT where this stands among its first 1024 bytes, whatever the file is called.
_VRT = b"<vrtdataset"
_HEAD_BYTES = 4096

# Elements and attributes that name a file, in lower case: GDAL looks them up in either form and any case.
_NAMES_A_FILE = re.compile(r".*filename|sourcedataset|dempath")
_METADATA_FILES = {"overview_file", "x_dataset", "y_dataset"}
# Texts that are no file whatever they look like.
_NAMES_NO_FILE = {"mdi", "srs", "description", "category", "gcplist", "projection"}

# Images within a file, which GDAL names with a prefix.
_WITHIN = re.compile(r"(?:NITF_IM:\d+:|GTIFF_DIR:(?:off:)?\d+:)", re.IGNORECASE)
_BESIDE_THE_BASE = ":::BASE:::"


@dataclass(frozen=True)
class Reference:
    """A file that another one names.

    Attributes:
        name: as it stands there.
        is_relative: whether a name without a folder is meant from the folder of the file that names it; None
            where the program's own folder may be meant.
    """

    name: str
    is_relative: bool = False

    def paths(self, base: Path) -> list[Path]:
        """Return the files this may mean, seen from the file `base`; empty for what is no plain file name."""
        name = _WITHIN.sub("", self.name.strip(), count=1).removeprefix(_BESIDE_THE_BASE)
        if ":" in name.split("/", 1)[0] or "\ufffd" in name:
            return []
        path = Path(name)
        if path.is_absolute():
            return [path]
        return [base.parent / path] if self.is_relative else [base.parent / path, Path.cwd() / path]


def is_vrt(path: Path) -> bool:
    """Return True for what GDAL would take for a VRT.

    Raises:
        RasterReadError: The file cannot be read.
    """
    try:
        with path.open("rb") as file:
            return _VRT in file.read(_HEAD_BYTES).lower()
    except OSError as error:
        raise RasterReadError(f"{path} could not be read ({error.strerror or error}).") from error


def vrt_references(path: Path) -> list[Reference]:
    """Return every file that a VRT names: sources, masks, overviews, elevation models; each once.

    Raises:
        RasterReadError: The file is not well-formed XML, or says things in a way that GDAL and we could
            understand differently.
    """
    found: dict[Reference, None] = {}
    for element in _parse(path).iter():
        if not isinstance(element.tag, str):
            continue  # a comment
        values = {_local(key): value for key, value in element.attrib.items()}
        is_relative = values.get("relativetovrt") == "1"
        tag = _local(element.tag)
        texts = [element.text or "", *(child.tail or "" for child in element)]
        named = any(text.strip() for text in texts)
        if named and len(element) and _NAMES_A_FILE.fullmatch(tag):
            raise RasterReadError(f"{path} has a {tag} that is more than a name; expected a file's name.")
        for key, value in [*values.items(), *((tag, text) for text in texts)]:
            if value.strip() and _is_file(key, value, values.get("key", "")):
                found[Reference(value, is_relative)] = None
    return list(found)


def pam_references(path: Path) -> list[Reference]:
    """Return every file that a side-car `.aux.xml` names, such as an overview elsewhere.

    Raises:
        RasterReadError: As `vrt_references`.
    """
    found = []
    for element in _parse(path).iter():
        if isinstance(element.tag, str) and _local(element.tag) == "mdi":
            keys = [value.lower() for key, value in element.attrib.items() if _local(key) == "key"]
            if _METADATA_FILES.intersection(keys):
                found.append(Reference("".join(element.itertext()), is_relative=True))
    return found


def metadata_references(tags: dict[str, str]) -> Iterator[Reference]:
    """Return the files that the metadata of an open raster name."""
    for key, value in tags.items():
        if key.lower() in _METADATA_FILES:
            yield Reference(value, is_relative=value.startswith(_BESIDE_THE_BASE))


def _is_file(tag: str, value: str, key: str) -> bool:
    if tag == "mdi":
        return key.lower() in _METADATA_FILES
    if _NAMES_A_FILE.fullmatch(tag):
        return True
    # An unknown element: a text that leads to another folder or host counts as a file.
    text = value.strip()
    elsewhere = text.startswith(("/", "<", "\\")) or "../" in text or "://" in text
    return elsewhere and tag not in _NAMES_NO_FILE


def _parse(path: Path) -> ET.Element:
    """Parse XML that cannot blow up: no document type, so no entities, and a limit on the size.

    GDAL's parser is a simple one of its own; what the two could read differently is refused.
    """
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_XML_BYTES + 1)
    except OSError as error:
        raise RasterReadError(f"{path} could not be read ({error.strerror or error}).") from error
    if len(data) > _MAX_XML_BYTES:
        raise RasterReadError(f"{path} is XML of more than {_MAX_XML_BYTES >> 20} MiB; expected less.")
    text = data.decode("utf-8", errors="replace").removeprefix("\ufeff")
    for construct in ("<!DOCTYPE", "<!ENTITY", "<![CDATA["):
        if construct.lower() in text.lower():
            raise RasterReadError(f"{path} has a {construct[2:].strip('[')} section; expected plain XML.")
    # The text is decoded already; what it says of its encoding would be heeded a second time.
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    builder = ET.TreeBuilder(insert_comments=True, insert_pis=True)
    try:
        root: ET.Element = ET.fromstring(text, ET.XMLParser(target=builder))
    except (ET.ParseError, ValueError, RecursionError) as error:
        raise RasterReadError(f"{path} is not well-formed XML ({error}).") from error
    return root


def _local(name: str) -> str:
    return name.rpartition("}")[2].lower()
