"""Checks a log that Seriatim has written, without Seriatim: one file, nothing but Python's standard library.

    python3 verifier.py bundle.zip --policy policy.txt [--since earlier-checkpoint]

It reads every entry, makes every hash again at every level, compares the root with the signed checkpoint, asks the
policy whether enough witnesses have signed, and hashes each document that came along. It says how much it has seen
and where the first fault lies. An archive of events is checked in the same way, with the part of the log that it brings:
every event in it is shown to stand under the checkpoint.

Ends with 0: all is well; 1: the data contradict themselves; 2: they contradict a witness, the policy or an earlier
checkpoint; 3: it could not be read at all.

It shares no code with the writer, on purpose: a fault in one is seen by the other.
Sources: RFC 6962 (tree), RFC 8032 (Ed25519), C2SP tlog-tiles, signed-note, tlog-cosignature, tlog-policy.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import json
import re
import struct
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from operator import sub
from pathlib import Path
from typing import IO, Any, NamedTuple

WIDTH = 256
HASH = 32
ENTRY = 57
FORM = struct.Struct(">B16s32sq")  # of an entry: version, kind, salted hash, microseconds since 1970
SIZE_MAX = 1 << 40
SMALL_FILE = 1_000_000
FIRST_PART = 65_536
LINE_MAX = 64_000_000
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)  # noqa: UP017 -- also for Pythons without datetime.UTC
sha256 = hashlib.sha256


class Key(NamedTuple):
    """Who may sign: a log (kind 1) or a witness (kind 4)."""

    name: str
    id: bytes
    kind: int
    public: bytes


class Checkpoint(NamedTuple):
    """The log at one moment."""

    origin: str
    size: int
    root: bytes


class Point(NamedTuple):
    """A point of the curve, in extended coordinates."""

    x: int
    y: int
    z: int
    t: int


class Fault(Exception):
    """The data contradict themselves, at this entry."""

    def __init__(self, words: str, index: int | None = None) -> None:
        super().__init__(words)
        self.index = index


class Unanswerable(Exception):
    """What was asked cannot be told from this file."""


class Distrust(Exception):
    """They contradict a witness, the policy or an earlier checkpoint."""


def opened_zip(path: Path) -> zipfile.ZipFile:
    """The archive. Raises OSError, BadZipFile."""
    try:
        return zipfile.ZipFile(path)
    except OSError:
        raise
    except (
        Exception
    ) as error:  # a spoilt directory is told in many ways: struct.error, NotImplementedError ...
        raise zipfile.BadZipFile(str(error)) from error


class Files:
    """The log's files, in a zip or a folder; each is read with a bound."""

    def __init__(self, path: Path) -> None:
        self._folder = path
        self._zip = None if path.is_dir() else opened_zip(path)

    def open(self, name: str) -> IO[bytes]:
        if self._zip is not None:
            return self._zip.open(name)
        return (self._folder / name).open("rb")

    def has(self, name: str) -> bool:
        if self._zip is not None:
            return name in self._zip.NameToInfo
        return (self._folder / name).is_file()

    def names(self) -> set[str]:
        """Of every file in it."""
        if self._zip is not None:
            return set(self._zip.NameToInfo)
        return {
            path.relative_to(self._folder).as_posix() for path in self._folder.rglob("*") if path.is_file()
        }

    def lines(self, name: str) -> Iterator[bytes]:
        """The lines of a file, each with a bound. Raises Fault when it is missing or spoilt."""
        try:
            with self.open(name) as file:
                while line := file.readline(LINE_MAX):
                    yield line
        except (KeyError, OSError) as error:
            raise Fault(f"{name} is missing or cannot be read: {error}") from error
        except Exception as error:
            raise Fault(f"{name} is spoilt: {error}") from error

    def digest(self, name: str) -> str:
        """The SHA-256 of a file, in hexadecimal digits. Raises Fault."""
        made = sha256()
        try:
            with self.open(name) as file:
                while part := file.read(1 << 20):
                    made.update(part)
        except (KeyError, OSError) as error:
            raise Fault(f"{name} is missing or cannot be read: {error}") from error
        except Exception as error:
            raise Fault(f"{name} is spoilt: {error}") from error
        return made.hexdigest()

    def read(self, name: str, size_max: int) -> bytes:
        """The bytes of a file. Raises Fault when it is missing, spoilt or too long."""
        try:
            with self.open(name) as file:
                content = file.read(
                    min(FIRST_PART, size_max + 1)
                )  # room for the longest costs more than a file
                if len(content) == FIRST_PART:
                    content += file.read(size_max + 1 - FIRST_PART)
        except (KeyError, OSError) as error:
            raise Fault(f"{name} is missing or cannot be read: {error}") from error
        except Exception as error:
            raise Fault(f"{name} is spoilt: {error}") from error
        if len(content) > size_max:
            raise Fault(f"{name} is longer than a log's file can be")
        return content


