"""What keeps the functions out of Excel on Windows: what is known to go wrong, looked for one by one."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from engine.errors import FileError
from udfs.excel.addin import FILE
from udfs.excel.vba import PYTHON_MODULE
from unitsheet import __version__, xlwings_conf
from unitsheet.diagnosis import Check, Finding, State
from unitsheet.excel_places import ADDIN_OF_XLWINGS, LOG, from_store, library, start_folder
from unitsheet.excel_setup import Installation, installed, is_unchanged
from unitsheet.machine import Machine

OK, WRONG, UNKNOWN = State
_INSTALL = "unitsheet install excel"
_OFFICE = r"Software\Microsoft\Office"
_POLICIES = r"Software\Policies\Microsoft\Office"
_APP = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe"
# Excel 2016 and all since, then 2013 and 2010.
_RELEASES = ("16.0", "15.0", "14.0")


def elsewhere(_: Machine) -> Iterator[Finding]:
    """What there is to say where Excel cannot call Python."""
    yield Finding("Excel", UNKNOWN, "it calls Python on Windows only, and this is no Windows PC")


def excel_itself(machine: Machine) -> Iterator[Finding]:
    """Whether there is an Excel, and not one from the Microsoft Store, which lets no other program in."""
    path = str(machine.registry(_APP).get("", ""))
    if not path:
        yield Finding("Excel", UNKNOWN, "Windows knows of no Excel here")
    elif from_store(path):
        cure = "remove it under Settings > Apps and install Office from office.com"
        yield Finding("Excel", WRONG, "it comes from the Microsoft Store and cannot reach Python", cure)
    else:
        yield Finding("Excel", OK, path)


def python_itself(machine: Machine) -> Iterator[Finding]:
    """Whether Excel can start this Python and find unitsheet in it."""
    if from_store(machine.program) or from_store(machine.base):
        cure = "install Python from python.org, then unitsheet with it"
        yield Finding("Python", WRONG, "it comes from the Microsoft Store, and Excel cannot start it", cure)
    if not machine.has("pythoncom"):
        cure = f'"{machine.program}" -m pip install pywin32'
        yield Finding("Python", WRONG, "pywin32 is missing, through which it talks to Excel", cure)
    else:
        yield Finding("Python", OK, f"{machine.program}, {machine.bits} bits, with pywin32")


def bitness(machine: Machine) -> Iterator[Finding]:
    """Whether the library is there that an Excel of its bitness loads; Python may have the other."""
    bits = excel_bits(machine)
    if bits is None:
        yield Finding(
            "32 or 64 bits", UNKNOWN, "the registry does not say which Excel is; any of the two will do"
        )
        return
    name = library(_xlwings(), bits)
    known = _known(machine)
    folder = Path(known.python.program if known else machine.program).parent
    if not any((one / name).is_file() for one in (folder, folder.parent)):
        cure = f'"{machine.program}" -m pip install --force-reinstall xlwings, then {_INSTALL}'
        yield Finding(
            "32 or 64 bits", WRONG, f"Excel has {bits}, and {name} is neither in {folder} nor above", cure
        )
    elif bits == machine.bits:
        yield Finding("32 or 64 bits", OK, f"Excel and Python have {bits}")
    else:
        text = f"Excel has {bits} and Python {machine.bits}, which run beside each other; {name} is there"
        yield Finding("32 or 64 bits", OK, text)


def excel_bits(machine: Machine) -> int | None:
    """32 or 64, as Office has written it into the registry, or None."""
    known = {"x86": 32, "x64": 64}
    said = [machine.registry(r"HKLM\SOFTWARE\Microsoft\Office\ClickToRun\Configuration").get("Platform")]
    for release in _RELEASES:
        said.append(machine.registry(rf"HKLM\SOFTWARE\Microsoft\Office\{release}\Outlook").get("Bitness"))
    return next((known[one] for one in said if one in known), None)


def installation(machine: Machine) -> Iterator[Finding]:
    """Whether the functions are installed in Excel, as they were written, by this unitsheet."""
    try:
        known = installed(machine)
    except FileError as error:
        yield Finding("add-in", WRONG, str(error))
        return
    if known is None:
        there = WRONG if machine.registry(_APP) else UNKNOWN
        yield Finding("add-in", there, "the functions are not installed in Excel", _INSTALL)
        return
    again = f"{_INSTALL}{' --by-hand' if known.by_hand else ''}"
    for one in known.files:
        if not Path(one.path).is_file():
            yield Finding("add-in", WRONG, f"{one.path} is gone", again)
    yield from _program(machine, known, again)
    now = (__version__, _xlwings())
    if (known.unitsheet, known.python.xlwings) != now:
        made = f"unitsheet {known.unitsheet} with xlwings {known.python.xlwings}"
        text = f"it was made by {made}; here are {' and '.join(now)}"
        yield Finding("add-in", WRONG, text, again)
    if not known.by_hand:
        yield from _addin(machine, known)


def _program(machine: Machine, known: Installation, again: str) -> Iterator[Finding]:
    program = known.python.program
    if not Path(program).is_file():
        yield Finding("add-in", WRONG, f"it starts {program}, which is gone", again)
    elif Path(program) != Path(machine.program):
        text = f"it starts {program}, another Python than this, which may have another unitsheet"
        yield Finding("add-in", UNKNOWN, text, f"run unitsheet doctor with that one, or here {again}")


def _addin(machine: Machine, known: Installation) -> Iterator[Finding]:
    """Our add-in: whether Excel finds it, and may run it."""
    ours = known.file(FILE)
    path = Path(ours.path) if ours else start_folder(machine.environ.get("APPDATA", "")) / FILE
    if not path.is_file():
        return
    if ours and not is_unchanged(ours):
        yield Finding("add-in", UNKNOWN, f"{path} was changed since it was written", _INSTALL)
    if path.parent != start_folder(machine.environ.get("APPDATA", "")):
        cure = "put it into Excel's start folder, or open it in Excel when you need it"
        yield Finding("add-in", UNKNOWN, f"{path} is not where Excel looks at its start", cure)
    if is_blocked(path):
        cure = f"in the Explorer: its Properties, tick Unblock; or delete it and {_INSTALL}"
        yield Finding("add-in", WRONG, f"Windows has marked {path} as coming from the internet", cure)
    else:
        yield Finding("add-in", OK, str(path))


def is_blocked(path: Path) -> bool:
    """Whether a file has the mark of the internet, which makes Excel block its macros."""
    try:
        mark = Path(f"{path}:Zone.Identifier").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return "ZoneId=3" in mark or "ZoneId=4" in mark


def macros(machine: Machine) -> Iterator[Finding]:
    """Whether Excel may run macros from its start folder, and has not put the add-in aside after a crash."""
    wrong = list(_forbidden(machine))
    for text, cure in wrong:
        yield Finding("macros", WRONG, text, cure)
    if not wrong:
        yield Finding("macros", OK, "nothing forbids those of Excel's start folder")


def _forbidden(machine: Machine) -> Iterator[tuple[str, str]]:
    ask = "ask whoever manages this PC"
    for release in _RELEASES:
        for hive in ("HKCU", "HKLM"):
            if machine.registry(rf"{hive}\{_POLICIES}\{release}\Common").get("VBAOff") == 1:
                yield "a policy switches VBA off in all of Office", ask
        for root, cure in (
            (_POLICIES, ask),
            (_OFFICE, _TRUST.format("Trusted Locations: untick Disable all")),
        ):
            key = rf"HKCU\{root}\{release}\Excel\Security\Trusted Locations"
            if machine.registry(key).get("AllLocationsDisabled") == 1:
                yield "trusted locations are disabled, Excel's start folder among them", cure
        items = machine.registry(rf"HKCU\{_OFFICE}\{release}\Excel\Resiliency\DisabledItems").values()
        if any(isinstance(one, bytes) and FILE in one.decode("utf-16-le", "ignore").lower() for one in items):
            cure = "in Excel: File > Options > Add-ins > Manage: Disabled Items, Go, select it, Enable"
            yield f"Excel has disabled {FILE} after a crash", cure


_TRUST = "in Excel: File > Options > Trust Center > Trust Center Settings > {}"


def by_hand(machine: Machine) -> Iterator[Finding]:
    """What the way by hand needs: the settings of xlwings, its add-in, and the reference in the workbook."""
    known = _known(machine)
    if known is None or not known.by_hand:
        return
    yield from _conf(machine, known)
    addin = start_folder(machine.environ.get("APPDATA", "")) / ADDIN_OF_XLWINGS
    if not addin.is_file():
        yield Finding("xlwings", WRONG, f"{addin} is missing", f"{_INSTALL} --by-hand")
    yield Finding(
        "reference",
        UNKNOWN,
        "it is in your workbook",
        "if cells show #VALUE!: Alt+F11, Tools > References, tick xlwings",
    )
    yield from _object_model(machine)


def _conf(machine: Machine, known: Installation) -> Iterator[Finding]:
    path = machine.home / xlwings_conf.FILE
    found = xlwings_conf.read(path.read_bytes()) if path.is_file() else {}
    wanted = xlwings_conf.settings(known.python, found)
    wrong = False
    for name, value in wanted.items():
        there = found.get(name, "")
        if there.lower() == value.lower():
            continue
        wrong = True
        yield Finding(
            "xlwings.conf", WRONG, f'{name} is "{there}" and not "{value}"', f"{_INSTALL} --by-hand"
        )
    program = found.get(xlwings_conf.INTERPRETER, "")
    if program and not Path(program).is_file():
        wrong = True
        yield Finding(
            "xlwings.conf", WRONG, f"it names {program}, which is not there", f"{_INSTALL} --by-hand"
        )
    if not wrong:
        yield Finding("xlwings.conf", OK, f"{path} names this Python and {PYTHON_MODULE}")


def _object_model(machine: Machine) -> Iterator[Finding]:
    """Whether programs may write VBA: needed by Import Functions of xlwings, not by File > Import."""
    keys = [
        rf"HKCU\{root}\{release}\Excel\Security" for root in (_POLICIES, _OFFICE) for release in _RELEASES
    ]
    said = next((value for key in keys if (value := machine.registry(key).get("AccessVBOM")) is not None), 0)
    text = (
        "is on"
        if said == 1
        else "is off, and not needed unless you press Import Functions, which you need not"
    )
    yield Finding("VBA project", OK, f"trust access to its object model {text}")


def log(machine: Machine) -> Iterator[Finding]:
    """Where the functions say what went wrong."""
    path = machine.folder / LOG
    if path.is_file():
        yield Finding("log", OK, f"what the functions had to say is in {path}")
    elif _known(machine) is not None:
        yield Finding("log", UNKNOWN, f"no function has been called from Excel yet: there is no {path}")


def _known(machine: Machine) -> Installation | None:
    try:
        return installed(machine)
    except FileError:
        return None


def _xlwings() -> str:
    try:
        return version("xlwings")
    except PackageNotFoundError:
        return "none"


CHECKS: tuple[Check, ...] = (excel_itself, python_itself, bitness, installation, macros, by_hand, log)
