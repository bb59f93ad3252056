"""Small XML parts as elements with their byte positions, and edits spliced in: all bytes around an edit stay.

Prefixes are kept as written; elements are asked for by local name. DOCTYPE and entities are refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.parsers import expat

# Why not ElementTree or lxml: both write a part anew. ElementTree renames prefixes and drops declarations that no
# element uses, but `mc:Ignorable="x14ac xr"` uses prefixes in an attribute's value: Excel calls a part damaged whose
# ignorable prefix is not declared. So parts are read as a tree of byte positions, and edited as bytes.
START_TAG = re.compile(rb"<[^<>\"']*(?:\"[^\"]*\"[^<>\"']*|'[^']*'[^<>\"']*)*>")
ATTRIBUTE = re.compile(rb"([^\s=<>\"'/]+)\s*=\s*(\"[^\"]*\"|'[^']*')")

MOST_ELEMENTS = 1_000_000
"""Elements of one part: one takes half a kilobyte of memory, and 50 kB of a hostile archive unpack to 12 million."""
MOST_ATTRIBUTES = 5 * MOST_ELEMENTS


class MarkupError(ValueError):
    """The XML cannot be read, or holds what is refused; the text says what, to stand after the part's name."""


@dataclass(slots=True, eq=False)
class Element:
    """An element at ``start``; its content is ``opened`` to ``closed``, and it ends at ``end`` (byte offsets)."""

    name: str
    attributes: dict[str, str]
    start: int
    opened: int
    closed: int = 0
    end: int = 0
    text: str = ""
    children: list[Element] = field(default_factory=list)

    @property
    def local(self) -> str:
        return self.name.rpartition(":")[2]

    @property
    def prefix(self) -> str:
        """With its colon, or empty."""
        return self.name[: -len(self.local)]

    def child(self, local: str) -> Element | None:
        return next((c for c in self.children if c.local == local), None)

    def all(self, *path: str) -> list[Element]:
        """Return the elements down a path of local names."""
        found = [self]
        for local in path:
            found = [c for e in found for c in e.children if c.local == local]
        return found

    def number(self, attribute: str, default: int = 0) -> int:
        value = self.attributes.get(attribute, "").strip()
        return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else default

    def flag(self, attribute: str) -> bool:
        return self.attributes.get(attribute, "").strip() in ("1", "true", "on")


def count_elements(data: bytes) -> int:
    """Return how many elements a part in UTF-8 holds, or a few more where it has comments. Takes no part of it
    apart.
    """
    return data.count(b"<") - data.count(b"</")


def parse(data: bytes) -> Element:
    """Return the root element of a part in UTF-8."""
    if count_elements(data) > MOST_ELEMENTS or data.count(b"=") > MOST_ATTRIBUTES:
        raise MarkupError(f"holds more than {MOST_ELEMENTS:,} elements, or attributes beyond measure")
    reader = _Reader(data)
    try:
        reader.parser.Parse(data, True)
    except expat.ExpatError as error:
        raise MarkupError(f"is not well-formed XML ({error})") from error
    return reader.top.children[0]


