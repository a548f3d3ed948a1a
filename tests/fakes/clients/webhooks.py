"""Hears this server's webhooks with the package of the Standard Webhooks, which knows nothing of this project: what it accepts is signed as the standard says.

    python3 -m venv VENV && VENV/bin/pip install -r tests/fakes/clients/webhooks.txt
    cargo build -p connect-server
    VENV/bin/python tests/fakes/clients/webhooks.py target/debug/connect-server
"""

import base64
import json
import os
import queue
import re
import subprocess
import sys
import tempfile
import threading
import urllib.error
import urllib.request
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

PATIENCE = 60
CLIENT = ("shop", "shop-secret")


class Receiver(BaseHTTPRequestHandler):
    heard = queue.Queue()

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        self.heard.put((dict(self.headers), body))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


class Server:
    """The server's program in a folder of its own, with a client that has this webhook."""

    def __init__(self, program, folder, url, secrets):
        files = []
        for number, secret in enumerate(secrets):
            (folder / f"hook{number}.secret").write_text(secret + "\n")
            files.append(f"hook{number}.secret")
        clients = [
            {
                "id": CLIENT[0],
                "name": "Shop",
                "secret_sha256": sha256(CLIENT[1].encode()).hexdigest(),
                "links": True,
                "webhooks": [{"url": url, "secret_file": files}],
            }
        ]
        (folder / "clients.json").write_text(json.dumps(clients))
        (folder / "banks.csv").write_text("country,name\nDE,Deutsche Bank\n")
        (folder / "dist").mkdir()
        (folder / "dist" / "index.html").write_text("<!doctype html><title>any</title>")
        command = [program, "--sandbox", "--listen", "127.0.0.1:0", "--sandbox-step-ms", "1"]
        for option, file in [("clients", "clients.json"), ("catalogue", "banks.csv"), ("dist", "dist"), ("database", "connect.db")]:
            command += [f"--{option}", str(folder / file)]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        said = []
        self.origin = None
        for line in self.process.stderr:
            said.append(line)
            found = re.search(r"listening on (http://\S+)", line)
            if found:
                self.origin = found[1]
                break
        if not self.origin:
            sys.exit("".join(said))
        threading.Thread(target=self.process.stderr.read, daemon=True).start()

    def ask(self, method, path, body=None, token=None):
        proof = base64.b64encode(":".join(CLIENT).encode()).decode()
        request = urllib.request.Request(
            self.origin + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "authorization": f"Bearer {token}" if token else f"Basic {proof}",
                "content-type": "application/json",
            },
        )
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            text = answer.read()
            return json.loads(text) if text else None

    def connect(self, user):
        token = self.ask("POST", "/v1/tokens", {"user_id": user})["token"]
        login = {"username": "wealthica", "password": "wealthica"}
        made = self.ask("POST", "/v1/institutions", {"name": "Demo", "type": "demo", "credentials": login}, token)
        return made["id"]

    def stop(self):
        self.process.terminate()
        self.process.wait(PATIENCE)


def accepted(secret, headers, body):
    try:
        return Webhook(secret).verify(body, headers)
    except WebhookVerificationError:
        return None


def runs(server, language, command, file):
    """Whether the page's own example in this language runs, from an empty folder; prints what it has said if not."""
    page = Path(__file__).parents[3] / "docs" / "your-server.md"
    example = re.search(rf"^```{language}\n(.*?)^```", page.read_text(), re.S | re.M)[1]
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / file).write_text(example)
        done = subprocess.run(
            [*command, file],
            cwd=folder,
            env={**os.environ, "CONNECT_URL": server.origin, "CONNECT_CLIENT": ":".join(CLIENT)},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
    if done.returncode:
        print(done.stdout, done.stderr)
    return done.returncode == 0


def main(program):
    wrong = 0

    def row(name, good):
        nonlocal wrong
        wrong += not good
        print(f"{'ok   ' if good else 'WRONG'} {name}")

    receiver = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=receiver.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{receiver.server_port}/hooks"
    old, new = ("whsec_" + base64.b64encode(os.urandom(32)).decode() for _ in range(2))
    with tempfile.TemporaryDirectory() as folder:
        server = Server(os.path.abspath(program), Path(folder), url, [old, new])
        try:
            made = server.connect("ann")
            headers, body = Receiver.heard.get(timeout=PATIENCE)
            event = accepted(old, headers, body)
            row("the package accepts what is sent", event is not None)
            row("and with the next secret as well", accepted(new, headers, body) == event)
            row("it says what has happened", event["type"] == "connection.connected" and event["data"]["institution_id"] == made and event["data"]["user_id"] == "ann")
            row("its id is the event's", event["id"] == headers["webhook-id"])
            forged = body.replace(b"connected", b"c0nnected")
            row("a forged body is refused", accepted(old, headers, forged) is None)
            row("another's secret is refused", accepted("whsec_" + "A" * 32, headers, body) is None)
            other = {**headers, "webhook-id": "evt_other"}
            row("another id is refused", accepted(old, other, body) is None)
            late = {**headers, "webhook-timestamp": str(int(headers["webhook-timestamp"]) - 600)}
            row("an old time is refused", accepted(old, late, body) is None)

            row("the example for Node runs", runs(server, "js", ["node"], "example.mjs"))
            row("the example for Python runs", runs(server, "python", [sys.executable], "example.py"))

            feed = server.ask("GET", "/v1/events")
            row("the feed tells the same", feed["items"] == [event])
            row("and nothing after it", server.ask("GET", f"/v1/events?after={feed['next']}")["items"] == [])
            server.ask("POST", f"/v1/events/{event['id']}/replay")
            headers, body = Receiver.heard.get(timeout=PATIENCE)
            row("it is sent once more under the same id", headers["webhook-id"] == event["id"] and accepted(old, headers, body) == event)
            server.ask("DELETE", f"/v1/institutions/{made}")
            headers, body = Receiver.heard.get(timeout=PATIENCE)
            gone = accepted(old, headers, body)
            row("a removal is told, and by whom", gone["type"] == "connection.removed" and gone["data"]["by"] == "client")
            row("everything has arrived", server.ask("GET", "/v1/deliveries")["items"] == [])
        finally:
            server.stop()
            receiver.shutdown()
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
