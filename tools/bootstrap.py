"""Virtual environment of the project, made before anything else by `make demo` and `make test`.

Standard library only, and written for any Python 3, because it has to say that a Python is too old.

    python3 tools/bootstrap.py --venv .venv [--extra dev] [--stamp FILE]

pip's own output goes to a log beside the environment; the terminal sees which large files are being
fetched and how long it has been. A failure ends with one sentence and exit code 2.
"""

import argparse
import os
import platform
import re
import subprocess
import sys
import threading
import time
from pathlib import Path

MINIMUM = (3, 11)
ROOT = Path(__file__).resolve().parent.parent
UNREACHABLE = re.compile(
    r"NewConnectionError|ConnectTimeoutError|NameResolutionError|ProxyError|ReadTimeoutError"
    r"|Could not find a version that satisfies the requirement hatchling"
)
DOWNLOADING = re.compile(r"^\s*Downloading (\S+?)(?:\.whl|\.tar\.gz)\S*\s+\(([\d.]+) ([kMG]B)\)")
DISK_FULL = "No space left on device"
# Lock files by extras, and what they are made for (`make lock`).
LOCKS = {(): "requirements.lock", ("dev",): "requirements-dev.lock"}
LOCKED_FOR = ("linux x86_64", "3.11")
# The step in which hatchling runs the build hook.
BUILDING = re.compile(r"^\s*Preparing editable metadata .*started")


class SetUpError(Exception):
    """End of the run; its text is the one sentence shown."""


class Progress:
    """Line that tells what is going on: rewritten on a terminal, now and then elsewhere.

    Args:
        every_s: How often a log that is not a terminal gets a sign of life, in seconds.
    """

    def __init__(self, every_s=20.0):
        """Start the clock."""
        self.text = ""
        self.start = time.monotonic()
        self.terminal = sys.stderr.isatty()
        self.every_s = 1.0 if self.terminal else every_s
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self):
        """Begin to tell the time."""
        self.thread.start()
        return self

    def __exit__(self, *_exc):
        """Print how long it took."""
        self.stopped.set()
        self.thread.join()
        if self.terminal:
            sys.stderr.write("\r\033[K")

    def say(self, text, lasting=False):
        """Show `text` as what is being done; `lasting` lines stay on the screen."""
        self.text = text
        if lasting and not self.terminal:
            self._draw()
        elif self.terminal:
            self._draw(end="\n" if lasting else "")

    def _draw(self, end=""):
        seconds = int(time.monotonic() - self.start)
        line = f"  {self.text} [{seconds // 60}:{seconds % 60:02d}]"
        sys.stderr.write(f"\r\033[K{line}{end}" if self.terminal else line + "\n")
        sys.stderr.flush()

    def _beat(self):
        while not self.stopped.wait(self.every_s):
            if self.text:
                self._draw()


def check_python():
    """Raise SetUpError if this Python is older than the project supports."""
    if sys.version_info < MINIMUM:
        wanted = ".".join(map(str, MINIMUM))
        raise SetUpError(
            f"{sys.executable} is Python {sys.version.split()[0]}, and GeoEngine needs {wanted} or newer: "
            f"run make with PYTHON=/path/to/python{wanted}."
        )


def make_venv(venv):
    """Create the virtual environment unless there is a working one; return its python."""
    python = venv / "bin" / "python"
    if (
        python.exists()
        and subprocess.run([str(python), "-m", "pip", "--version"], capture_output=True).returncode == 0
    ):
        return python
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(venv)], capture_output=True, text=True
    )
    if made.returncode != 0:
        raise SetUpError(
            f"{sys.executable} could not make a virtual environment in {venv}: install the venv module that goes "
            f"with it (on Debian and Ubuntu the package python3-venv)."
        )
    return python


def find_lock(extras):
    """Return the lock file for a set of extras and None, or None and the reason why there is none for this machine."""
    name = LOCKS.get(tuple(extras))
    if name is None or not (ROOT / name).is_file():
        return None, "there is no lock file for these extras"
    machine = "{} {}".format(sys.platform, platform.machine())
    version = ".".join(map(str, sys.version_info[:2]))
    if (machine, version) != LOCKED_FOR:
        return None, "{} is for Python {} on {}, and this is Python {} on {}".format(
            name, LOCKED_FOR[1], LOCKED_FOR[0], version, machine
        )
    return ROOT / name, None


