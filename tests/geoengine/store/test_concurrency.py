"""Several clients, killed processes and full disks: nothing that was answered is lost, nothing is half there."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from shapely import box

from geoengine.errors import StoreError
from geoengine.model import (
    Changeset,
    ChangesetResult,
    CreateFeature,
    DeleteFeature,
    Edit,
    Feature,
    FeatureState,
    RestoreFeature,
    Scene,
    UpdateFeature,
    new_uid,
)
from geoengine.project import Project
from geoengine.store import Store
from geoengine.store.errors import ConflictError
from tests.support.views import read

pytestmark = [pytest.mark.slow, pytest.mark.processes]


class Client:
    """An analyst's browser: it sees features as they were when it last heard of them."""

    def __init__(self, store: Store, scene: Scene, name: str, draw: random.Random) -> None:
        self.store, self.scene, self.name, self.draw = store, scene, name, draw
        self.seen: dict[str, Feature] = {}
        self.answered: list[Feature] = []
        self.conflicts = 0

    def look(self) -> None:
        page = read(self.store).features(self.scene.id, include_deleted=True)
        self.seen = {feature.uid: feature for feature in page.features}

    def act(self) -> None:
        changeset = Changeset(new_uid(), self.scene.id, self.name, (self._edit(),))
        try:
            result = self.store.commit(changeset)
        except ConflictError as error:
            self.conflicts += 1
            for conflict in error.conflicts:
                self.seen[conflict.uid] = conflict.current
            return
        if self.draw.random() < 0.2:  # the answer was lost on its way: the client sends again
            again = self.store.commit(changeset)
            assert again.replayed
            # Of what somebody else had decided alike, the answer is the feature as it is now.
            if result.features[0].author == self.name:
                assert again.features == result.features
        self._heard(result)

    def _heard(self, result: ChangesetResult) -> None:
        self.answered.extend(result.features)
        self.seen.update((feature.uid, feature) for feature in result.features)

    def _edit(self) -> Edit:
        if not self.seen or self.draw.random() < 0.2:
            return CreateFeature(new_uid(), "tree", box(0, 0, 1, 1))
        feature = self.seen[self.draw.choice(sorted(self.seen))]
        if feature.deleted:
            return RestoreFeature(feature.uid, feature.revision, class_key="tree")
        return self.draw.choice(
            [
                UpdateFeature(feature.uid, feature.revision, state=self.draw.choice(list(FeatureState))),
                UpdateFeature(feature.uid, feature.revision, geometry=box(0, 0, self.draw.random() + 1, 2)),
                DeleteFeature(feature.uid, feature.revision),
            ]
        )


def check_nothing_lost(store: Store, scene: Scene, clients: list[Client]) -> None:
    """Every answered edit is a step of history, each step follows the one its author had seen."""
    answered: dict[tuple[str, int], Feature] = {}
    for feature in (feature for client in clients for feature in client.answered):
        # Who decides what somebody else has decided alike is answered with that.
        assert answered.setdefault((feature.uid, feature.revision), feature) == feature
    kept = 0
    for feature in read(store).features(scene.id, include_deleted=True).features:
        history = read(store).history(feature.uid)
        assert [step.revision for step in history] == list(range(1, len(history) + 1))
        assert history[-1].feature == feature
        for step in history:
            assert answered[step.feature.uid, step.revision] == step.feature
            kept += 1
    assert kept == len(answered)


def check_index(path: Path) -> None:
    """The database is sound, and its spatial index holds the live features and no other."""
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    live = connection.execute("SELECT id FROM features WHERE NOT deleted ORDER BY id").fetchall()
    assert connection.execute("SELECT id FROM features_rtree ORDER BY id").fetchall() == live
    connection.close()


def test_200_random_interleavings_of_two_clients_lose_none(
    store: Store, add_scene: Callable[..., Scene]
) -> None:
    conflicts = 0
    for seed in range(200):
        draw = random.Random(seed)
        scene = add_scene(f"scene-{seed}")
        clients = [Client(store, scene, name, draw) for name in ("ana", "bo")]
        for _ in range(14):
            client = draw.choice(clients)
            if draw.random() < 0.2:
                client.look()
            client.act()
        check_nothing_lost(store, scene, clients)
        conflicts += sum(client.conflicts for client in clients)
    assert conflicts > 50  # or the clients never met
    check_index(store.path)


def test_threads_share_a_store(store: Store, scene: Scene) -> None:
    clients = [Client(store, scene, f"client-{number}", random.Random(number)) for number in range(6)]
    errors: list[BaseException] = []

    def work(client: Client) -> None:
        try:
            for _ in range(15):
                client.look()
                client.act()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    check_nothing_lost(store, scene, clients)
    check_index(store.path)


