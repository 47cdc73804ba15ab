"""A program that runs a workflow for many companies over HTTP, whatever becomes of the server meanwhile.

Started as `python worker.py SITE SECRET NUMBER RUNS COMPANIES`; what was acknowledged is printed at the end.
"""

import http.client
import json
import random
import sys
import time
import uuid
from urllib.parse import urlsplit

PATIENCE = 120
PAUSE = 0.05
RUNS = "/api/enrichment/runs/"


class Worker:
    """One program with one token; it sends again whatever was not acknowledged."""

    def __init__(self, site: str, secret: str) -> None:
        self.place = urlsplit(site).netloc
        self.headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
        self.connection = http.client.HTTPConnection(self.place, timeout=30)

    def tell(self, path: str, body: dict) -> tuple[int, dict]:
        """Send until it is answered by the console itself."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                self.connection.request("POST", path, json.dumps(body), self.headers)
                answer = self.connection.getresponse()
                text = answer.read()
                if answer.status < 500:
                    return answer.status, json.loads(text)
            except (OSError, http.client.HTTPException):
                self.connection.close()
            time.sleep(PAUSE)
        raise TimeoutError(path)


def work(worker: Worker, number: int, runs: int, companies: int) -> dict:
    """Open, beat and close; return the ids of what was acknowledged, by what it was."""
    draw = random.Random(number)
    told: dict = {"opened": [], "closed": [], "busy": 0, "odd": []}
    for n in range(runs):
        key = str(uuid.uuid4())
        origin = {
            "workflow": "company_discovery",
            "entity": f"company{draw.randrange(companies)}.example",
            "started_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        }
        status, said = worker.tell(RUNS, origin | {"id": key, "force": True})
        if status == 409 and said.get("outcome") == "already_open":
            told["busy"] += 1
            continue
        if status not in (200, 201) or said["run"]["id"] != key:
            told["odd"].append([status, said])
            continue
        told["opened"].append(key)
        worker.tell(f"{RUNS}{key}/beat/", {})
        found = {"status": "completed", "records_out": n + 1}
        status, said = worker.tell(f"{RUNS}{key}/close/", found)
        if status == 200:
            told["closed"].append([key, n + 1])
        else:
            told["odd"].append([status, said])
    return told


if __name__ == "__main__":
    site, secret, *numbers = sys.argv[1:]
    told = work(Worker(site, secret), *map(int, numbers))
    sys.stdout.write(json.dumps(told))
