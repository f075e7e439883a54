"""Makes the recorded events that Sigma engines are compared on: `events.py COLLECTION FILE`.

All files of event logs below COLLECTION/evtx, and of each archive of recorded Windows events below
COLLECTION/otrf the first hundred, flat, a line each. Each event says its number, so that a match
can be told from another.
"""
import json
import pathlib
import sys
import zipfile

import evtx

OF_ARCHIVE = 100


def scalar(value):
    """What stands in an element, with or without attributes."""
    return value.get("#text") if isinstance(value, dict) else value


def flat(record):
    event = json.loads(record["data"])["Event"]
    system = event["System"]
    provider = (system.get("Provider") or {}).get("#attributes", {})
    fields = {"Provider_Name": provider.get("Name")}
    for name in ("Channel", "EventID", "Computer", "Level", "Task", "Opcode", "Keywords"):
        fields[name] = scalar(system.get(name))
    for part in ("EventData", "UserData"):
        below = event.get(part) or {}
        if part == "UserData":
            inner = [value for value in below.values() if isinstance(value, dict)]
            below = inner[0] if inner else {}
        for name, value in below.items():
            if name == "#attributes":
                continue
            value = scalar(value)
            if not isinstance(value, dict):
                fields[name] = value
    return {name: value for name, value in fields.items() if value is not None}


def of_logs(folder):
    for path in sorted(folder.rglob("*.evtx")):
        for record in evtx.PyEvtxParser(str(path)).records_json():
            yield flat(record)


def of_archives(folder):
    for path in sorted(folder.rglob("*.zip")):
        with zipfile.ZipFile(path) as archive:
            count = 0
            for name in sorted(archive.namelist()):
                if not name.endswith(".json"):
                    continue
                for line in archive.open(name):
                    if count == OF_ARCHIVE:
                        break
                    if b'"Channel"' in line and b'"EventID"' in line:
                        event = json.loads(line)
                        if isinstance(event, dict):
                            count += 1
                            yield event


def main():
    collection = pathlib.Path(sys.argv[1])
    number = 0
    with open(sys.argv[2], "w", encoding="utf-8") as out:
        for events in (of_logs(collection / "evtx"), of_archives(collection / "otrf")):
            for event in events:
                number += 1
                out.write(json.dumps({"xinglin_event": number} | event) + "\n")


main()
