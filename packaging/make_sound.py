"""Makes the sound of a notice: two soft bell tones of half a second, so quiet that nobody starts."""

import math
import struct
import wave
from pathlib import Path

RATE = 22_050
SECONDS = 0.55
TONES = ((0.0, 880.0), (0.11, 1318.5))
LOUD = 0.28


def sample(at: float) -> float:
    """The sound at a moment: each tone begins sharply and fades, with a little of its octave."""
    value = 0.0
    for begin, pitch in TONES:
        since = at - begin
        if since >= 0:
            swell = min(since / 0.004, 1.0) * math.exp(-7.5 * since)
            value += swell * (
                math.sin(2 * math.pi * pitch * since) + 0.25 * math.sin(4 * math.pi * pitch * since)
            )
    fade = min((SECONDS - at) / 0.05, 1.0)
    return LOUD * value * fade


def main() -> None:
    """Write it where the program finds it."""
    target = Path(__file__).parents[1] / "desktop_desk" / "resources" / "sounds" / "notice.wav"
    target.parent.mkdir(parents=True, exist_ok=True)
    frames = (round(32_000 * max(-1.0, min(1.0, sample(n / RATE)))) for n in range(round(RATE * SECONDS)))
    with wave.open(str(target), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(b"".join(struct.pack("<h", frame) for frame in frames))


if __name__ == "__main__":
    main()
