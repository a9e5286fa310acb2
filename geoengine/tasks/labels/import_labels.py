"""Import of labels: a three-way merge of an edited file with the project, over all scenes it touches."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from geoengine.exchange.geojson import ImportedFeature, Problem
from geoengine.exchange.geojson.reader import LabelFile
from geoengine.garbage import few_collections
from geoengine.model import DeleteFeature, Edit, Feature, Scene
from geoengine.project import Project
from geoengine.store import Store
from geoengine.tasks.labels.edit_spool import EditSpool
from geoengine.tasks.labels.edited_file import EditedFile
from geoengine.tasks.labels.import_fit import ClassFit, split_notes
from geoengine.tasks.labels.import_merge import (
    Decision,
    ProjectFeature,
    are_moved,
    created,
    main_piece,
    merged,
)
from geoengine.tasks.labels.import_names import ImportNames, Standing
from geoengine.tasks.labels.import_options import ImportOptions, ImportReport, reading_rules
from geoengine.tasks.labels.import_scenes import ScenePlacer, check_targets
from geoengine.tasks.labels.write_labels import write_labels
from tiling.class_names import plain
from tiling.progress import Progress

log = logging.getLogger(__name__)

# Shares of the time of an import: reading the file, writing the database; the label files are the rest.
_READ, _WRITTEN = 0.5, 0.85


def import_labels(
    project: Project,
    store: Store,
    scenes: Sequence[Scene],
    path: Path,
    options: ImportOptions,
    *,
    is_named: bool = True,
    progress: Progress | None = None,
) -> ImportReport:
    """Bring the labels of a file into the project, as one changeset for each scene.

    The same file twice is in the project once: a feature without a uid is named after its geometry (`ImportNames`).
    One whose uid the project has is merged by the revision that the file says: what only the file changed goes in, what
    only the project changed stays, what both changed is a problem. What does not fit its class is one, too.

    Args:
        project: The project; the label files of the scenes are rewritten.
        store: Its store.
        scenes: Where the labels may go; those that miss all of them are problems.
        path: The file, of a format that `open_vector_file` opens.
        options: How it is read.
        is_named: True where the user named the scenes: a label goes into each that it lies in. Else it goes into its
            own scene, or the one that shows most of it.
        progress: Told of the share that is done.

    Raises:
        ExchangeError: The file as a whole cannot be read.
        StoreError: The database cannot be written; nothing went in.
    """
    check_targets(scenes)
    with few_collections():
        run = _Import(store, scenes, path, options, is_named, progress or (lambda share: None))
        try:
            run.decide()
            changesets = run.write(f"import of {path.name}")
        finally:
            for spool in run.spools.values():
                spool.close()
        for number, scene in enumerate(scene for scene in scenes if scene.key in changesets):
            _write_back(project, store, scene)
            run.progress(_WRITTEN + (1 - _WRITTEN) * (number + 1) / len(changesets))
    return run.report(changesets)


class _Import:
    """One run: decisions first, without a lock on the database, then the edits at once."""

    def __init__(
        self,
        store: Store,
        scenes: Sequence[Scene],
        path: Path,
        options: ImportOptions,
        is_named: bool,
        progress: Progress,
    ) -> None:
        self.progress = progress
        self._store, self._scenes, self._options = store, scenes, options
        with store.reading() as view:
            classes = view.classes()
        rules = reading_rules(options, classes)
        self._fit = ClassFit(classes)
        self._file = LabelFile.open(path, rules, options.layer)
        self._placer = ScenePlacer(self._file, scenes, is_named)
        self.spools = {scene.id: EditSpool() for scene in scenes}
        self._problems: list[Problem] = []
        self._counts = dict.fromkeys(("added", "changed", "deleted", "known", "newer"), 0)
        self._names = ImportNames(store)
        self._edited = EditedFile(self._file.member)
        self._kept = 0
        self._notes: list[str] = []

    def decide(self) -> None:
        """Read the file and spool the edits."""
        repeated = self._file.source.repeated_uids()
        pieces: list[ImportedFeature] = []
        count = max(1, self._file.source.count)
        for chunk in self._file.chunks(self._problems, is_planar=self._placer.is_planar):
            pieces.extend(feature for feature in chunk if feature.uid in repeated)
            self._decide([feature for feature in chunk if feature.uid not in repeated])
            if chunk:
                self.progress(_READ * min(1.0, (chunk[-1].index + 1) / count))
        self._decide(pieces)
        self._look_for_deletions()
        if not any(self._counts.values()):
            hint = self._placer.hint()
            self._notes.extend([hint] if hint else [])

    def write(self, comment: str) -> dict[str, int]:
        """Write the spooled edits; return the changesets by scene."""
        total = max(1, sum(spool.count for spool in self.spools.values()))
        done = 0
        changesets: dict[str, int] = {}
        for scene in self._scenes:
            spool = self.spools[scene.id]
            indices: dict[str, int] = {}

            def parts(spool: EditSpool = spool, indices: dict[str, int] = indices) -> Iterator[list[Edit]]:
                nonlocal done
                for numbers, edits in spool.parts():
                    indices.update(zip((edit.uid for edit in edits), numbers, strict=True))
                    yield edits
                    done += len(edits)
                    self.progress(_READ + (_WRITTEN - _READ) * done / total)

            if not spool.count:
                continue
            result = self._store.apply_edits(
                scene.id, parts(), token=uuid.uuid4().hex, author=self._options.author, comment=comment
            )
            for conflict in result.conflicts:
                kind = "added" if conflict.base_revision == 0 else "changed"
                self._counts[kind] -= 1
                reason = "was changed in the project during the import; run it again"
                self._problems.append(Problem(indices[conflict.uid], conflict.uid, reason))
            if result.id is not None:
                changesets[scene.key] = result.id
        return changesets

    def report(self, changesets: dict[str, int]) -> ImportReport:
        """Return the result."""
        used = {plain(name) for name in (*self._file.used, *self._file.unknown)}
        idle = [name for name in self._options.renamed if plain(name) not in used]
        if idle:
            self._notes.append(f"no feature has the class {', '.join(map(repr, idle))} that --map names")
        self._problems.sort(key=lambda problem: problem.index)
        return ImportReport(
            self._file.source.format,
            self._counts["added"],
            self._counts["changed"],
            self._counts["deleted"],
            self._counts["known"],
            self._counts["newer"],
            self._file.repaired,
            tuple(self._problems),
            changesets,
            self._file.unknown,
            (*self._file.source.notes, *split_notes(self._file.split), *self._fit.notes(), *self._notes),
            self._kept if self._options.deletions else 0,
        )

    def _decide(self, features: list[ImportedFeature]) -> None:
        """Place some features and decide about them; all pieces of a uid are among them."""
        if not features:
            return
        uids = list({feature.uid for feature in features if feature.uid is not None})
        with self._store.reading() as view:
            heads = view.heads(uids)
            owners = {uid: head.scene_id for uid, head in heads.items()}
            placed = self._fit.fit(self._placer.place(features, owners, self._problems), self._problems)
            wanted = {
                feature.uid: feature.revision
                for _, feature in placed
                if feature.uid in heads
                and feature.revision is not None
                and feature.revision < heads[feature.uid].revision
            }
            bases = view.revisions({uid: revision for uid, revision in wanted.items() if uid is not None})
        for scene in self._scenes:
            mine = [feature for where, feature in placed if where.id == scene.id]
            if mine:
                self._decide_in(scene, mine, heads, bases)

    def _decide_in(
        self,
        scene: Scene,
        features: list[ImportedFeature],
        heads: Mapping[str, Feature],
        bases: Mapping[str, Feature],
    ) -> None:
        """Decide about labels in a scene: those whose uid it has are merged, the others are new."""
        new: list[tuple[ImportedFeature, str | None]] = []
        groups: dict[str, list[ImportedFeature]] = {}
        for feature in features:
            if feature.uid is None:
                new.append((feature, None))
            else:
                groups.setdefault(feature.uid, []).append(feature)
        here = [uid for uid in groups if uid in heads and heads[uid].scene_id == scene.id]
        alone = [uid for uid in here if len(groups[uid]) == 1]
        outlines = [heads[uid].geometry for uid in alone], [groups[uid][0].geometry for uid in alone]
        is_moved = dict(zip(alone, are_moved(*outlines, scene.grid), strict=True)) if alone else {}
        for uid, pieces in groups.items():
            if uid not in here:
                main = main_piece(pieces, None, scene.grid) if len(pieces) > 1 else 0
                own = pieces[0].uid if uid not in heads else None  # another scene has it
                new.extend((piece, own if n == main else None) for n, piece in enumerate(pieces))
                continue
            known = ProjectFeature.of(pieces[0], heads[uid], bases.get(uid))
            self._edited.note(scene, known)
            main = main_piece(pieces, known, scene.grid) if len(pieces) > 1 else 0
            decision = merged(
                pieces[main],
                known,
                self._options.state,
                scene.grid,
                self._file.source.typed,
                is_moved.get(uid),
            )
            self._take(scene, decision, heads[uid])
            for piece in (piece for n, piece in enumerate(pieces) if n != main):
                if decision.problem is None:
                    new.append((piece, None))
                else:
                    self._problems.append(Problem(piece.index, uid, decision.problem))
        self._create(scene, new)

    def _take(self, scene: Scene, decision: Decision, head: Feature) -> None:
        feature = decision.feature
        if decision.problem is not None:
            self._problems.append(Problem(feature.index, feature.uid, decision.problem))
        elif decision.edit is not None:
            self._counts["changed"] += 1
            self.spools[scene.id].add(feature.index, self._fit.held(decision.edit, head, feature))
        else:
            self._counts["known"] += 1
            self._counts["newer"] += decision.is_newer

    def _create(self, scene: Scene, new: list[tuple[ImportedFeature, str | None]]) -> None:
        """Spool labels that the project lacks, with their own uids or those derived from their geometries."""
        if not new:
            return
        labels, own = [feature for feature, _ in new], [uid for _, uid in new]
        for feature, uid in zip(labels, self._names.find(scene, labels, own), strict=True):
            if uid is Standing.KNOWN:
                self._counts["known"] += 1
            elif isinstance(uid, Standing):
                self._problems.append(Problem(feature.index, None, uid.value))
            else:
                self._counts["added"] += 1
                self.spools[scene.id].add(feature.index, created(feature, uid, self._options.state))

    def _look_for_deletions(self) -> None:
        """Spool the deletion of objects that the file lacks, or count them."""
        named = {problem.id for problem in self._problems if problem.id is not None}
        missing = 0
        with self._store.reading() as view:
            for scene in self._scenes:
                for feature, was_held in self._edited.missing(view, scene, named):
                    if not was_held:
                        self._kept += 1
                    elif self._options.deletions:
                        self._counts["deleted"] += 1
                        self.spools[scene.id].add(-1, DeleteFeature(feature.uid, feature.revision))
                    else:
                        missing += 1
        self._notes += self._edited.notes(missing, self._kept, self._options.deletions)


def _write_back(project: Project, store: Store, scene: Scene) -> None:
    """Rewrite the scene's label file; a failure is a warning, for the labels are safe in the store."""
    try:
        write_labels(project, store, scene)
    except OSError as error:
        log.warning(
            "the labels went in, but %s could not be rewritten (%s); geoengine serve does it when it starts",
            project.labels_path(scene.key),
            error.strerror or error,
        )