class _Reader:
    """Builds the tree. The encoding is given, since declarations can be wrong."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.top = Element("", {}, 0, 0)
        self.stack = [self.top]
        self.texts: list[list[str]] = [[]]
        """The pieces of each open element's text: put together once, since each piece more would copy those before."""
        # expat, since it says at which byte each tag stands. It knows no prefixes here: elements of other namespaces
        # are kept, not understood.
        self.parser = expat.ParserCreate("UTF-8")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.stop
        self.parser.CharacterDataHandler = self.text
        # A DOCTYPE can define entities that unpack without end, or that fetch files and addresses. OPC forbids it.
        self.parser.StartDoctypeDeclHandler = self.doctype

    def start(self, name: str, attributes: dict[str, str]) -> None:
        at = self.parser.CurrentByteIndex
        tag = START_TAG.match(self.data, at)
        if tag is None or len(self.stack) > 200:
            raise MarkupError("is nested or written in a way that no spreadsheet program uses")
        element = Element(name, attributes, at, tag.end())
        self.stack[-1].children.append(element)
        self.stack.append(element)
        self.texts.append([])

    def stop(self, _: str) -> None:
        element = self.stack.pop()
        element.text = "".join(self.texts.pop())
        at = self.parser.CurrentByteIndex
        # For a self-closed element expat reports the end where its start tag begins.
        if self.data[element.opened - 2 : element.opened] == b"/>":
            element.closed = element.end = element.opened
        else:
            element.closed = at
            element.end = self.data.index(b">", at) + 1

    def text(self, text: str) -> None:
        self.texts[-1].append(text)

    def doctype(self, *_: object) -> None:
        raise MarkupError("holds a DOCTYPE, which no spreadsheet program writes")


class Edits:
    """Changes to one part, applied at once; what stands between them is copied."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._changes: list[tuple[int, int, bytes]] = []
        self._filled: dict[int, tuple[Element, list[bytes]]] = {}
        """Elements that were written self-closed, by where they begin, and their new content."""

    def __bool__(self) -> bool:
        return bool(self._changes or self._filled)

    def replace(self, start: int, end: int, new: bytes) -> None:
        self._changes.append((start, end, new))

    def set(self, element: Element, attribute: str, value: str) -> None:
        """Give an attribute a value that needs no escape."""
        tag = self.data[element.start : element.opened]
        for match in ATTRIBUTE.finditer(tag):
            if match[1] == attribute.encode():
                self.replace(element.start + match.start(2), element.start + match.end(2), f'"{value}"'.encode())
                return
        inside = element.opened - (2 if tag.endswith(b"/>") else 1)
        self.replace(inside, inside, f' {attribute}="{value}"'.encode())

    def append(self, element: Element, new: bytes) -> None:
        """Put content before the end of an element, which may be a self-closed one."""
        if element.end == element.opened:
            self._filled.setdefault(element.start, (element, []))[1].append(new)
        else:
            self.replace(element.closed, element.closed, new)

    def insert(self, parent: Element, order: tuple[str, ...], new: bytes, local: str) -> None:
        """Put a child where the schema's order wants it: after the last child that may stand before it."""
        before = set(order[: order.index(local) + 1])
        at = max((c.end for c in parent.children if c.local in before), default=parent.opened)
        if parent.end == parent.opened:
            self.append(parent, new)
        else:
            self.replace(at, at, new)

    def extend(self, parent: Element, order: tuple[str, ...], local: str, new: bytes, attributes: str = "") -> None:
        """Put content at the end of a child; of one that is added with these attributes, where there is none."""
        child = parent.child(local)
        if child is not None:
            self.append(child, new)
            return
        tag = f"{parent.prefix}{local}"
        self.insert(parent, order, f"<{tag}{attributes}>".encode() + new + f"</{tag}>".encode(), local)

    def apply(self) -> bytes:
        return b"".join(self.halves(0))

    def halves(self, cut: int) -> tuple[bytes, bytes]:
        """Return the changed part in two: what came before offset ``cut`` of the old one, and what after."""
        changes = self._changes + [
            (e.opened - 2, e.opened, b">%b</%b>" % (b"".join(new), e.name.encode())) for e, new in self._filled.values()
        ]
        halves: tuple[list[bytes], list[bytes]] = ([], [])
        at = 0
        for start, end, new in sorted(changes, key=lambda c: c[:2]):
            if at < cut <= start:
                halves[0].append(self.data[at:cut])
                at = cut
            halves[start >= cut].extend((self.data[at:start], new))
            at = end
        if at < cut:
            halves[0].append(self.data[at:cut])
            at = cut
        return b"".join(halves[0]), b"".join([*halves[1], self.data[at:]])