# ---- Ed25519, checking only (RFC 8032, section 5.1.7) ----------------------------------------------------------------

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
BASE_Y = 4 * pow(5, P - 2, P) % P


def point_add(a: Point, b: Point) -> Point:
    p, q = (a.y - a.x) * (b.y - b.x) % P, (a.y + a.x) * (b.y + b.x) % P
    r, s = 2 * a.t * b.t * D % P, 2 * a.z * b.z % P
    e, f, g, h = q - p, s - r, s + r, q + p
    return Point(e * f % P, g * h % P, f * g % P, e * h % P)


def point_times(scalar: int, point: Point) -> Point:
    result = Point(0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = point_add(result, point)
        point, scalar = point_add(point, point), scalar >> 1
    return result


def point_of(raw: bytes) -> Point | None:
    y = int.from_bytes(raw, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return Point(x, y, 1, x * y % P)


BASE = point_of(BASE_Y.to_bytes(32, "little"))


def ed25519_holds(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature is the key's, over the message."""
    if len(public) != 32 or len(signature) != 64:
        return False
    key, r, s = point_of(public), point_of(signature[:32]), int.from_bytes(signature[32:], "little")
    if key is None or r is None or s >= L or BASE is None:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    left, right = point_times(s, BASE), point_add(r, point_times(h, key))
    same_x = (left.x * right.z - right.x * left.z) % P == 0
    return same_x and (left.y * right.z - right.y * left.z) % P == 0


# ---- Notes, keys, policy ---------------------------------------------------------------------------------------------


def strict_base64(text: str) -> bytes:
    """The bytes, if the text is the one way to write them. Raises Fault."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Fault(f"not base64: {text[:60]!r}") from error
    if base64.b64encode(raw).decode() != text:
        raise Fault(f"base64 written in another way than the one: {text[:60]!r}")
    return raw


def key_of(text: str) -> Key:
    """The key of its written form. Raises Distrust."""
    name, _, rest = text.partition("+")
    key_id, _, body = rest.partition("+")
    try:
        raw = strict_base64(body)
    except Fault as error:
        raise Distrust(f"not a key: {text[:80]}") from error
    made = sha256(name.encode() + b"\n" + raw).digest()[:4]
    if len(raw) != 33 or made.hex() != key_id:
        raise Distrust(f"not a key, or not with this id: {text[:80]}")
    return Key(name, made, raw[0], raw[1:])


def signatures_of(note: str) -> tuple[str, list[tuple[str, bytes, bytes]]]:
    """The text of a note and its signature lines (name, id, signature). Raises Fault."""
    head, gap, tail = note.rpartition("\n\n")
    if not gap or not tail.endswith("\n"):
        raise Fault("the checkpoint is no signed note")
    lines = []
    for line in tail.splitlines():
        name, space, body = line[2:].partition(" ")
        if not line.startswith("\u2014 ") or not space:
            raise Fault(f"not a signature line: {line[:80]!r}")
        raw = strict_base64(body)
        lines.append((name, raw[:4], raw[4:]))
    return head + "\n", lines


def signers_of(note: str, keys: list[Key]) -> tuple[str, list[Key]]:
    """The text and the keys that have signed it. Raises Distrust for a known key whose signature is wrong."""
    text, lines = signatures_of(note)
    signers = []
    for name, key_id, signature in lines:
        for key in keys:
            if (key.name, key.id) == (name, key_id):
                if not signature_holds(key, text, signature):
                    raise Distrust(f"the signature of {name} is wrong")
                signers.append(key)
    return text, signers


def signature_holds(key: Key, text: str, signature: bytes) -> bool:
    if key.kind == 4:
        time = int.from_bytes(signature[:8], "big")
        return ed25519_holds(key.public, f"cosignature/v1\ntime {time}\n{text}".encode(), signature[8:])
    return key.kind == 1 and ed25519_holds(key.public, text.encode(), signature)


class Policy:
    """Which logs and witnesses count, and how many of them it takes."""

    def __init__(self, text: str) -> None:
        self.logs: list[Key] = []
        self.witnesses: dict[str, Key] = {}
        self.quorum = ""
        self._groups: dict[str, tuple[int, list[str]]] = {}
        for line in text.splitlines():
            words = line.split()
            if words and not words[0].startswith("#"):
                self._read(words)
        if not self.quorum or not self.logs:
            raise Distrust("the policy names no log or no quorum")

    def _read(self, words: list[str]) -> None:
        kind, rest = words[0], words[1:]
        if kind == "log" and rest:
            self.logs.append(key_of(rest[0]))
        elif kind == "witness" and len(rest) >= 2:
            self.witnesses[self._new(rest[0])] = key_of(rest[1])
        elif kind == "group" and len(rest) >= 3:
            members = [self._known(name) for name in rest[2:]]
            count = {"all": len(members), "any": 1}.get(rest[1], 0)
            if re.fullmatch(r"[1-9][0-9]{0,3}", rest[1]):
                count = int(rest[1])
            if not 1 <= count <= len(members):
                raise Distrust(f"group {rest[0]} asks for {rest[1]} of {len(members)}")
            self._groups[self._new(rest[0])] = (count, members)
        elif kind == "quorum" and len(rest) == 1 and not self.quorum:
            self.quorum = rest[0] if rest[0] == "none" else self._known(rest[0])
        else:
            raise Distrust(f"not a line of a policy: {' '.join(words)[:80]}")

    def _new(self, name: str) -> str:
        if name == "none" or name in self.witnesses or name in self._groups:
            raise Distrust(f"the policy names {name} twice")
        return name

    def _known(self, name: str) -> str:
        if name not in self.witnesses and name not in self._groups:
            raise Distrust(f"the policy uses {name} before it names it")
        return name

    def is_met(self, name: str, signers: list[Key]) -> bool:
        if name == "none":
            return True
        if name in self.witnesses:
            return self.witnesses[name] in signers
        count, members = self._groups[name]
        return sum(self.is_met(member, signers) for member in members) >= count


def checkpoint_of(text: str) -> Checkpoint:
    """The checkpoint that a note's text says. Raises Fault."""
    lines = text.split("\n")
    if len(lines) < 4 or not lines[0] or not re.fullmatch(r"0|[1-9][0-9]{0,12}", lines[1]):
        raise Fault("the checkpoint does not say origin and size")
    root, size = strict_base64(lines[2]), int(lines[1])
    if len(root) != HASH or size > SIZE_MAX:
        raise Fault("the checkpoint's root is not 32 bytes")
    return Checkpoint(lines[0], size, root)


# ---- The tree --------------------------------------------------------------------------------------------------------


def path_of(level: int | str, number: int, width: int) -> str:
    digits = str(number)
    digits = digits.zfill((len(digits) + 2) // 3 * 3)
    groups = [digits[i : i + 3] for i in range(0, len(digits), 3)]
    name = "/".join(["x" + group for group in groups[:-1]] + groups[-1:])
    return f"tile/{level}/{name}" + ("" if width == WIDTH else f".p/{width}")


def entries_of(bundle: bytes, width: int, first: int) -> list[bytes]:
    entries, place, end = [], 0, len(bundle)
    for index in range(first, first + width):
        start = place + 2
        stop = start + (bundle[place] << 8 | bundle[place + 1]) if start <= end else start
        if stop > end:
            raise Fault("the bundle ends in the middle of an entry", index)
        entries.append(bundle[start:stop])
        place = stop
    if place != end:
        raise Fault("the bundle is longer than its entries", first + width - 1)
    return entries


def fold(row: list[bytes]) -> bytes:
    while len(row) > 1:
        pairs = zip(row[::2], row[1::2])  # noqa: B905 -- also for Pythons without `strict`
        row = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
    return row[0]


class Peaks:
    """The root of a growing list, out of the hashes of its complete parts."""

    def __init__(self) -> None:
        self.parts: list[tuple[int, bytes]] = []

    def add(self, level: int, digest: bytes) -> None:
        while self.parts and self.parts[-1][0] == level:
            digest = sha256(b"\x01" + self.parts.pop()[1] + digest).digest()
            level += 1
        self.parts.append((level, digest))

    def root(self) -> bytes:
        if not self.parts:
            return sha256(b"").digest()
        digest = self.parts[-1][1]
        for _, left in self.parts[-2::-1]:
            digest = sha256(b"\x01" + left + digest).digest()
        return digest


class Tree:
    """Reads every bundle and every tile of a log, and remembers what the documents are compared with."""

    def __init__(self, files: Files, size: int, since: int) -> None:
        self._files, self._size, self._since = files, size, since
        self._rows: dict[int, list[bytes]] = {}
        self.sealed = bytearray()
        self.root_then: bytes | None = None
        self.kinds: dict[str, int] = {}
        self.longest_gap = timedelta()
        self._last_time: tuple[int, ...] = ()

    def check(self) -> bytes:
        """The root of all entries; the tiles on the way are compared. Raises Fault with the first bad place."""
        peaks = Peaks()
        if self._since == 0:
            self.root_then = peaks.root()
        for number in range((self._size + WIDTH - 1) // WIDTH):
            first = number * WIDTH
            width = min(WIDTH, self._size - first)
            bundle = self._files.read(path_of("entries", number, width), WIDTH * 65_537)
            entries = entries_of(bundle, width, first)
            leaves = [sha256(b"\x00" + entry).digest() for entry in entries]
            self._note(entries, first)
            self._compare(0, number, leaves)
            if first < self._since < first + width:
                early = Peaks()
                early.parts = list(peaks.parts)
                for leaf in leaves[: self._since - first]:
                    early.add(0, leaf)
                self.root_then = early.root()
            if width == WIDTH:
                whole = fold(leaves)
                peaks.add(8, whole)
                self._rise(1, whole)
            else:
                for leaf in leaves:
                    peaks.add(0, leaf)
            if self._since == first + width:
                self.root_then = peaks.root()
        self._compare_partial_rows()
        return peaks.root()

    def _compare(self, level: int, number: int, hashes: list[bytes]) -> None:
        """The tile on disk against the hashes made here."""
        kept = self._files.read(path_of(level, number, len(hashes)), WIDTH * HASH)
        if kept != b"".join(hashes):
            bad = next(
                (i for i, one in enumerate(hashes) if kept[i * HASH : (i + 1) * HASH] != one), len(hashes) - 1
            )
            raise Fault(
                f"tile {path_of(level, number, len(hashes))} is not what its entries say",
                (number * WIDTH + bad) * WIDTH**level,
            )

    def _rise(self, level: int, digest: bytes) -> None:
        """What a full tile comes to goes into the row above it; that too may now have a full tile more."""
        row = self._rows.setdefault(level, [])
        row.append(digest)
        if len(row) % WIDTH == 0:
            self._compare(level, len(row) // WIDTH - 1, row[-WIDTH:])
            self._rise(level + 1, fold(row[-WIDTH:]))

    def _compare_partial_rows(self) -> None:
        for level, hashes in sorted(self._rows.items()):
            if rest := len(hashes) % WIDTH:
                self._compare(level, len(hashes) // WIDTH, hashes[-rest:])

    def _note(self, entries: list[bytes], first: int) -> None:
        for place, entry in enumerate(entries, first):
            if len(entry) != ENTRY or entry[0] != 1:
                raise Fault("an entry is not of the form that this program knows", place)
        rows = FORM.iter_unpack(b"".join(entries))
        _, kinds, sealed, times = zip(*rows)  # noqa: B905 -- also for Pythons without `strict`
        for kind, count in Counter(kinds).items():
            name = kind.rstrip(b"\x00").decode("ascii", "replace")
            self.kinds[name] = self.kinds.get(name, 0) + count
        self.sealed += b"".join(sealed)
        times = self._last_time + times
        gap = max(map(sub, times[1:], times), default=0)
        self.longest_gap = max(self.longest_gap, timedelta(microseconds=gap))
        self._last_time = times[-1:]


# ---- The documents ---------------------------------------------------------------------------------------------------


def documents_of(files: Files, size: int) -> Iterator[dict[str, Any]]:
    """The rows of documents.jsonl, in order. Raises Fault."""
    if not files.has("documents.jsonl"):
        return
    with files.open("documents.jsonl") as file:
        for number in range(size + 1):
            try:
                line = file.readline(LINE_MAX)
            except Exception as error:
                raise Fault(f"documents.jsonl is spoilt: {error}") from error
            if not line:
                return
            try:
                row = json.loads(line)
                place = row["place"]
                whole = isinstance(place, int) and 0 <= place < size
            except (ValueError, KeyError, TypeError) as error:
                raise Fault(f"line {number + 1} of documents.jsonl is not a row: {error}") from error
            if not whole:
                raise Fault(f"line {number + 1} of documents.jsonl names no entry of this log")
            yield row
    raise Fault("documents.jsonl has more rows than the log has entries")


def check_documents(files: Files, tree: Tree, size: int) -> tuple[int, int, int]:
    """How many documents were hashed, erased, and archived elsewhere. Raises Fault."""
    hashed = erased = archived = 0
    last = -1
    for row in documents_of(files, size):
        place = row["place"]
        if place <= last:
            raise Fault("documents.jsonl is not in the order of the log", place)
        last = place
        if row.get("erased"):
            erased += 1
            continue
        if row.get("archived"):
            archived += 1
            continue
        try:
            content, salt = strict_base64(row["content"]), strict_base64(row["salt"])
        except (KeyError, AttributeError, TypeError) as error:
            raise Fault("a document has no content or no salt", place) from error
        if sha256(salt + content).digest() != tree.sealed[place * HASH : (place + 1) * HASH]:
            raise Fault("a document is not the one that was logged", place)
        if row.get("kind") == "audit":
            check_alcoa(content, place)
        hashed += 1
    return hashed, erased, archived


def check_alcoa(content: bytes, place: int) -> None:
    """Who, what, when and on what: every line of an audit trail says them."""
    try:
        entry = json.loads(content)
        missing = [name for name in ("at", "actor", "deed", "subject", "detail") if name not in entry]
    except (ValueError, TypeError) as error:
        raise Fault("a line of the audit trail is not readable", place) from error
    if missing:
        raise Fault(f"a line of the audit trail does not say {', '.join(missing)}", place)


# ---- An archive of events: its own part of the log -------------------------------------------------------------------


class Part:
    """Some entries of a log, and the tiles that tie them to its root."""

    def __init__(self, files: Files, size: int, root: bytes) -> None:
        self._files, self._size = files, size
        self._edge: dict[int, tuple[int, list[bytes]]] = {}
        self._known: dict[int, tuple[int, list[bytes]]] = {}
        self._entries: tuple[int, list[bytes]] = (-1, [])
        self.bundles = 0
        peaks = Peaks()
        for level in range(max(0, size.bit_length() - 1) // 8, -1, -1):
            number, width = divmod(size >> 8 * level, WIDTH)
            self._edge[level] = number, self._hashes(level, number, width) if width else []
            for digest in self._edge[level][1]:
                peaks.add(8 * level, digest)
        if peaks.root() != root:
            raise Fault("the tiles do not lead to the root of the signed checkpoint")

    def sealed(self, place: int) -> bytes:
        """The salted hash in the entry at a place that is proved to lead to the root. Raises Fault."""
        number = place // WIDTH
        if self._entries[0] != number:
            self._entries = number, self._proved(number)
            self.bundles += 1
        entry = self._entries[1][place % WIDTH]
        if len(entry) != ENTRY or entry[0] != 1 or entry[1:17].rstrip(b"\x00") != b"event":
            raise Fault("an entry is not that of an event", place)
        return entry[17:49]

    def _proved(self, number: int) -> list[bytes]:
        first = number * WIDTH
        width = min(WIDTH, self._size - first)
        bundle = self._files.read(path_of("entries", number, width), WIDTH * 65_537)
        entries = entries_of(bundle, width, first)
        leaves = [sha256(b"\x00" + entry).digest() for entry in entries]
        if width < WIDTH:
            if self._edge[0] != (number, leaves):
                raise Fault("the last entries are not those of the signed checkpoint", first)
        elif self._above(1, number) != fold(leaves):
            raise Fault("the entries do not lead to the tile above them", first)
        return entries

    def _above(self, level: int, index: int) -> bytes:
        """The hash at a place of a row of tiles, once its tile is proved."""
        number = index // WIDTH
        if level in self._edge and self._edge[level][0] == number:
            return self._edge[level][1][index % WIDTH]
        if self._known.get(level, (-1, []))[0] != number:
            hashes = self._hashes(level, number, WIDTH)
            if self._above(level + 1, number) != fold(hashes):
                raise Fault(
                    f"tile {path_of(level, number, WIDTH)} does not lead to the root", index * WIDTH**level
                )
            self._known[level] = number, hashes
        return self._known[level][1][index % WIDTH]

    def _hashes(self, level: int, number: int, width: int) -> list[bytes]:
        path = path_of(level, number, width)
        raw = self._files.read(path, WIDTH * HASH)
        if len(raw) != width * HASH:
            raise Fault(f"tile {path} is not as long as its name says")
        return [raw[i : i + HASH] for i in range(0, len(raw), HASH)]


def manifest_of(files: Files) -> dict[str, Any]:
    """What an archive says of itself; every file in it is compared. Raises Fault."""
    try:
        manifest = json.loads(files.read("archive.json", LINE_MAX))
        told = {name: one["sha256"] for name, one in manifest["files"].items()}
        events = manifest["events"]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Fault(f"archive.json is not readable: {error}") from error
    if not isinstance(events, int) or manifest.get("format") != "seriatim-archive-1":
        raise Fault("archive.json is not of the form that this program knows")
    if strangers := (files.names() - {"archive.json"}) ^ told.keys():
        raise Fault(f"archive.json and the files differ in {min(strangers)}")
    for name in sorted(told):
        if files.digest(name) != told[name]:
            raise Fault(f"{name} is not the file that was archived")
    return dict(manifest)


def archived_events(files: Files, manifest: dict[str, Any]) -> Iterator[tuple[dict[str, Any], bytes]]:
    """What is known of each event, and its exact bytes: one line of an EPCIS document. Raises Fault."""
    for name in sorted(one for one in manifest["files"] if one.startswith("rows/")):
        document = files.lines(name.replace("rows/", "events/").replace(".jsonl", ".jsonld"))
        next(document, b"")  # the head of the EPCIS document
        for number, line in enumerate(files.lines(name)):
            event = next(document, b"").rstrip(b"\n").removesuffix(b",")
            try:
                row = json.loads(line)
                whole = isinstance(row["place"], int) and event.startswith(b"{")
            except (ValueError, KeyError, TypeError) as error:
                raise Fault(f"line {number + 1} of {name} is not a row: {error}") from error
            if not whole:
                raise Fault(f"line {number + 1} of {name} has no event beside it")
            yield row, event


def check_archive(files: Files, part: Part, manifest: dict[str, Any], size: int) -> int:
    """How many events were shown to be those that were logged. Raises Fault."""
    seen, last = 0, -1
    for row, event in archived_events(files, manifest):
        place = row["place"]
        if not last < place < size:
            raise Fault("an archive's rows are not in the order of the log, or beyond its end", place)
        try:
            salt = strict_base64(row["salt"])
        except (KeyError, TypeError, AttributeError) as error:
            raise Fault("an event has no salt", place) from error
        if sha256(salt + event).digest() != part.sealed(place):
            raise Fault("an event is not the one that was logged", place)
        seen, last = seen + 1, place
    if seen != manifest["events"]:
        raise Fault(f"the archive has {seen:,} events and says {manifest['events']:,}")
    return seen


# ---- The command -----------------------------------------------------------------------------------------------------


def verify(bundle: Path, policy: str | None, since: str | None) -> list[str]:
    """What was found, in lines. Raises Fault, Distrust."""
    files = Files(bundle)
    note = decoded(files.read("checkpoint", SMALL_FILE), "checkpoint")
    rules = Policy(policy) if policy is not None else None
    keys = [*rules.logs, *rules.witnesses.values()] if rules else [own_key(files)]
    text, signers = signers_of(note, keys)
    origin, size, root = checkpoint_of(text)
    says = judge_signers(rules, signers, origin)
    if files.has("archive.json"):
        if since is not None:
            raise Unanswerable(
                "an archive holds a part of the log: compare an earlier checkpoint with a whole bundle"
            )
        manifest = manifest_of(files)
        part = Part(files, size, root)
        seen = check_archive(files, part, manifest, size)
        return [
            f"archive      {manifest.get('period')}, of the log {origin}",
            f"entries      the root over {size:,} entries, led to from {part.bundles:,} of their bundles of 256",
            f"events       {seen:,}, each the one that was logged",
            *says,
        ]
    before = earlier(since, keys, origin, size)
    tree = Tree(files, size, before.size)
    if tree.check() != root:
        raise Fault("the entries do not lead to the root of the signed checkpoint", max(0, size - 1))
    if tree.root_then != before.root:
        raise Distrust(
            f"the first {before.size:,} entries are not those of the earlier checkpoint: history was rewritten"
        )
    hashed, erased, archived = check_documents(files, tree, size)
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in sorted(tree.kinds.items())) or "none"
    rest = f"{size - hashed - erased - archived:,} not in the bundle"
    return [
        f"log          {origin}",
        f"entries      {size:,} ({kinds}), every tile at every level",
        f"documents    {hashed:,} match their entries, {erased:,} erased, {rest}"
        + (f", {archived:,} in archives" if archived else ""),
        f"longest gap  {tree.longest_gap} between two entries",
        *says,
        *([f"earlier      continues the checkpoint of {before.size:,} entries"] if since is not None else []),
    ]


def decoded(raw: bytes, name: str) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Fault(f"{name} is not text") from error


def own_key(files: Files) -> Key:
    """The key that the bundle brings along: it ties the files together, and says nothing about whose it is."""
    return key_of(decoded(files.read("key", SMALL_FILE), "key").strip())


def judge_signers(rules: Policy | None, signers: list[Key], origin: str) -> list[str]:
    """What the signatures are worth, in words. Raises Distrust."""
    logs = rules.logs if rules else signers
    if not any(key.name == origin and key in logs for key in signers):
        raise Distrust(f"no trusted key of {origin} has signed this checkpoint")
    if rules is None:
        return [
            "signature    holds for the key that came in the bundle itself; give --policy to check who that is",
            "witnesses    none asked: whoever holds the key could have cut or rewritten this log unseen",
        ]
    if not rules.is_met(rules.quorum, signers):
        raise Distrust("too few witnesses have signed this checkpoint for the policy's quorum")
    seen = sum(key in rules.witnesses.values() for key in signers)
    words = "none asked by the policy: the key's holder could have cut or rewritten this log unseen"
    return ["signature    holds", f"witnesses    {f'{seen} have signed, quorum met' if seen else words}"]


def earlier(since: str | None, keys: list[Key], origin: str, size: int) -> Checkpoint:
    """The checkpoint that the reader kept from last time; the empty log when there is none. Raises Distrust."""
    if since is None:
        return Checkpoint(origin, 0, sha256(b"").digest())
    text, signers = signers_of(since, keys)
    then = checkpoint_of(text)
    if not signers or then.origin != origin:
        raise Distrust("the earlier checkpoint is not signed by this log")
    if then.size > size:
        raise Distrust(f"the log has {size:,} entries and had {then.size:,} before: its end was cut off")
    return then


def main(arguments: list[str] | None = None) -> int:
    """The command; answers its exit code."""
    parser = argparse.ArgumentParser(description="Check a log written by Seriatim.", allow_abbrev=False)
    parser.add_argument("bundle", type=Path, help="a zip, or the folder of the log's files")
    parser.add_argument("--policy", type=Path, help="logs, witnesses and quorum that you trust (tlog-policy)")
    parser.add_argument("--since", type=Path, help="the checkpoint that you kept from last time")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of lines")
    given = parser.parse_args(arguments)
    code, index, lines = judged(given)
    word = ("good", "BAD", "DISTRUSTED", "UNREADABLE")[code]
    if given.json:
        print(json.dumps({"result": word.lower(), "index": index, "lines": lines}))
    else:
        print("\n".join([*lines, word]))
    return code


def judged(given: argparse.Namespace) -> tuple[int, int | None, list[str]]:
    """Exit code, the first bad entry, and what to say."""
    try:
        policy = given.policy.read_text("utf-8") if given.policy else None
        since = given.since.read_text("utf-8") if given.since else None
        return 0, None, verify(given.bundle, policy, since)
    except Fault as fault:
        where = "" if fault.index is None else f" (first at entry {fault.index:,})"
        return 1, fault.index, [f"bad          {fault}{where}"]
    except Distrust as distrust:
        return 2, None, [f"distrusted   {distrust}"]
    except (OSError, zipfile.BadZipFile, UnicodeDecodeError, Unanswerable) as error:
        return 3, None, [f"unreadable   {error}"]


if __name__ == "__main__":
    sys.exit(main())
