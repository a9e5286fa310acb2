"""Pre-labeling of many scenes by a Slurm cluster on this one machine, with a worker killed and a node drained.

    python benchmarks/slurm.py RASTER [--scenes 40] [--keep FOLDER]

Starts munge, slurmctld and three nodes of one core each (slurmd) from a temporary folder, as this user; nothing of the
machine's own Slurm is touched. Cuts scenes from the raster, every tenth of two blocks, and copies one project twice:
one copy is pre-labelled by this machine alone, the other by the recipe of docs/cluster.md, taken from there, with two
workers. After a fifth of the scenes every process of a worker's job is killed; after half of them a node is
drained and its job cancelled, so that the third node must take over. Prints the seconds and the Slurm jobs of both, and
fails unless every label file is the same to the last byte.
"""

from __future__ import annotations

import argparse
import getpass
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import rasterio
from children import GEOENGINE, output
from rasterio.windows import Window

from detectors.model_package.registry import Registry
from geoengine.project import Project
from geoengine.tasks.prelabel.partners import find_partners, with_min_scores
from geoengine.tasks.prelabel.plan import plan_scene
from geoengine.tasks.prelabel.settings import PrelabelSettings

RECIPES = Path(__file__).parents[1] / "docs/cluster.md"
PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "sinfo", "squeue", "scancel", "scontrol")
SIDE_PX, BLOCKS_SIDE_PX = 1024, 4096
NODES, WORKERS = 3, 2

# What the recipe says for a cluster with GPUs, and what it is on this machine; each is there once.
CHANGED = {
    'queue="gpu"': 'queue="all"',
    'memory="16GB"': 'memory="4GB"',
    "job_cpu=4": "job_cpu=1",
    '"--gres=gpu:1"': '"--comment=here"',
    '"--resources", "GPU=1", ': "",
    'interface="ib0"': 'interface="lo"',
    "NODES = 64": f"NODES = {WORKERS}",
    '"/local/town"': "sys.argv[1]",
    '"cuda"': '"cpu"',
    "from dask_jobqueue": "import sys\nfrom dask_jobqueue",
}

CONF = """
ClusterName=here
SlurmctldHost={host}(127.0.0.1)
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket={folder}/munge.socket
SlurmctldPort={ports[0]}
SlurmctldPidFile={folder}/slurmctld.pid
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool-%n
SlurmdPidFile={folder}/slurmd-%n.pid
SlurmdParameters=config_overrides
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SwitchType=switch/none
MpiDefault=none
ReturnToService=2
{nodes}
PartitionName=all Nodes=ALL Default=YES State=UP
"""


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("raster", type=Path)
    parser.add_argument("--scenes", type=int, default=40)
    parser.add_argument("--keep", type=Path, help="work in this folder, which must not exist, and keep it")
    options = parser.parse_args()
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if missing:
        sys.exit(
            f"{', '.join(missing)} not found, expected Slurm and munge (Debian: apt install munge slurmctld slurmd "
            "slurm-client)"
        )
    with ExitStack() as stack:
        folder = options.keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="slurm-")))
        folder.mkdir(parents=True, exist_ok=not options.keep)
        blocks = projects(options.raster, options.scenes, folder)
        began = time.perf_counter()
        output([*GEOENGINE, "prelabel", "-p", folder / "alone"])
        alone_s = time.perf_counter() - began
        stack.enter_context(slurm(folder))
        began = time.perf_counter()
        events = cluster_run(folder, options.scenes)
        cluster_s = time.perf_counter() - began
        other = different(folder / "alone/labels", folder / "cluster/labels")
        print(
            json.dumps(
                {
                    "scenes": options.scenes,
                    "blocks": blocks,
                    "alone_s": round(alone_s, 1),
                    "cluster_s": round(cluster_s, 1),
                    "events": events,
                    "different_label_files": other,
                }
            )
        )
        sys.exit(1 if other else 0)


def projects(raster: Path, scenes: int, folder: Path) -> int:
    """Make the projects `alone` and `cluster`, the same to the last byte; return the number of their blocks."""
    (folder / "in").mkdir()
    with rasterio.open(raster) as source:
        for number in range(scenes):
            width = min(SIDE_PX if number % 10 else BLOCKS_SIDE_PX, source.width)
            height = min(SIDE_PX, source.height)
            col, row = number * 997 % (source.width - width + 1), number * 613 % (source.height - height + 1)
            window = Window(col, row, width, height)
            profile = {**source.profile, "width": width, "height": height, "compress": "deflate"}
            profile["transform"] = source.window_transform(window)
            profile.pop("photometric", None)
            with rasterio.open(folder / f"in/part{number:03}.tif", "w", **profile) as target:
                target.write(source.read(window=window))
    output([*GEOENGINE, "init", folder / "alone", "--class", "building:d55e00", "--class", "tree:009e73"])
    output([*GEOENGINE, "add", "-p", folder / "alone", folder / "in"])
    project, settings = Project.open(folder / "alone"), PrelabelSettings()
    blocks = 0
    # Label files carry the times of the jobs, which are recorded here for both.
    with project.store() as store:
        package = Registry(project.models_dir).get("overhead")
        partners = find_partners(store, package.card, settings)
        package = with_min_scores(package, partners, settings)
        with store.reading() as view:
            found = view.scenes()
        for scene in found:
            blocks += len(plan_scene(project, store, scene, package, partners, settings).blocks)
    shutil.copytree(folder / "alone", folder / "cluster")
    return blocks


