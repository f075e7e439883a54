"""Asks a plain Parquet file the questions of the lake's benchmark, by one reader.

readers.py duckdb|chdb|datafusion FILE: prints one JSON object, for each question the CPU of a
warm answer in milliseconds and the number that the answer comes down to, and the most memory
that the program had, in megabytes.
"""

import json
import re
import resource
import sys
import time

HOUR = "time >= TIMESTAMP '2026-07-01 08:00:00' AND time < TIMESTAMP '2026-07-01 09:00:00'"
DAY = "time >= TIMESTAMP '2026-07-01 00:00:00' AND time < TIMESTAMP '2026-07-02 00:00:00'"
QUESTIONS = {
    "counts": "SELECT sum(n) FROM (SELECT source, date_trunc('hour', time) AS h, count(*) AS n FROM events GROUP BY 1, 2)",
    "failed": "SELECT sum(n) FROM (SELECT source_ip, count(*) AS n FROM events WHERE dataset = 'linux.sshd' AND outcome = 'failure' AND source_ip IS NOT NULL GROUP BY 1 ORDER BY n DESC LIMIT 20)",
    "user": f"SELECT count(*) FROM events WHERE user_name = 'wang.fang' AND {HOUR}",
    "address": f"SELECT count(*) FROM events WHERE (source_ip = '10.1.7.100' OR destination_ip = '10.1.7.100') AND {DAY}",
    "rare": "SELECT count(*) FROM events WHERE message LIKE '%zx9q7rare%'",
}
TIMES = 3


def duckdb(path):
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET threads = 2")
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(f"CREATE VIEW events AS SELECT * FROM read_parquet('{path}')")
    return duckdb.__version__, lambda question: connection.execute(question).fetchone()[0]


def chdb(path):
    import chdb

    def ask(question):
        question = re.sub(r"TIMESTAMP ('[^']*')", r"toDateTime64(\1, 3, 'UTC')", question)
        question = question.replace("FROM events", f"FROM file('{path}', Parquet)")
        return int(str(chdb.query(question, "CSV")).strip())

    return chdb.__version__, ask


def datafusion(path):
    import datafusion

    context = datafusion.SessionContext(datafusion.SessionConfig().with_target_partitions(2))
    context.register_parquet("events", path)
    return datafusion.__version__, lambda question: context.sql(question).to_pydict().popitem()[1][0]


def main():
    version, ask = {"duckdb": duckdb, "chdb": chdb, "datafusion": datafusion}[sys.argv[1]](sys.argv[2])
    answers = {}
    for name, question in QUESTIONS.items():
        answer = int(ask(question))
        before = time.process_time()
        for _ in range(TIMES):
            assert int(ask(question)) == answer
        taken = (time.process_time() - before) / TIMES
        answers[name] = {"cpu_ms": taken * 1e3, "answer": answer}
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"version": version, "answers": answers, "memory_mb": memory}))


main()
