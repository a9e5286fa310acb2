"""Acquisition of an image: time, sensor and view angle, from the tags of many producers.

Of several tags that say the same, the first in the tables below is believed: first what belongs to the image
(NITF, the producer's own metadata as GDAL reads it), then tags that may have been copied along. The date in a
TIFF's header (TIFFTAG_DATETIME) is when the file was written, and is never taken.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

Tags = Mapping[str, str]
Domains = Mapping[str, Tags]

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")

# (metadata domain, tag); the domain "" is the file's own. A tag matches whole, whatever its capitals, or as the
# last part of a dotted name, as in IMAGE_1.firstLineTime.
_TIMES = (
    ("", "NITF_IDATIM"),
    ("IMAGERY", "ACQUISITIONDATETIME"),
    ("IMD", "firstLineTime"),
    ("IMD", "earliestAcqTime"),
    ("ENVI", "acquisition_time"),
    ("", "PRODUCT_START_TIME"),
    ("", "ACQUISITION_DATETIME"),
    ("", "acquisition_time"),
    ("", "acquired"),
    ("", "datetime"),
    ("", "start_datetime"),
    ("", "SENSING_TIME"),
    ("", "DATE_ACQUIRED"),
    ("", "ACQUISITION_DATE"),
    ("EXIF", "EXIF_DateTimeOriginal"),
    ("", "EXIF_DateTimeOriginal"),
)

# DIMAP gives date and time apart.
_DATES_AND_TIMES = (("IMAGING_DATE", "IMAGING_TIME"), ("DATE_ACQUIRED", "SCENE_CENTER_TIME"))

_SENSORS = (
    ("IMAGERY", "SATELLITEID"),
    ("IMD", "satId"),
    ("", "NITF_CSEXRA_SENSOR"),
    ("", "NITF_STDIDC_MISSION"),
    ("", "NITF_ISORCE"),
    ("ENVI", "sensor_type"),
    ("", "SPACECRAFT_NAME"),
    ("", "SPACECRAFT_ID"),
    ("", "platform"),
    ("", "satellite"),
    ("", "sensor"),
    ("", "instrument"),
    ("", "EXIF_Model"),
    ("EXIF", "EXIF_Model"),
)

_OFF_NADIR = (
    ("IMD", "meanOffNadirViewAngle"),
    ("IMD", "offNadirViewAngle"),
    ("IMAGERY", "OFFNADIR"),
    ("", "NITF_USE00A_OBL_ANG"),
    ("", "NITF_CSEXRA_OBLIQUITY_ANGLE"),
    ("", "NITF_CSEXRA_OBL_ANG"),
    ("", "view:off_nadir"),
    ("", "off_nadir"),
    ("", "off_nadir_angle"),
    ("", "VIEWING_ANGLE"),
    ("IMD", "VIEWING_ANGLE"),
)

# The last one is what GDAL writes as the date of a NITF when it is not told one.
_UNKNOWN = frozenset({"", "unknown", "n/a", "na", "none", "null", "tbd", "-", "20021216151629"})


def acquired_at(tags: Tags, domains: Domains) -> str | None:
    """ISO 8601; UTC and a trailing Z where the time zone is known, a date alone where the time is not."""
    for texts in (
        _found(tags, domains, _TIMES[:3]),
        _apart(tags, domains),
        _found(tags, domains, _TIMES[3:]),
    ):
        for domain, tag, text in texts:
            # NITF and GDAL's IMAGERY domain are in UTC and do not say so.
            time = _time(text, in_utc=tag == "NITF_IDATIM" or domain == "IMAGERY")
            if time is not None:
                return time
    return None


def sensor(tags: Tags, domains: Domains) -> str | None:
    """Return the platform, or the sensor, as the file spells it."""
    for domain in ("", "IMD"):
        mission = list(_found(tags, domains, ((domain, "MISSION"),)))
        if mission:
            number = next(iter(_found(tags, domains, ((domain, "MISSION_INDEX"),))), ("", "", ""))
            return f"{mission[0][2]} {number[2]}".strip()
    return next((text for _, _, text in _found(tags, domains, _SENSORS)), None)


def off_nadir_deg(tags: Tags, domains: Domains) -> float | None:
    """Return the angle between the line of sight and the vertical, degrees, 0 to 90."""
    for _, _, text in _found(tags, domains, _OFF_NADIR):
        angle = number(text)
        if angle is not None and abs(angle) <= 90:
            return abs(angle)
    return None


def number(text: str | None) -> float | None:
    """Return the number a tag begins with, or None."""
    try:
        value = float((text or "").strip().strip('";').split()[0])
    except (ValueError, IndexError):
        return None
    return value if math.isfinite(value) else None


def _found(
    tags: Tags, domains: Domains, wanted: tuple[tuple[str, str], ...]
) -> Iterator[tuple[str, str, str]]:
    """Return (domain, tag, text) of the tags that are there and say something, in the order wanted."""
    for domain, tag in wanted:
        for name, text in (domains.get(domain, {}) if domain else tags).items():
            said = text.strip().strip(';"').strip()
            if name.rsplit(".", 1)[-1].lower() == tag.lower() and said.lower() not in _UNKNOWN:
                yield domain, tag, said


def _apart(tags: Tags, domains: Domains) -> Iterator[tuple[str, str, str]]:
    for domain in ("", "IMD"):
        for date, time in _DATES_AND_TIMES:
            days = [text for _, _, text in _found(tags, domains, ((domain, date),))]
            times = [text for _, _, text in _found(tags, domains, ((domain, time),))]
            if days and times:
                # Both producers that do so give UTC.
                yield domain, date, f"{days[0]}T{times[0].rstrip('Z')}Z"
            elif days:
                yield domain, date, days[0]


def _time(text: str, *, in_utc: bool) -> str | None:
    nitf = re.fullmatch(r"(\d{8})(\d{6}|-{6})", text)
    old_nitf = re.fullmatch(r"(\d\d)(\d\d)(\d\d)(\d\d)Z([A-Z]{3})(\d\d)", text.upper())
    exif = re.fullmatch(r"(\d{4}):(\d\d):(\d\d) (.+)", text)
    if nitf:
        date, clock = nitf.groups()
        text = date if "-" in clock else f"{date}T{clock}"
    elif old_nitf and old_nitf[5] in _MONTHS:
        # NITF 2.0: DDhhmmssZMONYY; the century is the nearer one.
        day, hour, minute, second, month, year = old_nitf.groups()
        century = 19 if int(year) >= 70 else 20
        text = f"{century}{year}{_MONTHS.index(month) + 1:02d}{day}T{hour}{minute}{second}"
    elif exif:
        text = f"{exif[1]}-{exif[2]}-{exif[3]}T{exif[4]}"
    # Python reads up to six digits of a second.
    text = re.sub(r"([.,]\d{6})\d+", r"\1", re.sub(r"\s*UTC$", "Z", text))
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if not 1900 <= moment.year <= 2100:
        return None
    if re.fullmatch(r"\d{4}-?\d\d-?\d\d", text):
        return moment.date().isoformat()
    if moment.tzinfo is None and not in_utc:
        return moment.isoformat()
    utc = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return f"{utc.replace(tzinfo=None).isoformat()}Z"
