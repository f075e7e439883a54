"""Makes sets of events for the bench of detection: `events.py FOLDER [COLLECTION]`.

With a collection of recorded Windows events (archives of NDJSON) below COLLECTION, the sets of
Windows are made of those; without, of events invented here. Everything else is invented, from a
fixed seed.
"""
import json
import pathlib
import random
import sys
import zipfile

WINDOWS = 200_000
PROCESSES = 300_000
ACCESSES = 500_000
MIX = 1_000_000

PROGRAMS = ["chrome.exe", "winword.exe", "his_client.exe", "svchost.exe", "powershell.exe", "cmd.exe",
            "msiexec.exe", "wps.exe", "explorer.exe", "conhost.exe", "rundll32.exe", "taskhostw.exe"]
USERS = [f"HOSPITAL\\doctor{number}" for number in range(400)]


def recorded(collection):
    """Events of Windows from archives, each as its line."""
    for path in sorted(collection.rglob("*.zip")):
        with zipfile.ZipFile(path) as archive:
            for name in sorted(archive.namelist()):
                if not name.endswith(".json"):
                    continue
                for line in archive.open(name):
                    line = line.strip()
                    if b'"Channel"' in line and b'"EventID"' in line:
                        yield line.decode("utf-8", "replace")


def invented(dice):
    """Events of Windows that nobody recorded."""
    number = 0
    while True:
        number += 1
        program = dice.choice(PROGRAMS)
        image = f"C:\\Program Files\\{program[:-4]}\\{program}"
        event = {
            "@timestamp": f"2026-07-02T{number // 36000 % 24:02}:{number // 600 % 60:02}:{number // 10 % 60:02}Z",
            "Hostname": f"WARD{dice.randrange(300):03}",
            "User": dice.choice(USERS),
            "ProcessGuid": f"{{{dice.getrandbits(64):016x}}}",
        }
        kind = dice.random()
        if kind < 0.4:
            event |= {"Channel": "Security", "SourceName": "Microsoft-Windows-Security-Auditing",
                      "EventID": dice.choice([4624, 4634, 4658, 4663, 4672, 5156]),
                      "SubjectUserName": dice.choice(USERS), "ProcessName": image,
                      "IpAddress": f"10.1.{dice.randrange(32)}.{dice.randrange(250)}",
                      "Message": f"An account did something.\r\n\r\nHandle:\t{dice.getrandbits(32):x}\r\n" + "Detail of it. " * 40}
        else:
            event |= {"Channel": "Microsoft-Windows-Sysmon/Operational", "SourceName": "Microsoft-Windows-Sysmon",
                      "EventID": dice.choice([1, 1, 3, 7, 10, 11, 13, 22]), "Image": image,
                      "CommandLine": f'"{image}" --open {dice.randrange(3000)} /x', "ParentImage": "C:\\Windows\\explorer.exe",
                      "ParentCommandLine": "C:\\Windows\\explorer.exe", "TargetObject": f"HKLM\\Software\\X\\{dice.randrange(900)}",
                      "TargetFilename": f"C:\\Users\\a\\{dice.randrange(9000)}.tmp", "ImageLoaded": f"C:\\Windows\\System32\\m{dice.randrange(200)}.dll",
                      "Details": "DWORD (0x00000001)", "OriginalFileName": program, "Hashes": f"SHA256={dice.getrandbits(256):064x}"}
        yield json.dumps(event)


def windows(folder, collection, dice):
    lines = recorded(collection) if collection else invented(dice)
    processes = []
    with open(folder / "windows.ndjson", "w", encoding="utf-8") as out:
        for number, line in enumerate(lines):
            if number == WINDOWS:
                break
            out.write(line + "\n")
            event = json.loads(line)
            if event.get("EventID") == 1 and "Sysmon" in event.get("Channel", "") and len(processes) < 4_000:
                processes.append(event)
    return processes


