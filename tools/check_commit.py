"""Check of a commit message: an imperative subject of at most 72 characters, a blank line, and a body that says why.

    python tools/check_commit.py .git/COMMIT_EDITMSG

It is the hook `commit-msg` of .pre-commit-config.yaml.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

LONGEST_SUBJECT, LONGEST_LINE = 72, 100
# Endings of a first word that is no imperative: "Added", "Adding", "Adds".
NOT_IMPERATIVE = re.compile(r"(ed|ing|[^s]s)$")
IMPERATIVE = {
    "Address",
    "Bring",
    "Embed",
    "Feed",
    "Need",
    "Process",
    "Speed",
    "Focus",
    "Seed",
    "Shed",
    "Alias",
    "Canvas",
}
WITHOUT_BODY = ("Merge ", "Revert ", "fixup! ", "squash! ")


def problems(message: str) -> list[str]:
    """Return what is wrong with a commit message, one sentence each; comment lines are left out."""
    lines = [line.rstrip() for line in message.splitlines() if not line.startswith("#")]
    while lines and not lines[-1]:
        lines.pop()
    if not lines:
        return ["The message is empty."]
    subject, body = lines[0], lines[1:]
    if subject.startswith(WITHOUT_BODY):
        return []
    found = []
    if len(subject) > LONGEST_SUBJECT:
        found.append(f"The subject has {len(subject)} characters, and at most {LONGEST_SUBJECT} are allowed.")
    if subject.endswith("."):
        found.append("The subject ends in a period.")
    word = subject.split(" ")[0]
    if not word[:1].isupper():
        found.append(f"The subject starts with {word!r}, and a capital letter is expected.")
    elif not word.isalpha() or (NOT_IMPERATIVE.search(word) and word not in IMPERATIVE):
        found.append(
            f"The subject starts with {word!r}, and a verb in the imperative is expected, as in 'Add'."
        )
    if body and body[0]:
        found.append("The second line is not blank.")
    if not any(body):
        found.append("There is no body that says why.")
    found += [
        f"A line of the body has {len(line)} characters, and at most {LONGEST_LINE} are allowed."
        for line in body
        if len(line) > LONGEST_LINE and " " in line
    ]
    return found


def main(arguments: list[str]) -> int:
    """Check the message in a file; return the exit code."""
    if len(arguments) != 1:
        print("usage: python tools/check_commit.py FILE", file=sys.stderr)
        return 2
    found = problems(Path(arguments[0]).read_text())
    print("\n".join(found), end="\n" if found else "", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