def install(python, extras, log):
    """Install the project, editable, with `extras`; pip's output goes to the file `log`.

    The versions are those of the lock file, checked by their hashes. Where the lock does not fit (another Python or
    platform, a release or hash that the registry does not have), one sentence says so, and the ranges of
    pyproject.toml decide.

    Raises:
        SetUpError: pip failed; the sentence says whether the registry was the reason.
    """
    lock, reason = find_lock(extras)
    target = "{}[{}]".format(ROOT, ",".join(extras)) if extras else str(ROOT)
    with Progress() as progress, open(str(log), "w") as log_file:
        progress.say("installing Python packages", lasting=True)
        if lock is not None:
            code, output = run_pip(python, ["--require-hashes", "-r", str(lock)], log_file, progress)
            if code == 0:
                code, output = run_pip(python, ["--no-deps", "-e", str(ROOT)], log_file, progress)
                if code != 0:
                    raise SetUpError(reason_of(output, log))
                return
            if UNREACHABLE.search(output) or DISK_FULL in output:
                raise SetUpError(reason_of(output, log))
            reason = "pip could not install {} ({})".format(lock.name, last_error(output))
        progress.say("{}: using the ranges of pyproject.toml".format(reason), lasting=True)
        code, output = run_pip(python, ["-e", target], log_file, progress)
    if code != 0:
        raise SetUpError(reason_of(output, log))


def run_pip(python, arguments, log_file, progress):
    """Run one `pip install`, its output going to the log and, in short, to the terminal; return code and output."""
    command = [str(python), "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "-v"]
    # Byte-compiling everything takes longer than unpacking it, and most modules are never imported.
    command += ["--no-compile", *arguments]
    lines = []
    pip = subprocess.Popen(
        command,
        env=dict(os.environ, PYTHONUNBUFFERED="1"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        universal_newlines=True,
        errors="replace",
    )
    assert pip.stdout is not None
    for line in pip.stdout:
        log_file.write(line)
        lines.append(line)
        show(line, progress)
    return pip.wait(), "".join(lines)


def show(line, progress):
    """Show what a person wants to know of one line of pip's output."""
    fetched = DOWNLOADING.match(line)
    if fetched:
        name, size, unit = fetched.groups()
        name = "-".join(name.split("/")[-1].split("-")[:2])
        large = unit == "GB" or (unit == "MB" and float(size) >= 30)
        progress.say(f"fetching {name} ({size} {unit})", lasting=large)
    elif line.startswith("Installing collected packages"):
        progress.say("unpacking {} packages".format(line.count(",") + 1), lasting=True)
    elif BUILDING.match(line):
        progress.say("building the web client", lasting=True)


def reason_of(output, log):
    """Return the sentence for a failed pip run, from what it printed."""
    if UNREACHABLE.search(output):
        return (
            "The Python package registry could not be reached: check the network, or the proxy and index that pip is "
            f"set up with ('pip config list'), then run make again ({log} has pip's own words)."
        )
    if DISK_FULL in output:
        return f"The disk is full: the environment at {log.parent} takes several gigabytes."
    return f"pip could not install the project ({last_error(output)}); {log} has the whole story."


def last_error(output):
    """Return the last error that pip printed."""
    errors = [line.strip() for line in output.splitlines() if re.match(r"\s*(ERROR|error):", line)]
    return errors[-1] if errors else "no reason given"


def main(arguments=None):
    """Run the set-up; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--venv", type=Path, default=ROOT / ".venv")
    parser.add_argument(
        "--extra", action="append", default=[], help="an optional dependency set, such as dev"
    )
    parser.add_argument(
        "--stamp", type=Path, action="append", default=[], help="files touched when all went well"
    )
    options = parser.parse_args(arguments)
    try:
        check_python()
        python = make_venv(options.venv)
        install(python, options.extra, options.venv.resolve() / "install.log")
    except SetUpError as fault:
        print(fault, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Stopped; run make again to go on.", file=sys.stderr)
        return 130
    for stamp in options.stamp:
        stamp.touch()
    return 0


if __name__ == "__main__":
    sys.exit(main())
