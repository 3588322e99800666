"""The screens of simulated people: how steady they are, and how fast the person answers on them."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

from daybreak.core.records import DeviceRecord


@dataclass(frozen=True)
class Device:
    """One screen. `long` and `missed` are shares of steps; `pace_ms` is the person's middle answer time on it."""

    refresh_hz: float
    jitter_ms: float
    long: float
    missed: float
    width: int
    height: int
    input: Literal["key", "touch", "mouse"]
    pace_ms: float
    agent: str
    verdict: Literal["ok", "visible-only"] = "ok"


DEVICES = (
    Device(60.0, 0.21, 0.002, 0.0, 1440, 900, "key", 640, "Chrome on a laptop"),
    Device(60.1, 0.48, 0.009, 0.001, 390, 844, "touch", 720, "Safari on a phone"),
    Device(120.0, 0.35, 0.006, 0.001, 412, 915, "touch", 690, "Chrome on a phone"),
    Device(59.9, 1.90, 0.060, 0.004, 1280, 800, "key", 820, "Firefox on an old laptop"),
    Device(144.0, 0.30, 0.003, 0.0, 1920, 1080, "mouse", 610, "Edge on a desktop computer"),
    Device(60.0, 5.40, 0.420, 0.050, 800, 1280, "touch", 880, "Chrome on an old tablet", "visible-only"),
)


def device_record(device: Device, chance: Random, at: float) -> DeviceRecord:
    """Draw what the device check says before one session, `at` milliseconds into the sitting."""
    jitter = device.jitter_ms * chance.uniform(0.8, 1.25)
    return DeviceRecord(
        at=at,
        refresh_hz=round(chance.gauss(device.refresh_hz, 0.02), 3),
        jitter_ms=round(jitter, 3),
        worst_gap_ms=round(1000 / device.refresh_hz + 4 * jitter, 3),
        refreshes=120,
        visible=True,
        width=device.width,
        height=device.height,
        pixel_ratio=2.0,
        touch=device.input == "touch",
        agent=device.agent,
        verdict=device.verdict,
        reasons=["jitter"] if device.verdict == "visible-only" else [],
    )
