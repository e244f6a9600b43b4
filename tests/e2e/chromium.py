"""A real browser without a window, driven over its DevTools pipe: no driver program and no library."""

import base64
import fcntl
import json
import os
import select
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any, Self

PATIENCE_S = 60.0
PHONE, DESK = (390, 844), (1280, 900)


def missing() -> str:
    """Why no browser can be had here; empty when one can."""
    lacking = [name for name in ("chromium", "bash") if shutil.which(name) is None]
    return f"needs {' and '.join(lacking)}, which this machine lacks" if lacking else ""


class Chromium:
    """One tab of one browser with a profile of its own; `errors` is what its console said."""

    def __init__(
        self, folder: Path, *, scripts: bool = True, size: tuple[int, int] = PHONE, dark: bool = False
    ) -> None:
        self.errors: list[str] = []
        self._next = 0
        self._kept = b""
        to_read, self._write = (_high(end) for end in os.pipe())
        self._read, to_write = (_high(end) for end in os.pipe())
        self._program = subprocess.Popen(
            # The browser wants its pipes under the numbers 3 and 4.
            ["bash", "-c", f'exec chromium "$@" 3<&{to_read} 4>&{to_write}', "chromium", "--headless", "--no-sandbox",
             "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-dev-shm-usage",
             "--hide-scrollbars", "--remote-debugging-pipe", f"--user-data-dir={folder / 'profile'}", "about:blank"],
            pass_fds=(to_read, to_write), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, env=os.environ | {"HOME": str(folder)}, start_new_session=True,
        )  # fmt: skip
        os.close(to_read)
        os.close(to_write)
        try:
            self._session = ""
            target = self._ask("Target.createTarget", url="about:blank")["targetId"]
            self._session = self._ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
            for domain in ("Page", "Runtime", "Log", "DOM"):
                self._ask(f"{domain}.enable")
            self.look(size, dark=dark)
            self._ask("Emulation.setScriptExecutionDisabled", value=not scripts)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_what: object) -> None:
        self.close()

    def look(self, size: tuple[int, int], *, dark: bool = False) -> None:
        """Show pages at this size, light or dark."""
        width, height = size
        self._ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
                  mobile=width < 600)  # fmt: skip
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self._ask("Emulation.setEmulatedMedia", features=[scheme])

    def open(self, address: str) -> None:
        """Go to a page and wait until it is there."""
        self._ask("Page.navigate", url=address)
        self.until("document.readyState === 'complete' && location.href !== 'about:blank'")

    def value(self, script: str) -> Any:
        """What an expression comes to; it is evaluated also where the page's own scripts are off."""
        done = self._ask("Runtime.evaluate", expression=script, returnByValue=True)
        assert "exceptionDetails" not in done, done
        return done["result"].get("value")

    def until(self, script: str) -> None:
        """Wait until an expression is true."""
        end = time.monotonic() + PATIENCE_S
        while True:
            try:
                if self.value(f"Boolean({script})"):
                    return
            except (AssertionError, RuntimeError):
                pass  # between two pages there is nothing to ask
            assert time.monotonic() < end, f"waited in vain for {script}: {self.text()}"
            time.sleep(0.05)

    def type(self, field: str, text: str) -> None:
        """Focus a field by its id, and type."""
        self.value(f"document.getElementById({json.dumps(field)}).focus()")
        self._ask("Input.insertText", text=text)

    def choose(self, field: str, *files: Path) -> None:
        """Choose files, as a person does in the system's dialog."""
        root = self._ask("DOM.getDocument")["root"]["nodeId"]
        node = self._ask("DOM.querySelector", nodeId=root, selector=f"#{field}")["nodeId"]
        self._ask("DOM.setFileInputFiles", nodeId=node, files=[str(file) for file in files])

    def press(self, key: str = "Enter") -> None:
        """Press a key where the focus is."""
        code = {"Enter": 13, "Tab": 9}[key]
        text = {"text": "\r"} if key == "Enter" else {}
        self._ask("Input.dispatchKeyEvent", type="keyDown", key=key, windowsVirtualKeyCode=code, **text)
        self._ask("Input.dispatchKeyEvent", type="keyUp", key=key, windowsVirtualKeyCode=code)

    def click(self, selector: str, times: int = 1) -> None:
        """Click in the middle of what a selector finds."""
        find = f"document.querySelector({json.dumps(selector)})"
        self.value(f"{find}.scrollIntoView({{block: 'center', behavior: 'instant'}})")
        x, y = self.value(f"(r => [r.x + r.width / 2, r.y + r.height / 2])({find}.getBoundingClientRect())")
        for turn in range(1, times + 1):
            for kind in ("mousePressed", "mouseReleased"):
                self._ask("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=turn)

    def text(self) -> str:
        """What stands on the page."""
        return str(self.value("document.body ? document.body.innerText : ''"))

    def picture(self, file: Path) -> None:
        """Keep a picture of the whole page."""
        file.parent.mkdir(parents=True, exist_ok=True)
        shot = self._ask("Page.captureScreenshot", captureBeyondViewport=True)
        file.write_bytes(base64.b64decode(shot["data"]))

    def close(self) -> None:
        """End the browser and all that it started."""
        if self._program.poll() is None:
            os.killpg(self._program.pid, signal.SIGKILL)
        self._program.wait(timeout=PATIENCE_S)
        for end in (self._read, self._write):
            os.close(end)

    def _ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._next += 1
        question: dict[str, Any] = {"id": self._next, "method": method, "params": parameters}
        if self._session:
            question["sessionId"] = self._session
        os.write(self._write, json.dumps(question).encode() + b"\0")
        while True:
            told = self._told()
            if told.get("method") in {"Log.entryAdded", "Runtime.exceptionThrown"}:
                self.errors.append(json.dumps(told["params"]))
            if told.get("id") == self._next:
                if "error" in told:
                    raise RuntimeError(f"{method}: {told['error']}")
                return told["result"]

    def _told(self) -> dict[str, Any]:
        """The next thing that the browser says."""
        end = time.monotonic() + PATIENCE_S
        while b"\0" not in self._kept:
            ready, _writable, _odd = select.select([self._read], [], [], max(0.0, end - time.monotonic()))
            assert ready, "the browser says nothing"
            more = os.read(self._read, 1 << 20)
            assert more, "the browser has ended"
            self._kept += more
        line, _end, self._kept = self._kept.partition(b"\0")
        return json.loads(line)


def _high(end: int) -> int:
    """The same end of a pipe under a number that is in nobody's way."""
    moved = fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 20)
    os.close(end)
    return moved
