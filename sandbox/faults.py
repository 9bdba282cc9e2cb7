"""Misbehaviour on demand, as real hosts misbehave.

===================== ======================================================================================
"down"                the connection is closed without an answer
"403" "429" "500"     that status (any from 400 to 599); "429:120" adds Retry-After in seconds
"slow" "slow:2.5"     answers after 30 s, or after that many seconds
"html"                200 with a challenge page in HTML
"truncated"           a body shorter than its Content-Length says
"empty"               200 without a body
"messages200"         200 with an error body in JSON
"stop_after:5"        well for five requests, "down" afterwards
"first:3:500"         that fault for the first three requests, well afterwards
===================== ======================================================================================
"""

import json
import threading
from dataclasses import replace

from sandbox.wire import Reply

HANG_UP = -1  #: status of a reply that is none
CUT = "x-sandbox-cut"  #: header that tells the server to send half of the body; never sent itself
_PLAIN = {"down", "slow", "html", "truncated", "empty", "messages200"}
_CHALLENGE = (
    '<!doctype html><html lang="de"><head><title>Einen Moment</title></head>'
    "<body><h1>Bitte bestätigen Sie, dass Sie kein Roboter sind</h1></body></html>"
).encode()


def check(fault: str) -> None:
    """Raise ValueError for a fault that there is not."""
    name, _, rest = fault.partition(":")
    if fault == "" or fault in _PLAIN or (name.isdecimal() and 400 <= int(name) <= 599 and (not rest or rest.isdecimal())):
        return
    if name == "stop_after" and rest.isdecimal():
        return
    if name == "slow" and rest.replace(".", "", 1).isdecimal():
        return
    number, _, inner = rest.partition(":")
    if name == "first" and number.isdecimal() and inner:
        check(inner)
        return
    raise ValueError(f"unknown fault {fault!r}; see sandbox.faults")


def applied(fault: str, number: int, reply: Reply, stopping: threading.Event) -> Reply:
    """The reply as the fault spoils it. `number` counts requests since the fault was set, from 1."""
    name, _, rest = fault.partition(":")
    if name == "first":
        count, _, inner = rest.partition(":")
        return applied(inner, number, reply, stopping) if number <= int(count) else reply
    if name == "stop_after":
        return reply if number <= int(rest) else Reply(HANG_UP, label=reply.label)
    if name == "slow":
        stopping.wait(float(rest or 30))
        return reply
    if name.isdecimal():
        return Reply(int(name), b"", label=reply.label, headers={"Retry-After": rest} if rest else {}, cacheable=False)
    spoilt = {
        "": reply,
        "down": Reply(HANG_UP, label=reply.label),
        "html": Reply(200, _CHALLENGE, "text/html; charset=utf-8", reply.label, cacheable=False),
        "empty": Reply(200, b"", reply.content_type, reply.label, cacheable=False),
        "truncated": replace(reply, headers=reply.headers | {CUT: "1"}),
        "messages200": Reply(
            200, json.dumps({"messages": [{"code": "INTERNER_FEHLER"}]}).encode(), label=reply.label, cacheable=False
        ),
    }
    return spoilt[name]