def test_two_stores_on_one_file_wait_for_each_other(project: Project, store: Store, scene: Scene) -> None:
    with project.store() as other:
        clients = [
            Client(each, scene, name, random.Random(name)) for each, name in ((store, "a"), (other, "b"))
        ]

        def work(client: Client) -> None:
            for _ in range(20):
                client.look()
                client.act()

        threads = [threading.Thread(target=work, args=(client,)) for client in clients]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        check_nothing_lost(store, scene, clients)


COMMITTER = """
import sys
from shapely import box
from geoengine.model import Changeset, CreateFeature, FeatureState, UpdateFeature, new_uid
from geoengine.project import Project

with Project.open(sys.argv[1]).store() as store:
    previous = None
    while True:
        token = new_uid()
        edits = [CreateFeature(new_uid(), "tree", box(0, 0, 1, 1)) for _ in range(20)]
        if previous:
            edits += [UpdateFeature(f.uid, f.revision, state=FeatureState.REJECTED) for f in previous]
        result = store.commit(Changeset(token, 1, "ana", tuple(edits)))
        previous = result.features[:20]
        print(token, result.id, len(edits), flush=True)
"""


@pytest.mark.parametrize("delay_s", [0.05, 0.2, 0.4])
def test_kill_9_in_the_middle_of_commits(
    project: Project, store: Store, scene: Scene, delay_s: float
) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", COMMITTER, str(project.directory)], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    first = child.stdout.readline()
    time.sleep(delay_s)
    child.send_signal(signal.SIGKILL)
    lines = [first, *child.stdout.read().splitlines(keepends=True)]
    child.wait(timeout=30)
    answered = [line.split() for line in lines if line.endswith("\n")]
    assert answered
    connection = sqlite3.connect(store.path)
    there = dict(connection.execute("SELECT token, id FROM changesets"))
    sizes = dict(connection.execute("SELECT changeset_id, count(*) FROM revisions GROUP BY changeset_id"))
    connection.close()
    for token, number, edits in answered:
        assert there[token] == int(number)
        assert sizes[int(number)] == int(edits)
    assert len(there) - len(answered) in (0, 1)  # perhaps one more that the child could not tell about
    assert set(sizes.values()) <= {20, 40}
    check_index(store.path)
    store.commit(Changeset(new_uid(), scene.id, "bo", (CreateFeature(new_uid(), "tree", box(0, 0, 1, 1)),)))


FILLER = """
import resource, sys
from shapely import box
from geoengine.errors import StoreError
from geoengine.model import Changeset, CreateFeature, new_uid
from geoengine.project import Project

project = Project.open(sys.argv[1])
with project.store() as store:
    limit = 1_000_000
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    kept = 0
    try:
        for _ in range(1000):
            edits = tuple(CreateFeature(new_uid(), "tree", box(0, 0, 1, 1)) for _ in range(500))
            store.commit(Changeset(new_uid(), 1, "ana", edits))
            kept += len(edits)
    except StoreError as error:
        print(kept, error, flush=True)
    with store.reading() as view:
        print(view.features(1).total, flush=True)
"""


def test_a_full_disk_is_one_sentence_and_loses_nothing(project: Project, store: Store, scene: Scene) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FILLER, str(project.directory)], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    refused, total = done.stdout.splitlines()
    kept, sentence = refused.split(" ", 1)
    assert sentence.startswith("database ")
    assert sentence.endswith("; nothing was changed")
    assert int(total) == int(kept) == read(store).features(scene.id).total
    check_index(store.path)
    store.commit(Changeset(new_uid(), scene.id, "bo", (CreateFeature(new_uid(), "tree", box(0, 0, 1, 1)),)))


def test_a_locked_database_is_one_sentence(project: Project, scene: Scene) -> None:
    blocker = sqlite3.connect(project.database_path, isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    with Store.open(project.database_path, busy_timeout_s=0.1) as other:
        assert read(other).features(scene.id).total == 0  # readers do not wait
        with pytest.raises(StoreError, match="database is locked; nothing was changed"):
            other.put_classes(read(other).classes())
    blocker.close()


def test_a_commit_takes_milliseconds(store: Store, scene: Scene) -> None:
    uid = new_uid()
    store.commit(Changeset(new_uid(), scene.id, "ana", (CreateFeature(uid, "tree", box(0, 0, 1, 1)),)))
    took = []
    for revision in range(1, 40):
        begun = time.thread_time()  # processor time: what a disk takes to sync is its own affair
        edit = UpdateFeature(uid, revision, state=FeatureState.ACCEPTED)
        store.commit(Changeset(new_uid(), scene.id, "ana", (edit,)))
        took.append(time.thread_time() - begun)
    assert sorted(took)[len(took) // 2] < 0.020
