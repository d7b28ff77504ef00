"""The XML of an add-in that a workbook brings along: its part, its task pane, and what points at them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from xml.sax.saxutils import escape

STORE_ID = "wa200008175"
"""What Microsoft's store calls xlwings Lite, in small letters as Excel writes it."""

GUID = "{94730FC8-B91B-55B5-871B-E634EC8044AE}"
"""The extension as it is written here, by which it is known again."""

_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_SPACES = "http://schemas.microsoft.com/office/webextensions"
_IDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_KINDS = "http://schemas.microsoft.com/office/2011/relationships"
# The first lets Office open the pane with the workbook, the second lets Lite start in it.
_SETTINGS: Mapping[str, object] = {
    "Office.AutoShowTaskpaneWithDocument": True,
    "xlwingsSettingsWorkbook": {"startupBehavior": "taskpane"},
}


def extension(files: Mapping[str, str]) -> bytes:
    """The part of xlwings Lite with these files."""
    properties = "".join(prop("we:", name, value) for name, value in {**files, **_SETTINGS}.items())
    text = (
        f'<we:webextension xmlns:we="{_SPACES}/webextension/2010/11" id="{GUID}">'
        f'<we:reference id="{STORE_ID}" version="1.0.0.0" store="en-US" storeType="OMEX"/>'
        f"<we:alternateReferences/><we:properties>{properties}</we:properties>"
        f'<we:bindings/><we:snapshot xmlns:r="{_IDS}"/></we:webextension>'
    )
    return (_DECLARATION + text).encode()


def prop(prefix: str, name: str, value: object) -> str:
    """A property of an extension; its value is JSON."""
    return f'<{prefix}property name="{_quoted(name)}" value="{_quoted(json.dumps(value))}"/>'


def panes(identity: str) -> bytes:
    """The part of all task panes, with one."""
    text = (
        f'<wetp:taskpanes xmlns:wetp="{_SPACES}/taskpanes/2010/11">{pane("wetp:", identity)}</wetp:taskpanes>'
    )
    return (_DECLARATION + text).encode()


def pane(prefix: str, identity: str) -> str:
    """A task pane on the right; that it is visible lets Excel offer the add-in to who has it not."""
    return (
        f'<{prefix}taskpane dockstate="right" visibility="1" width="350" row="1">'
        f'<{prefix}webextensionref xmlns:r="{_IDS}" r:id="{identity}"/></{prefix}taskpane>'
    )


def relations(identity: str, kind: str, part: str) -> bytes:
    """A part that points at another one."""
    text = f'<Relationships xmlns="{_RELATIONS}">{relation("", identity, kind, part)}</Relationships>'
    return (_DECLARATION + text).encode()


def relation(prefix: str, identity: str, kind: str, part: str) -> str:
    """One pointer to a part, from the package's root."""
    return f'<{prefix}Relationship Id="{identity}" Type="{_KINDS}/{kind}" Target="/{part}"/>'


def override(prefix: str, part: str, kind: str) -> str:
    """What a part is, for the list of content types."""
    return f'<{prefix}Override PartName="/{part}" ContentType="application/vnd.ms-office.{kind}+xml"/>'


def _quoted(text: str) -> str:
    return escape(text, {'"': "&quot;"})
