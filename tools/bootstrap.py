"""Make `.venv` ready to run Pentimento; does nothing when it already is. Standard library only."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / "installed"
TORCH = "torch==2.13.0"
STUDIO = ROOT / "tools" / "studio.py"
CLIENTS = ROOT / "tests" / "clients"
CPU_INDEX = "https://download.pytorch.org/whl/cpu"


def main() -> None:
    if sys.version_info < (3, 11):
        sys.exit(f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}.\nInstall one and run make again.")
    wanted = fingerprint()
    if not (STAMP.exists() and STAMP.read_text() == wanted):
        install()
        STAMP.write_text(wanted)
    subprocess.run([PYTHON, STUDIO, "try"])


def install() -> None:
    print("Installing into .venv (once; a few minutes) …", flush=True)
    if not PYTHON.exists():
        run(sys.executable, "-m", "venv", str(VENV))
    install_torch()
    pip(
        "install", "-c", "constraints.txt", "-e", ".[dev]", PENTIMENTO_STUDIO="none"
    )  # built afterwards, may fail alone
    pip("install", "-c", "constraints.txt", "--no-deps", "spandrel")  # it asks for torchvision, and runs without
    install_clients()


def fingerprint() -> str:
    files = [ROOT / "pyproject.toml", ROOT / "constraints.txt", CLIENTS / "package-lock.json", Path(__file__)]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def install_torch() -> None:
    """The CPU build, or the CUDA build where there is an NVIDIA driver; never CUDA by accident.

    TORCH_SPEC in the environment overrides the choice.
    """
    if subprocess.run([PYTHON, "-c", "import torch"], capture_output=True).returncode == 0:
        return
    if spec := os.environ.get("TORCH_SPEC"):
        pip("install", spec)
    elif has_nvidia_driver() or would_install(TORCH).endswith("+cpu"):
        pip("install", TORCH)
    elif would_install(TORCH, "--index-url", CPU_INDEX).endswith("+cpu"):
        pip("install", TORCH, "--index-url", CPU_INDEX)
    else:
        sys.exit(f"No CPU build of {TORCH} was found.\nSet TORCH_SPEC to the requirement or wheel to install instead.")


def install_clients() -> None:
    """The clients from npm that tests let loose on a server; without npm those tests are skipped, and say so."""
    npm = shutil.which("npm")
    command = [npm or "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent", "--fetch-retries=1"]
    if npm is None or subprocess.run(command, cwd=CLIENTS).returncode != 0:
        print("The clients from npm could not be installed; tests/clients will say what is skipped.", flush=True)


def has_nvidia_driver() -> bool:
    if Path("/dev/nvidia0").exists():
        return True
    found = shutil.which("nvidia-smi")
    return found is not None and subprocess.run([found], capture_output=True).returncode == 0


def would_install(*requirement: str) -> str:
    """The version pip would choose, or nothing when it finds none."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [PYTHON, "-m", "pip", "install", "-q", "--dry-run", "--no-deps", "--report", report, *requirement]
        if subprocess.run(command, capture_output=True).returncode != 0:
            return ""
        return json.loads(report.read_text())["install"][0]["metadata"]["version"]


def pip(*arguments: str, **environment: str) -> None:
    verb, *rest = arguments
    run(str(PYTHON), "-m", "pip", verb, "-q", *rest, **environment)


def run(*command: str, **environment: str) -> None:
    try:
        subprocess.run(command, cwd=ROOT, check=True, env=os.environ | environment)
    except subprocess.CalledProcessError as failed:
        sys.exit(f"Installation stopped: {' '.join(map(str, failed.cmd))} exited with {failed.returncode}.")


if __name__ == "__main__":
    main()
