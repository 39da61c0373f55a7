"""When requests may be opened: days and hours, as people work."""

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

_WEEK = 7
_HOUR = re.compile(r"\d\d:\d\d(:\d\d)?", re.A)
_ZONE = "Europe/Berlin"
NOW = "--now goes on all the same"


class Day(StrEnum):
    """A day of the week, in their order."""

    MONDAY = "mon"
    TUESDAY = "tue"
    WEDNESDAY = "wed"
    THURSDAY = "thu"
    FRIDAY = "fri"
    SATURDAY = "sat"
    SUNDAY = "sun"


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(
            f"this machine knows no time zone {name[:100]!r}: {_way_on(name)}"
        ) from None
    return name


def _way_on(name: str) -> str:
    with suppress(ZoneInfoNotFoundError, OSError):
        if name != _ZONE and ZoneInfo(_ZONE):
            return f"{_ZONE} is one"
    return "it has none, so install tzdata, or use UTC"


def _hour(given: object) -> object:
    if isinstance(given, time) and given.tzinfo is None:
        return given
    # A number would be seconds, and a zone of its own another time than people read there.
    if not (isinstance(given, str) and _HOUR.fullmatch(given)):
        raise ValueError('it is an hour of the day in the zone of the window, such as "08:00"')
    return time.max if given == "24:00" else given


Hour = Annotated[time, BeforeValidator(_hour)]


class Window(BaseModel):
    """Days and hours in which requests may be opened and edited; without any, that is always."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    days: tuple[Day, ...] = tuple(Day)
    begin: Hour = Field(default=time.min, alias="from")
    to: Hour = time.max
    zone: Annotated[str, AfterValidator(_zone)] = "UTC"

    @model_validator(mode="after")
    def _ends_on_its_day(self) -> "Window":
        if not self.days or self.begin >= self.to:
            raise ValueError(
                "a window has days, and ends on the day that it began: from before to; one over "
                "midnight is two, to 24:00 and from 00:00"
            )
        return self

    def is_open(self, now: datetime) -> bool:
        """Tell whether a moment is in the window."""
        there = now.astimezone(ZoneInfo(self.zone))
        hour = there.time()
        return tuple(Day)[there.weekday()] in self.days and self.begin <= hour < self.to

    def next(self, now: datetime) -> datetime:
        """Return when it begins the next time."""
        zone = ZoneInfo(self.zone)
        today = now.astimezone(zone).date()
        days = (today + timedelta(days=number) for number in range(_WEEK + 1))
        begins = (
            datetime.combine(day, self.begin, zone)
            for day in days
            if tuple(Day)[day.weekday()] in self.days
        )
        return next(begin for begin in begins if begin > now)


def closed(windows: Sequence[Window], now: datetime) -> str:
    """Return why nothing may be opened now, and from when on it may; "" where it may."""
    if not windows or any(one.is_open(now) for one in windows):
        return ""
    first = min(windows, key=lambda one: one.next(now))
    begins = f"{first.next(now):%a %d %b %Y %H:%M} {first.zone}"
    return f"outside of the windows of fleet.toml: the next one begins {begins}; {NOW}"