@contextmanager
def slurm(folder: Path) -> Iterator[None]:
    """Run a Slurm of three nodes of one core from the folder; its commands find it by `SLURM_CONF`."""
    for name in ("state", *(f"spool-n{number}" for number in range(1, NODES + 1))):
        (folder / name).mkdir()
    folder.chmod(0o711)
    (folder / "munge.key").write_bytes(os.urandom(1024))
    (folder / "munge.key").chmod(0o600)
    host, ports = socket.gethostname().split(".")[0], free_ports(NODES + 1)
    nodes = "\n".join(
        f"NodeName=n{number} NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[number]} CPUs=1 RealMemory=5000"
        for number in range(1, NODES + 1)
    )
    conf = folder / "slurm.conf"
    conf.write_text(CONF.format(host=host, user=getpass.getuser(), folder=folder, ports=ports, nodes=nodes))
    os.environ["SLURM_CONF"] = str(conf)
    files = {
        "key-file": "munge.key",
        "socket": "munge.socket",
        "pid-file": "munge.pid",
        "seed-file": "munge.seed",
    }
    commands: list[list[object]] = [
        ["munged", "--foreground", "--force", *(f"--{key}={folder / name}" for key, name in files.items())],
        ["slurmctld", "-D", "-c"],
    ]
    commands += [["slurmd", "-D", "-N", f"n{number}"] for number in range(1, NODES + 1)]
    running = []
    try:
        with (folder / "daemons.log").open("wb") as log:
            for command in commands:
                running.append(subprocess.Popen(list(map(str, command)), stdout=log, stderr=log))
                time.sleep(1)  # a controller without munge ends at once
        while output(["sinfo", "-h", "-N", "-o", "%T"]).split() != ["idle"] * NODES:
            if any(process.poll() is not None for process in running):
                sys.exit(f"Slurm did not start:\n{(folder / 'daemons.log').read_text()[-1500:]}")
            time.sleep(1)
        yield
    finally:
        subprocess.run(["scancel", "-p", "all"], check=False)
        for process in reversed(running):
            process.terminate()
            process.wait()


def cluster_run(folder: Path, scenes: int) -> list[str]:
    """Pre-label the project `cluster` by the recipe, disturb it, and return what was done to it and its jobs."""
    script = folder / "prelabel_slurm.py"
    script.write_text(recipe())
    events: list[str] = []
    finished = 0
    with (folder / "recipe.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, script, folder / "cluster"],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            cwd=folder,
        )
        assert process.stdout is not None
        for line in process.stdout:
            finished += bool(re.search(r": [\d,]+ proposals?", line))
            if not events and finished >= scenes / 5:
                job, node = running_jobs()[0]
                kill(job)
                events.append(f"after {finished} scenes job {job} on {node} killed")
            elif len(events) == 1 and finished >= scenes / 2 and len(running_jobs()) == WORKERS:
                job, node = running_jobs()[0]
                output(["scontrol", "update", f"nodename={node}", "state=drain", "reason=benchmark"])
                output(["scancel", job])
                events.append(f"after {finished} scenes {node} drained and job {job} on it cancelled")
        if process.wait():
            sys.exit(
                f"the recipe ended with {process.returncode}:\n{(folder / 'recipe.log').read_text()[-1500:]}"
            )
    if len(events) < 2:
        sys.exit(f"only {events} was done before the end, expected two events: more scenes are needed")
    return [*events, f"{len(list(folder.glob('slurm-*.out')))} jobs in all"]


def recipe() -> str:
    """Return the recipe of docs/cluster.md, changed where this machine is no cluster with GPUs."""
    found = re.search(r"`prelabel_slurm\.py`:\n\n((?:    .*\n|\n)+)", RECIPES.read_text())
    assert found is not None, f"{RECIPES} has no recipe for Slurm"
    text = re.sub(r"^    ", "", found[1].split("    python prelabel_slurm.py")[0], flags=re.M)
    for there, here in CHANGED.items():
        assert text.count(there) == 1, f"the recipe has {there} {text.count(there)} times, expected once"
        text = text.replace(there, here)
    return text


def running_jobs() -> list[tuple[str, str]]:
    """Return the running jobs and their nodes, the newest first."""
    lines = output(["squeue", "-h", "-t", "R", "-o", "%i %N", "--sort=-i"]).splitlines()
    return [(line.split()[0], line.split()[1]) for line in lines]


def kill(job: str) -> None:
    """Kill every process of a job; `scancel --signal=KILL` would let them end in order."""
    wanted = {f"SLURM_JOB_ID={job}", f"SLURM_CONF={os.environ['SLURM_CONF']}"}
    for path in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):  # another's, or ended meanwhile
            if wanted <= set(path.read_text(errors="replace").split("\0")):
                os.kill(int(path.parent.name), signal.SIGKILL)


def free_ports(count: int) -> list[int]:
    """Return ports that nobody listens on."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def different(one: Path, other: Path) -> list[str]:
    """Return the names of the files that are not the same to the last byte in both folders."""
    names = {path.name for folder in (one, other) for path in folder.iterdir()}
    return sorted(
        name
        for name in names
        if not all((folder / name).is_file() for folder in (one, other))
        or (one / name).read_bytes() != (other / name).read_bytes()
    )


if __name__ == "__main__":
    main()