def process_events(folder, processes, dice):
    with open(folder / "processes.ndjson", "w", encoding="utf-8") as out:
        for number in range(PROCESSES):
            event = dict(processes[number % len(processes)])
            event["ProcessId"] = str(1_000 + number % 60_000)
            event["ProcessGuid"] = f"{{{dice.getrandbits(64):016x}}}"
            event["User"] = dice.choice(USERS)
            out.write(json.dumps(event) + "\n")


def access(dice, number):
    page = dice.choice(["/his/login", "/emr/patient", "/lis/report", "/static/app.js", "/pacs/image"])
    query = f"id={dice.randrange(200_000)}"
    if dice.random() < 0.002:
        query += dice.choice(["' union select 1--", "&f=../../etc/passwd", "&x=${jndi:ldap://a/b}", "<script>alert(1)"])
    return {
        "@timestamp": f"2026-07-02T{number // 36000 % 24:02}:{number // 600 % 60:02}:{number // 10 % 60:02}Z",
        "event.dataset": "web.access", "c-ip": f"10.2.{dice.randrange(64)}.{dice.randrange(250)}",
        "cs-method": dice.choice(["GET", "GET", "POST"]), "cs-uri-stem": page, "cs-uri-query": query,
        "c-uri": f"{page}?{query}", "cs-uri": f"{page}?{query}", "cs-host": "his.example.org",
        "sc-status": dice.choice([200, 200, 200, 304, 404]), "sc-bytes": dice.randrange(100_000),
        "cs-user-agent": f"Mozilla/5.0 (Windows NT 10.0) Chrome/{100 + dice.randrange(40)}.0", "cs-referer": "https://his.example.org/",
    }


def of_mix(dice, number):
    kind = dice.random()
    at = f"2026-07-02T{number // 36000 % 24:02}:{number // 600 % 60:02}:{number // 10 % 60:02}Z"
    if kind < 0.4:
        return {"@timestamp": at, "event.dataset": "huawei.usg", "observer.type": "firewall", "event.action": dice.choice(["permit", "permit", "deny"]),
                "source.ip": f"10.{dice.randrange(8)}.{dice.randrange(64)}.{dice.randrange(250)}", "destination.ip": f"172.16.0.{dice.randrange(60)}",
                "destination.port": dice.choice([80, 443, 1433, 1521, 3389]), "network.transport": "tcp", "message": f"session {number} closed"}
    if kind < 0.6:
        outcome = "failure" if dice.random() < 0.1 else "success"
        user = f"user{dice.randrange(300)}"
        word = "Failed" if outcome == "failure" else "Accepted"
        address = f"10.3.{dice.randrange(4)}.{dice.randrange(250)}"
        return {"@timestamp": at, "event.dataset": "linux.sshd", "process.name": "sshd", "event.outcome": outcome, "user.name": user,
                "source.ip": address, "host.name": f"db{dice.randrange(20)}", "message": f"{word} password for {user} from {address} port 4711 ssh2"}
    if kind < 0.75:
        return {"@timestamp": at, "event.dataset": "oracle.audit", "user.name": f"app{dice.randrange(40)}", "source.ip": f"10.4.0.{dice.randrange(250)}",
                "database.statement": f"select * from visits where id = {dice.randrange(90_000)}", "event.action": "select"}
    return access(dice, number)


def main():
    folder = pathlib.Path(sys.argv[1])
    collection = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else None
    dice = random.Random(20260702)
    processes = windows(folder, collection, dice)
    process_events(folder, processes, dice)
    for name, count, make in [("access", ACCESSES, access), ("mix", MIX, of_mix)]:
        with open(folder / f"{name}.ndjson", "w", encoding="utf-8") as out:
            for number in range(count):
                out.write(json.dumps(make(dice, number)) + "\n")
    (folder / "one.ndjson").write_text('{"a":1}\n', encoding="utf-8")


main()
