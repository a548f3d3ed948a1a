"""Holds recorded requests and answers against an OpenAPI 3.1 file that somebody else has written.

    ENABLE_BANKING_RECORD=$PWD/record.jsonl cargo test -p connect-server --lib enable_banking
    VENV/bin/python tests/fakes/clients/openapi.py enablebanking.yml record.jsonl /enable-banking

Paths, methods, parameters, bodies and answers must be as the file has them, and nothing may be there that it does not
name. Answers that a test made up are not looked at, nor what the stand-in has refused to understand.
"""

import collections
import copy
import json
import re
import sys
import urllib.parse

import yaml
from jsonschema import Draft202012Validator, FormatChecker

IGNORED_HEADERS = {"host", "accept", "user-agent", "content-type", "content-length", "accept-encoding", "connection"}


def closed(schema):
    """The same schema, which takes no member that it does not name."""
    if isinstance(schema, dict):
        if "properties" in schema:
            schema.setdefault("additionalProperties", False)
        for part in schema.values():
            closed(part)
    elif isinstance(schema, list):
        for part in schema:
            closed(part)


def main(openapi, record, root=""):
    with open(openapi) as file:
        spec = yaml.safe_load(file)
    document = copy.deepcopy(spec)
    closed(document["components"]["schemas"])

    def wrongs(value, schema):
        whole = {"components": document["components"], **schema}
        validator = Draft202012Validator(whole, format_checker=FormatChecker())
        for error in validator.iter_errors(value):
            where = "/".join(map(str, error.absolute_path))
            yield f"{where}: {error.message}"

    def look(one):
        path = one["path"].removeprefix(root)
        for template, operations in spec["paths"].items():
            pattern = re.sub(r"\\{[^/]+?\\}", "([^/]+)", re.escape(template))
            found = re.fullmatch(pattern, path)
            operation = operations.get(one["method"].lower())
            if found and operation:
                break
        else:
            return None, ["no such operation"]
        name = f"{one['method']} {template}"
        parameters = operation.get("parameters", [])
        wrong = []
        names = re.findall(r"{(.+?)}", template)
        query = urllib.parse.parse_qsl(one["query"], keep_blank_values=True)
        headers = {key: value for key, value in one["headers"].items() if key not in IGNORED_HEADERS}
        sent = [("path", key, value) for key, value in zip(names, found.groups())]
        sent += [("query", key, value) for key, value in query]
        sent += [("header", key, value) for key, value in headers.items()]
        for place, key, value in sent:
            same = lambda it: it["in"] == place and (
                it["name"].lower() == key if place == "header" else it["name"] == key
            )
            known = next(filter(same, parameters), None)
            if known is None:
                wrong.append(f"{place} {key}: unknown")
            else:
                wrong += [f"{place} {key} {it}" for it in wrongs(value, known["schema"])]
        body = operation.get("requestBody")
        if body:
            schema = body["content"]["application/json"]["schema"]
            wrong += [f"body {it}" for it in wrongs(one["body"], schema)]
        elif one["body"] is not None:
            wrong.append("a body that nobody wants")
        if "fault" not in one:
            answer = operation["responses"].get(str(one["status"]))
            if answer is None:
                wrong.append(f"status {one['status']} is none of its answers")
            else:
                schema = answer["content"]["application/json"]["schema"]
                wrong += [f"answer {one['status']} {it}" for it in wrongs(one["answer"], schema)]
        return name, wrong

    requests, answers, bad = collections.Counter(), collections.Counter(), collections.Counter()
    with open(record) as file:
        for line in file:
            one = json.loads(line)
            name, wrong = look(one)
            requests[name] += 1
            answers[name, one.get("status")] += "fault" not in one
            bad.update((name, it) for it in wrong)
    for name, count in sorted(requests.items(), key=str):
        statuses = {status: n for (each, status), n in answers.items() if each == name and n}
        print(f"{count:5} {name}, answers {statuses}")
    for (name, it), count in bad.items():
        print(f"WRONG {count} times: {name}: {it}")
    print(f"{sum(requests.values())} requests, {sum(answers.values())} answers, {sum(bad.values())} wrong")
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
