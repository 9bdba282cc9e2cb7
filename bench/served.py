"""Pages for the benchmarks of fetching: as many hosts as ports, one process, no work for an answer but writing it."""

import asyncio
import gzip
import json
import multiprocessing
import os
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from random import Random

HOSTS = 8
PAGE_BYTES = 60_600
_TITLES = ("Kundenberater", "Sachbearbeiter Kundenservice", "Mitarbeiter Service Center", "Call Center Agent", "Serviceberater")
_WORDS = """wir suchen betreuen kunden telefon anfragen reklamationen rechnung vertrag team schicht einarbeitung
 energie logistik versicherung hafen handel technik beratung verkauf daten pflege termin zukunft sicher flexibel modern
 gemeinsam standort ruhr innenstadt büro zuhause ausbildung kaufmännisch erfahrung sprache englisch türkisch deutsch
 system software umgang freundlich geduldig zuverlässig selbständig lösung bestellung lieferung zahlung mahnung konto tarif
 zähler umzug schaden police leistung antrag prüfung auskunft gespräch nachricht brief portal formular unterlagen akte
 urlaub zuschlag prämie fahrrad kantine parkplatz fitness vorsorge gesundheit familie teilzeit vollzeit woche monat
 beginn""".split()
_ROBOTS = b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n"


def page(number: int) -> bytes:
    """A career page of about 60 KB, 12 KB packed: JSON-LD with a German ad of 3.4 KB, and markup around it."""
    draw = Random(number)
    text = " ".join(f"{' '.join(draw.choices(_WORDS, k=9)).capitalize()}." for _ in range(40))
    address = {"addressLocality": "Duisburg", "postalCode": "47051", "addressCountry": "DE"}
    amount = {"@type": "QuantitativeValue", "minValue": 2400 + number % 400, "maxValue": 3100, "unitText": "MONTH"}
    posting = {
        "@context": "https://schema.org",
        "@type": "JobPosting",
        "title": f"{draw.choice(_TITLES)} {' '.join(draw.choices(_WORDS, k=2))} (m/w/d)",
        "identifier": {"@type": "PropertyValue", "value": str(number)},
        "datePosted": "2026-11-20",
        "hiringOrganization": {
            "@type": "Organization",
            "name": f"{''.join(draw.choices(_WORDS, k=2)).capitalize()} {number % 997} GmbH",
        },
        "jobLocation": {"@type": "Place", "address": address},
        "baseSalary": {"@type": "MonetaryAmount", "currency": "EUR", "value": amount},
        "description": f"<p>{text}</p><ul><li>2.{400 + number % 400} € brutto im Monat</li></ul>",
    }
    block = f"<script type='application/ld+json'>{json.dumps(posting, ensure_ascii=False)}</script>"
    head = f"<html><head><title>{number}</title>{block}</head><body>"
    rows = [
        f"<div class='r{n % 97}'><a href='/p/{draw.getrandbits(24):06x}'>Stelle {draw.randrange(10**5)}</a> Kundenservice</div>"
        for n in range((PAGE_BYTES - len(head)) // 71)
    ]
    return (head + "".join(rows) + "</body></html>").encode()


class _Host(asyncio.Protocol):
    """HTTP/1.1 with keep-alive, as much of it as a benchmark asks for."""

    def __init__(self, answers: list[bytes]) -> None:
        self._answers = answers
        self._heard = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._heard += data
        while (end := self._heard.find(b"\r\n\r\n")) >= 0:
            path = self._heard[:end].split(b" ", 2)[1]
            self._heard = self._heard[end + 4 :]
            name = path.rpartition(b"/")[2]
            if name.startswith(b"sitemap.xml?"):
                self._transport.write(_sitemap(path, self._transport.get_extra_info("sockname")[1]))
            else:
                self._transport.write(self._answers[int(name) % len(self._answers)] if name.isdigit() else _ROBOTS)


def _sitemap(path: bytes, port: int) -> bytes:
    """`/sitemap.xml?500` lists so many ads."""
    urls = "".join(f"<url><loc>http://127.0.0.1:{port}/jobs/{n}</loc></url>" for n in range(int(path.partition(b"?")[2])))
    body = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'.encode()
    return b"HTTP/1.1 200 OK\r\ncontent-type: text/xml\r\ncontent-length: %d\r\n\r\n" % len(body) + body


async def _serve(pipe: Connection, distinct: int) -> None:
    answers = []
    for number in range(distinct):
        body = gzip.compress(page(number), 6)
        answers.append(
            b"HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=utf-8\r\ncontent-encoding: gzip\r\ncontent-length: %d\r\n\r\n"
            % len(body)
            + body
        )
    loop = asyncio.get_running_loop()
    servers = [await loop.create_server(lambda: _Host(answers), "127.0.0.1", 0) for _ in range(HOSTS)]
    pipe.send([f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}" for server in servers])
    await asyncio.Event().wait()


def _process(pipe: Connection, distinct: int) -> None:
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    asyncio.run(_serve(pipe, distinct))


@contextmanager
def hosts(distinct: int = 200) -> Iterator[list[str]]:
    """Serve on the first core; gives the base URLs of the hosts."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_process, args=(there, distinct), daemon=True)
    process.start()
    try:
        yield here.recv()
    finally:
        process.kill()
        process.join()
